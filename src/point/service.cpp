#include "point/service.hpp"

#include "point/api.hpp"
#include "point/handlers.hpp"
#include "point/rules.hpp"
#include "point/store.hpp"

namespace pay::point {

Service::Service(const Context& context, Settings settings)
    : x_settings(std::move(settings)),
      x_clock(context.clock),
      x_engine(context, "point", migrations(), *this),
      x_expiry(*this, context.io) {}

std::vector<http::Route> Service::routes() {
    return routes_of(*this);
}

void Service::start() {
    x_engine.start();
    x_expiry.start();
}

void Service::stop_sending() {
    x_expiry.stop();
    x_engine.stop_sending();
}

void Service::subscribe(bus::Bus& bus) {
    for (auto& subscription : subscriptions_of(*this)) {
        x_engine.subscribe(bus, std::move(subscription));
    }
}

State Service::load(sql::Connection& connection, std::span<const Instruction* const> instructions) {
    return point::load(connection, instructions);
}

Result<Standing> Service::decide(
    State& state, const Instruction& instruction, Time now, std::vector<bus::Message>& messages
) {
    return point::decide(state, instruction, x_settings, now, messages);
}

void Service::save(sql::Transaction& transaction, const State& state) {
    point::save(transaction, state);
}

}  // namespace pay::point
