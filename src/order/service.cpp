#include "order/service.hpp"

#include "order/messages.hpp"
#include "order/store.hpp"

namespace pay::order {

std::vector<EmbeddedFile> migrations() {
    std::vector<EmbeddedFile> own(schema.begin(), schema.end());
    own.insert(own.end(), catalogue::schema.begin(), catalogue::schema.end());
    return own;
}

namespace {

/// What endpoints of others may ask for.
webhook_out::Source events() {
    return {
        "order",
        std::string(events_topic),
        {paid_type, succeeded_type, failed_type, canceled_type, expired_type,
         auto_charge_paused_type}
    };
}

}  // namespace

Service::Service(const Context& context, Settings settings)
    : x_io(context.io),
      x_settings(settings),
      x_clock(context.clock),
      x_engine(context, "order", migrations(), *this, events()) {
    boost::mp11::mp_for_each<boost::describe::describe_enumerators<Status>>([&](auto status) {
        x_changes[status.value] = &context.metrics.counter(
            "payments_orders_total", "Changes of orders, by the status they led to",
            {{"status", status.name}}
        );
    });
    auto connection = x_engine.database().connect(sql::Mode::read_only);
    if (catalogue::count(*connection) > 0) x_catalogue.filled();
}

State Service::load(sql::Connection& connection, std::span<const Command* const> commands) {
    return order::load(connection, commands);
}

Result<Answer> Service::decide(
    State& state, const Command& command, Time now, std::vector<bus::Message>& messages
) {
    return order::decide(state, command, x_settings, now, messages);
}

void Service::save(sql::Transaction& transaction, State& state) {
    order::save(transaction, state);
    x_closings.clear();
    for (const auto& id : state.changed_orders) {
        x_watchers->close(state.orders.find(id)->second, x_closings);
    }
    std::vector<idempotency::Entry> entries;
    for (const auto& closing : x_closings) entries.push_back(closing.entry);
    idempotency::save(transaction, x_engine.instances().name(), entries, x_clock->now());
}

void Service::committed(const State& state) {
    if (!state.items.empty()) x_catalogue.filled();  // by whichever instance
    for (const auto& closing : x_closings) closing.send();
    x_closings.clear();
    for (const auto& id : state.changed_orders) {
        const auto& order = state.orders.find(id)->second;
        x_changes.find(order.status)->second->add();
        x_watchers->notify(order);
    }
}

std::optional<std::string> Service::fault() {
    if (auto fault = x_engine.fault()) return fault;
    return x_catalogue.fault();
}

void Service::start() {
    x_engine.start();
    if (!x_engine.instances().shared()) return;
    x_looks = std::make_unique<Repeating>(x_io, look_pause, [this] { look_at_watched(); });
}

void Service::stop_sending() {
    x_looks.reset();
    x_engine.stop_sending();
}

/// One query for all watched orders: another instance may have changed them.
void Service::look_at_watched() {
    auto ids = x_watchers->watched();
    if (ids.empty() || x_looking.exchange(true)) return;
    x_engine.readers().run(
        [this, ids = std::move(ids)](sql::Connection& connection) {
            for (const auto& order : find_orders(connection, ids)) x_watchers->notify(order);
            x_looking = false;
        },
        [this] { x_looking = false; }
    );
}

}  // namespace pay::order
