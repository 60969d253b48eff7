#include "point/handlers.hpp"

#include "core/ident/ident.hpp"
#include "point/wire.hpp"

namespace pay::point {
namespace {

using dead_letter::Answered;
using dead_letter::refused;

void take_command(Service& service, const bus::Message& message, Answered answered) {
    const bool credits = message.type == credit_type;
    if (!credits && message.type != reverse_type) {
        return answered(refused("its type is not known"));
    }
    auto command = read_command(message.payload);
    if (!command) return answered(refused("it cannot be read"));
    auto id = make_id(prefix::point_transaction, service.now());
    auto instruction = credits ? Instruction{Credit{std::move(id), std::move(*command)}}
                               : Instruction{Reverse{std::move(id), std::move(*command)}};
    service.engine().execute(message, std::move(instruction), std::move(answered));
}

}  // namespace

std::vector<dead_letter::Subscription> subscriptions_of(Service& service) {
    return {
        {std::string(commands_topic), "point",
         [&service](const bus::Message& message, Answered answered) {
             take_command(service, message, std::move(answered));
         }},
    };
}

}  // namespace pay::point
