#include "order/service.hpp"

#include "order/store.hpp"

namespace pay::order {

std::vector<EmbeddedFile> migrations() {
    std::vector<EmbeddedFile> own(schema.begin(), schema.end());
    own.insert(own.end(), catalogue::schema.begin(), catalogue::schema.end());
    return own;
}

Service::Service(const Context& context, Settings settings)
    : x_settings(settings),
      x_clock(context.clock),
      x_engine(context, "order", migrations(), *this) {
    auto connection = x_engine.database().connect(sql::Mode::read_only);
    x_has_catalogue = catalogue::count(*connection) > 0;
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
}

void Service::committed(const State& state) {
    if (!state.changed_items.empty()) x_has_catalogue = true;
    for (const auto& id : state.changed_orders) x_watchers->notify(state.orders.find(id)->second);
}

std::optional<std::string> Service::fault() {
    if (auto fault = x_engine.fault()) return fault;
    if (!x_has_catalogue) return "the catalogue has not been read yet";
    return std::nullopt;
}

}  // namespace pay::order
