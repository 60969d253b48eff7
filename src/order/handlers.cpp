#include "order/handlers.hpp"

#include "order/reconcile_api.hpp"
#include "order/wire.hpp"
#include "order/wire_auto_charge.hpp"

namespace pay::order {
namespace {

using dead_letter::Answered;
using dead_letter::refused;

void take_balance(PaymentFlow& flow, const bus::Message& message, Answered answered) {
    auto balance = read_balance(message.payload);
    if (!balance) return answered(refused("it is not a balance"));
    flow.deliver(message, std::move(*balance), std::move(answered));
}

void take_reply(PaymentFlow& flow, const bus::Message& message, Answered answered) {
    const bool from_point = message.type == point::done_type || message.type == point::refused_type;
    const bool from_order_item =
        message.type == order_item::done_type || message.type == order_item::refused_type;
    if (from_point) {
        auto reply = read_point_reply(message.payload);
        if (!reply) return answered(refused("it is not a reply of the point service"));
        flow.deliver(
            message,
            PointReplied{
                std::move(*reply), message.type == point::refused_type, message.place,
                bus::answers_of(message)
            },
            std::move(answered)
        );
    } else if (from_order_item) {
        auto reply = read_order_item_reply(message.payload);
        if (!reply) return answered(refused("it is not a reply of the order-item service"));
        flow.deliver(
            message,
            OrderItemReplied{
                std::move(*reply), message.type == order_item::refused_type, message.place,
                bus::answers_of(message)
            },
            std::move(answered)
        );
    } else if (message.type == point::balance_type) {
        take_balance(flow, message, std::move(answered));
    } else {
        answered(refused("its type is not known"));
    }
}

void take_item(Service& service, const bus::Message& message, Answered answered) {
    auto changed = read_item_changed(message.payload);
    if (!changed) return answered(refused("it is not an item"));
    service.engine().execute(message, std::move(*changed), std::move(answered));
}

}  // namespace

void subscribe(bus::Bus& bus, Service& service, PaymentFlow& flow) {
    static_assert(point::replies_topic == order_item::replies_topic);
    auto& engine = service.engine();
    engine.subscribe(
        bus, {std::string(point::replies_topic), "order",
              [&service, &flow](const bus::Message& message, Answered answered) {
                  if (message.type == point::checked_type) {
                      return take_checked(service, message, std::move(answered));
                  }
                  take_reply(flow, message, std::move(answered));
              }}
    );
    engine.subscribe(
        bus, {std::string(item::changed_topic), "order",
              [&service](const bus::Message& message, Answered answered) {
                  take_item(service, message, std::move(answered));
              },
              bus::Reading::whole, [&service] { service.catalogue().caught_up(); }}
    );
}

}  // namespace pay::order
