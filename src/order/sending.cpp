#include "order/sending.hpp"

#include <algorithm>

#include "core/json/write.hpp"

namespace pay::order {
namespace {

constexpr int slowest = 4;  // 2^4 times the first pause

template <class Payload>
void send(
    Scope& scope, std::string_view topic, const std::string& key, std::string_view type,
    const Payload& payload
) {
    scope.messages.push_back({
        .topic = std::string(topic),
        .key = key,
        .type = std::string(type),
        .payload = json::to_text(payload),
    });
}

template <class Payload>
void tell_point(Scope& scope, const Order& order, std::string_view type, const Payload& payload) {
    send(scope, point::commands_topic, order.user_id, type, payload);
}

point::Command points_of(const Order& order) {
    point::Command command{order.id, order.user_id, *order.points};
    if (order.bonus > Points{0}) command.bonus = order.bonus;
    return command;
}

}  // namespace

void send_credit(Scope& scope, const Order& order) {
    tell_point(scope, order, point::credit_type, points_of(order));
}

void send_reverse(Scope& scope, const Order& order) {
    tell_point(scope, order, point::reverse_type, points_of(order));
}

void send_hold(Scope& scope, const Order& order) {
    point::Hold hold;
    hold.order_id = order.id;
    hold.hold_id = order.id;
    hold.user_id = order.user_id;
    hold.purpose = point::Purpose::purchase;
    hold.points = *order.points;
    tell_point(scope, order, point::hold_type, hold);
}

void send_settle(Scope& scope, const Order& order) {
    tell_point(scope, order, point::settle_type, point::HoldEnd{order.id, order.id, order.user_id});
}

void send_release(Scope& scope, const Order& order) {
    tell_point(
        scope, order, point::release_type, point::HoldEnd{order.id, order.id, order.user_id}
    );
}

void send_hold(Scope& scope, const Order& order, const Cancellation& cancellation) {
    point::Hold hold;
    hold.order_id = order.id;
    hold.hold_id = cancellation.id;
    hold.user_id = order.user_id;
    hold.purpose = point::Purpose::cancel;
    hold.points = cancellation.points;
    hold.bonus = cancellation.bonus;
    hold.only_unused = scope.settings.cancel.only_unused && cancellation.asked_by == order.user_id;
    hold.owed = cancellation.origin == Origin::gateway;
    hold.simulate = cancellation.origin == Origin::simulation;
    tell_point(scope, order, point::hold_type, hold);
}

void send_settle(Scope& scope, const Order& order, const Cancellation& cancellation) {
    tell_point(
        scope, order, point::settle_type, point::HoldEnd{order.id, cancellation.id, order.user_id}
    );
}

void send_release(Scope& scope, const Order& order, const Cancellation& cancellation) {
    tell_point(
        scope, order, point::release_type, point::HoldEnd{order.id, cancellation.id, order.user_id}
    );
}

void send_save(Scope& scope, const Order& order) {
    const auto kind = order.kind == item::Kind::content ? order_item::ItemKind::content
                                                        : order_item::ItemKind::point_package;
    const order_item::Save save{order.id, order.user_id, order.item_id, order.item_name,
                                kind,     order.amount,  order.points};
    send(scope, order_item::commands_topic, order.id, order_item::save_type, save);
}

void send_revoke(Scope& scope, const Order& order) {
    send(
        scope, order_item::commands_topic, order.id, order_item::revoke_type,
        order_item::Revoke{order.id}
    );
}

Time next_try(const Scope& scope, const Order& order) {
    return scope.now + scope.settings.resend_after * (1 << std::min(order.attempts, slowest));
}

}  // namespace pay::order
