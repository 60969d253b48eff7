#include "point/handlers.hpp"

#include "core/ident/ident.hpp"
#include "point/wire.hpp"

namespace pay::point {
namespace {

void take_command(Service& service, const bus::Message& message, bus::Handled handled) {
    const bool credits = message.type == credit_type;
    if (!credits && message.type != reverse_type) {
        return refuse_message(message, "its type is not known", std::move(handled));
    }
    auto command = read_command(message.payload);
    if (!command) return refuse_message(message, "it cannot be read", std::move(handled));
    auto id = make_id(prefix::point_transaction, service.now());
    auto instruction = credits ? Instruction{Credit{std::move(id), std::move(*command)}}
                               : Instruction{Reverse{std::move(id), std::move(*command)}};
    service.engine().execute(message, std::move(instruction), std::move(handled));
}

}  // namespace

std::vector<bus::Subscription> subscriptions_of(Service& service) {
    return {
        {std::string(commands_topic), "point",
         [&service](const bus::Message& message, bus::Handled handled) {
             take_command(service, message, std::move(handled));
         }},
    };
}

}  // namespace pay::point
