#include "point/handlers.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "core/ident/ident.hpp"
#include "point/wire.hpp"

namespace pay::point {
namespace {

using dead_letter::Answered;
using dead_letter::refused;

/// The instruction with this id of a transaction, if the message is to become one.
template <class Wish, class Asked>
std::optional<Instruction> with(std::string id, Result<Asked> asked) {
    if (!asked) return std::nullopt;
    return Wish{std::move(id), std::move(*asked)};
}

std::optional<Instruction> instruction_of(const bus::Message& message, std::string id) {
    const auto& payload = message.payload;
    if (message.type == credit_type) return with<Credit>(std::move(id), read_command(payload));
    if (message.type == reverse_type) return with<Reverse>(std::move(id), read_command(payload));
    if (message.type == hold_type) return with<TakeHold>(std::move(id), read_hold(payload));
    if (message.type == settle_type) return with<SettleHold>(std::move(id), read_hold_end(payload));
    if (message.type == release_type) {
        return with<ReleaseHold>(std::move(id), read_hold_end(payload));
    }
    auto check = read_check(payload);
    if (!check) return std::nullopt;
    return CheckOrder{std::move(*check)};
}

bool is_known(std::string_view type) {
    constexpr std::array known{credit_type, reverse_type, hold_type,
                               settle_type, release_type, check_type};
    return std::ranges::find(known, type) != known.end();
}

void take_command(Service& service, const bus::Message& message, Answered answered) {
    if (!is_known(message.type)) return answered(refused("its type is not known"));
    auto instruction = instruction_of(message, make_id(prefix::point_transaction, service.now()));
    if (!instruction) return answered(refused("it cannot be read"));
    service.engine().execute(message, std::move(*instruction), std::move(answered));
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
