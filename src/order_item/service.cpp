#include "order_item/service.hpp"

#include "catalogue/catalogue.hpp"
#include "order_item/api.hpp"
#include "order_item/handlers.hpp"
#include "order_item/rules.hpp"
#include "order_item/store.hpp"

namespace pay::order_item {

Service::Service(const Context& context)
    : x_clock(context.clock), x_engine(context, "order_item", migrations(), *this) {}

std::vector<http::Route> Service::routes() {
    return routes_of(*this);
}

void Service::subscribe(bus::Bus& bus) {
    for (auto& subscription : subscriptions_of(*this)) {
        x_engine.subscribe(bus, std::move(subscription));
    }
}

void Service::start() {
    const auto connection = x_engine.database().connect(sql::Mode::read_only);
    if (catalogue::count(*connection) > 0) x_catalogue.filled();
    x_engine.start();
}

std::optional<std::string> Service::fault() const {
    if (auto fault = x_engine.fault()) return fault;
    return x_catalogue.fault();
}

State Service::load(sql::Connection& connection, std::span<const Command* const> commands) {
    return order_item::load(connection, commands);
}

Result<Answer> Service::decide(
    State& state, const Command& command, Time now, std::vector<bus::Message>& messages
) {
    return order_item::decide(state, command, now, messages);
}

void Service::save(sql::Transaction& transaction, const State& state) {
    order_item::save(transaction, state);
}

void Service::committed(const State& state) {
    // Another instance may have written them: what was found counts, too.
    if (!state.catalogue.empty()) x_catalogue.filled();
}

}  // namespace pay::order_item
