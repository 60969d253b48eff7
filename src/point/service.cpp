#include "point/service.hpp"

#include "point/api.hpp"
#include "point/handlers.hpp"
#include "point/messages.hpp"
#include "point/rules.hpp"
#include "point/seal.hpp"
#include "point/store.hpp"

namespace pay::point {
namespace {

/// Whether its transaction would belong to a day that may be sealed before it is booked: whoever
/// asked was frozen meanwhile, and asks again.
bool came_too_late(const Instruction& instruction, Time now) {
    return std::visit(
        [now](const auto& wish) {
            if constexpr (requires { wish.transaction_id; }) {
                return wish.transaction_id < transactions_from(now - oldest_booked);
            } else {
                return false;
            }
        },
        instruction
    );
}

/// What endpoints of others may ask for.
webhook_out::Source events() {
    return {"point", std::string(events_topic), {changed_type, expiring_type}};
}

}  // namespace

Service::Service(const Context& context, Settings settings)
    : x_settings(std::move(settings)),
      x_clock(context.clock),
      x_engine(context, "point", migrations(), *this, events()),
      x_expiry(*this, context.io),
      x_sealer(
          {context.io, x_engine.readers(),
           [this](dead_letter::Change change) { x_engine.write(std::move(change)); },
           [this] { return x_engine.instances().leads(); }, context.clock}
      ) {}

std::vector<http::Route> Service::routes() {
    return routes_of(*this);
}

void Service::start() {
    x_engine.start();
    x_expiry.start();
    x_sealer.start();
}

void Service::stop_sending() {
    x_expiry.stop();
    x_sealer.stop();
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
    if (came_too_late(instruction, now)) return Writer<Service>::unavailable();
    return point::decide(state, instruction, x_settings, now, messages);
}

void Service::save(sql::Transaction& transaction, const State& state) {
    point::save(transaction, state);
}

}  // namespace pay::point
