#include "item/service.hpp"

#include <atomic>
#include <future>
#include <mutex>

#include "item/api.hpp"
#include "item/rules.hpp"
#include "item/store.hpp"

namespace pay::item {

/// Messages on their way to the bus, each published again until it is taken.
class Announcement : public std::enable_shared_from_this<Announcement> {
 public:
    Announcement(
        const Context& context, std::vector<bus::Message> messages, std::function<void()> done
    )
        : x_bus(context.bus),
          x_io(context.io),
          x_messages(std::move(messages)),
          x_timers(x_messages.size()),
          x_open(x_messages.size()),
          x_done(std::move(done)) {}

    void start() {
        if (x_messages.empty()) return x_done();
        for (std::size_t i = 0; i < x_messages.size(); ++i) publish(i);
    }

 private:
    static constexpr Duration pause{100};

    void publish(std::size_t index) {
        x_bus.publish(x_messages[index], [self = shared_from_this(), index](bool taken) {
            self->settle(index, taken);
        });
    }

    void settle(std::size_t index, bool taken) {
        if (taken) {
            if (x_open.fetch_sub(1) == 1) x_done();
            return;
        }
        const std::lock_guard lock(x_mutex);
        x_timers[index] = x_io.after(pause, [weak = weak_from_this(), index] {
            if (const auto alive = weak.lock()) alive->publish(index);
        });
    }

    bus::Bus& x_bus;
    http::Io& x_io;
    const std::vector<bus::Message> x_messages;
    std::mutex x_mutex;
    std::vector<std::shared_ptr<http::Io::Timer>> x_timers;
    std::atomic<std::size_t> x_open;
    std::function<void()> x_done;
};

Service::Service(const Context& context)
    : x_context(context), x_engine(context, "item", schema, *this) {}

Service::~Service() = default;

std::vector<http::Route> Service::routes() {
    return routes_of(*this);
}

void Service::start() {
    x_engine.start();
    std::promise<bool> seeded;
    auto outcome = seeded.get_future();
    x_engine.writer().submit({first_items(now()), [&seeded](Result<Answer> made) {
                                  seeded.set_value(made.has_value());
                              }});
    if (!outcome.get()) throw Outage("the first items could not be put into the catalogue");
}

void Service::announce(std::function<void()> done) {
    auto connection = x_engine.database().connect(sql::Mode::read_only);
    std::vector<bus::Message> messages;
    for (const auto& item : all(*connection)) {
        messages.push_back(changed_message(item));
        messages.back().id = make_id(prefix::message, now());
        messages.back().time = now();
    }
    auto announced = [this, done = std::move(done)] {
        x_announced = true;
        done();
    };
    x_announcement =
        std::make_shared<Announcement>(x_context, std::move(messages), std::move(announced));
    x_announcement->start();
}

std::optional<std::string> Service::fault() const {
    if (auto fault = x_engine.fault()) return fault;
    if (!x_announced) return "the items have not all been announced yet";
    return std::nullopt;
}

void Service::stop_sending() {
    x_announcement.reset();
    x_engine.stop_sending();
}

State Service::load(sql::Connection& connection, std::span<const Command* const> commands) {
    return item::load(connection, commands);
}

Result<Answer> Service::decide(
    State& state, const Command& command, Time now, std::vector<bus::Message>& messages
) {
    return item::decide(state, command, now, messages);
}

void Service::save(sql::Transaction& transaction, const State& state) {
    item::save(transaction, state);
}

}  // namespace pay::item
