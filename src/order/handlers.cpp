#include "order/handlers.hpp"

#include "order/wire.hpp"

namespace pay::order {
namespace {

void on_reply(PaymentFlow& flow, const bus::Message& message, bus::Handled handled) {
    const bool from_point = message.type == point::done_type || message.type == point::refused_type;
    const bool from_order_item =
        message.type == order_item::done_type || message.type == order_item::refused_type;
    if (from_point) {
        auto reply = read_point_reply(message.payload);
        if (!reply)
            return refuse_message(message, "not a reply of the point service", std::move(handled));
        flow.deliver(
            message, PointReplied{std::move(*reply), message.type == point::refused_type},
            std::move(handled)
        );
    } else if (from_order_item) {
        auto reply = read_order_item_reply(message.payload);
        if (!reply) {
            return refuse_message(
                message, "not a reply of the order-item service", std::move(handled)
            );
        }
        flow.deliver(
            message, OrderItemReplied{std::move(*reply), message.type == order_item::refused_type},
            std::move(handled)
        );
    } else {
        refuse_message(message, "no type of this topic", std::move(handled));
    }
}

}  // namespace

void subscribe(bus::Bus& bus, Service& service, PaymentFlow& flow) {
    static_assert(point::replies_topic == order_item::replies_topic);
    bus.subscribe(
        {std::string(point::replies_topic), "order",
         [&flow](const bus::Message& message, bus::Handled handled) {
             on_reply(flow, message, std::move(handled));
         }}
    );
    bus.subscribe(
        {std::string(item::changed_topic), "order",
         [&service](const bus::Message& message, bus::Handled handled) {
             auto changed = read_item_changed(message.payload);
             if (!changed) return refuse_message(message, "not an item", std::move(handled));
             service.engine().execute(message, std::move(*changed), std::move(handled));
         },
         bus::Reading::whole, [&service] { service.catalogue().caught_up(); }}
    );
}

}  // namespace pay::order
