#include "order_item/handlers.hpp"

#include "core/ident/ident.hpp"
#include "order_item/wire.hpp"

namespace pay::order_item {
namespace {

/// The command a message asks for; nothing if its type is not known.
std::optional<Result<Command>> command_of(const bus::Message& message, Time now) {
    if (message.type == save_type) {
        auto save = read_save(message.payload);
        if (!save) return save.error();
        return Command{SaveItem{make_id(prefix::order_item, now), std::move(*save)}};
    }
    if (message.type == revoke_type) {
        auto revoke = read_revoke(message.payload);
        if (!revoke) return revoke.error();
        return Command{std::move(*revoke)};
    }
    if (message.type == item::changed_type) {
        auto changed = read_item(message.payload);
        if (!changed) return changed.error();
        return Command{std::move(*changed)};
    }
    return std::nullopt;
}

using dead_letter::Answered;
using dead_letter::refused;

void take(Service& service, const bus::Message& message, Answered answered) {
    auto command = command_of(message, service.now());
    if (!command) return answered(refused("its type is not known"));
    if (!*command) return answered(refused("it cannot be read"));
    service.engine().execute(message, std::move(**command), std::move(answered));
}

}  // namespace

std::vector<dead_letter::Subscription> subscriptions_of(Service& service) {
    const auto handler = [&service](const bus::Message& message, Answered answered) {
        take(service, message, std::move(answered));
    };
    return {
        {std::string(commands_topic), "order-item", handler},
        {std::string(item::changed_topic), "order-item", handler, bus::Reading::whole,
         [&service] { service.catalogue().caught_up(); }},
    };
}

}  // namespace pay::order_item
