#include "unruly_bus.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <condition_variable>
#include <future>
#include <set>

#include "audit/audit.hpp"
#include "core/sql/scratch.hpp"
#include "item/service.hpp"
#include "order/driver.hpp"
#include "order/handlers.hpp"
#include "order/messages.hpp"
#include "order_item/service.hpp"
#include "paper_gateway.hpp"
#include "point/service.hpp"

using namespace pay;

namespace {

/// The orders that have come to an end, as the order service tells the world.
class Ends {
 public:
    explicit Ends(bus::Bus& bus) {
        bus.subscribe(
            {std::string(order::events_topic), "test",
             [this](const bus::Message& message, bus::Handled handled) {
                 const std::lock_guard lock(x_mutex);
                 if (message.type == order::succeeded_type) x_succeeded.insert(message.key);
                 if (message.type == order::failed_type) x_failed.insert(message.key);
                 handled(bus::Verdict::done);
                 x_came.notify_all();
             }}
        );
    }
    void wait_for(std::size_t count) {
        std::unique_lock lock(x_mutex);
        x_came.wait(lock, [&] { return x_succeeded.size() + x_failed.size() >= count; });
    }
    std::size_t succeeded() const { return x_succeeded.size(); }
    std::size_t failed() const { return x_failed.size(); }

 private:
    std::mutex x_mutex;
    std::condition_variable x_came;
    std::set<std::string> x_succeeded;
    std::set<std::string> x_failed;
};

/// The four services over one storage, tied by a given bus, with a gateway on paper.
struct House {
    House(http::Io& io, bus::Bus& bus, sql::Storage& storage, const order::Settings& settings)
        : context{storage, bus, io, metrics, std::make_shared<SystemClock>()},
          item(context),
          point(context),
          order_item(context),
          order(context, settings),
          flow(order, gateway, io),
          driver(order, flow, gateway, io, context.clock) {
        point.subscribe(bus);
        order_item.subscribe(bus);
        order::subscribe(bus, order, flow);
        // After the services' own: what this one has seen, they have queued.
        bus.subscribe(
            {std::string(item::changed_topic), "test",
             [this](const bus::Message& message, bus::Handled handled) {
                 handled(bus::Verdict::done);
                 const std::lock_guard lock(mutex);
                 told.insert(message.key);
                 came.notify_all();
             }}
        );
        point.start();
        order_item.start();
        order.start();
        item.start();
        std::promise<void> announced;
        item.announce([&] { announced.set_value(); });
        announced.get_future().wait();
        bus.start();
        driver.start();
    }

    void wait_for_item(const std::string& id) {
        std::unique_lock lock(mutex);
        came.wait(lock, [&] { return told.contains(id); });
    }

    void stop() {
        driver.stop();
        each([](auto& service) { service.engine().stop_sending(); });
        each([](auto& service) { service.engine().stop(); });
    }

    template <class Use>
    void each(Use use) {
        use(item);
        use(order);
        use(point);
        use(order_item);
    }

    metrics::Metrics metrics;
    Context context;
    test::PaperGateway gateway;
    item::Service item;
    point::Service point;
    order_item::Service order_item;
    order::Service order;
    order::PaymentFlow flow;
    order::Driver driver;
    std::mutex mutex;
    std::condition_variable came;
    std::set<std::string> told;
};

std::string create_episode(House& house, Won price) {
    item::Create create;
    create.id = make_id(prefix::item, house.context.clock->now());
    create.kind = item::Kind::content;
    create.name = "제1화";
    create.amount = price;
    const auto id = create.id;
    std::promise<void> created;
    house.item.engine().writer().submit(
        {std::move(create),
         [&](auto result) {
             REQUIRE(result);
             created.set_value();
         },
         {},
         {}}
    );
    created.get_future().wait();
    house.wait_for_item(id);
    return id;
}

std::string package_of(House& house, Won price) {
    std::string found;
    auto connection = house.item.engine().database().connect(sql::Mode::read_only);
    const std::array<sql::Value, 1> values{price.value()};
    connection->query("SELECT id FROM item WHERE amount = ?", values, [&](const sql::Row& row) {
        found = row.text(0);
    });
    REQUIRE_FALSE(found.empty());
    return found;
}

void buy(House& house, const std::string& item_id, const std::string& user, Won price) {
    const Time now = house.context.clock->now();
    const auto receipt = house.gateway.pay("shop-" + make_id("", now), user, price);
    house.flow.place(
        {make_id(prefix::order, now), user, item_id, {}, {}}, receipt,
        {[](Result<order::Answer> result) { CHECK(result); }, {}, {}}
    );
}

/// An order that waits for its payment. Two for the same content can only be made before one of
/// them is paid.
std::string place(House& house, const std::string& item_id, const std::string& user) {
    const auto id = make_id(prefix::order, house.context.clock->now());
    std::promise<void> placed;
    house.flow.execute(
        order::Place{{id, user, item_id, order::PaymentMethod::bootpay, {}}, {}},
        {[&](Result<order::Answer> result) {
             CHECK(result);
             placed.set_value();
         },
         {},
         {}}
    );
    placed.get_future().wait();
    return id;
}

void settle(House& house, const std::string& order_id, const std::string& user, Won price) {
    const auto receipt = house.gateway.pay(order_id, user, price);
    house.flow.confirm(
        order_id, user, receipt, {[](Result<order::Answer> result) { CHECK(result); }, {}, {}}
    );
}

}  // namespace

TEST_CASE("a bus that repeats, delays and shuffles everything changes nothing in the books") {
    constexpr int charges = 300;
    constexpr int readers = 40;  // each buys the same episode twice: the second time is refused
    const sql::Scratch scratch;
    http::Io io(2);
    test::UnrulyBus bus(io, 20'261'122);
    Ends ends(bus);
    auto storage = sql::open_storage(scratch.url());
    order::Settings settings;
    settings.resend_after = Duration{20};  // so that commands are asked for again as well
    House house(io, bus, *storage, settings);
    const auto package = package_of(house, Won{5'000});
    const auto episode = create_episode(house, Won{300});

    for (int i = 0; i < charges; ++i) {
        buy(house, package, "user" + std::to_string(i % 25), Won{5'000});
    }
    const auto reader = [](int i) { return "reader" + std::to_string(i % readers); };
    std::vector<std::string> orders;
    for (int i = 0; i < 2 * readers; ++i) orders.push_back(place(house, episode, reader(i)));
    for (int i = 0; i < 2 * readers; ++i) {
        settle(house, orders[static_cast<std::size_t>(i)], reader(i), Won{300});
    }
    ends.wait_for(charges + 2 * readers);
    bus.drain();
    house.stop();

    CHECK(ends.succeeded() == charges + readers);
    CHECK(ends.failed() == readers);
    CHECK(bus.delivered() > 4 * (charges + 2 * readers));
    CHECK(house.gateway.standing() == Won{charges * 5'000 + readers * 300});
    const auto report = audit::audit({.database_url = scratch.url(), .pause = Duration{0}});
    CHECK(report.balanced);
    for (const auto& problem : report.problems) INFO(problem.text);
    CHECK(report.points == Points{charges * 500});
    CHECK(report.amount == Won{charges * 5'000 + readers * 300});
    io.stop();
}
