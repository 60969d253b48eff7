#include "order/saga.hpp"

#include <algorithm>

#include "core/json/write.hpp"
#include "order/messages.hpp"

namespace pay::order {
namespace {

bool open(StepStatus status) {
    return status == StepStatus::pending || status == StepStatus::done;
}

void send(
    Scope& scope, std::string_view topic, const std::string& key, std::string_view type,
    std::string payload
) {
    scope.messages.push_back({
        .topic = std::string(topic),
        .key = key,
        .type = std::string(type),
        .payload = std::move(payload),
    });
}

void send_point(Scope& scope, const Order& order, std::string_view type) {
    const point::Command command{order.id, order.user_id, *order.points};
    send(scope, point::commands_topic, order.user_id, type, json::to_text(command));
}

void send_save(Scope& scope, const Order& order) {
    const auto kind = order.kind == item::Kind::content ? order_item::ItemKind::content
                                                        : order_item::ItemKind::point_package;
    const order_item::Save command{order.id, order.user_id, order.item_id, order.item_name,
                                   kind,     order.amount,  order.points};
    send(
        scope, order_item::commands_topic, order.id, order_item::save_type, json::to_text(command)
    );
}

void send_revoke(Scope& scope, const Order& order) {
    send(
        scope, order_item::commands_topic, order.id, order_item::revoke_type,
        json::to_text(order_item::Revoke{order.id})
    );
}

/// Commands of the steps that are still open, in the direction the order goes; after that, silence
/// is waited out ever longer.
void work(Scope& scope, Order& order) {
    if (order.status == Status::PAID) {
        if (order.point && order.point->status == StepStatus::pending) {
            send_point(scope, order, point::credit_type);
        }
        if (order.order_item.status == StepStatus::pending) send_save(scope, order);
    } else if (order.point && open(order.point->status)) {
        send_point(scope, order, point::reverse_type);
    } else if (open(order.order_item.status)) {
        send_revoke(scope, order);
    }
    Time next = scope.now + scope.settings.resend_after * (1 << std::min(order.attempts, 4));
    const bool turns = order.status == Status::PAID && order.deadline_at;
    if (turns) next = std::min(next, std::max(*order.deadline_at, scope.now));
    order.due_at = next;
}

/// PAID: both done is SUCCESS. An item that was refused stops it no more once the points are spent:
/// what is bought and used up cannot be undone.
void conclude(Scope& scope, Order& order) {
    const bool points_done = !order.point || order.point->status == StepStatus::done;
    if (!points_done || order.order_item.status == StepStatus::pending) return;
    order.status = Status::SUCCESS;
    order.due_at.reset();
    order.deadline_at.reset();
    scope.tell(succeeded_type, order);
}

/// FAILING: the next thing to undo, and at the end the payment itself.
void unwind(Scope& scope, Order& order) {
    order.attempts = 0;
    const bool undone =
        !(order.point && open(order.point->status)) && !open(order.order_item.status);
    if (!undone) return work(scope, order);
    // From here on the refund has its own time table; its end calls payment_returned().
    order.due_at.reset();
    return_payment(scope, order.receipt_id, order.id);
}

void move(Scope& scope, Step& step, StepStatus to) {
    step = {to, scope.now};
}

Answer answer(Scope& scope, const Order& order) {
    const auto refund = scope.state.refunds.find(order.receipt_id);
    const bool due = order.status == Status::FAILING && refund != scope.state.refunds.end() &&
                     refund->second.due_at == scope.now;
    return {order, due ? Next::refund : Next::nothing, {}, {}};
}

}  // namespace

void begin_saga(Scope& scope, Order& order) {
    order.status = Status::PAID;
    move(scope, order.payment, StepStatus::done);
    order.attempts = 0;
    order.deadline_at = scope.now + scope.settings.saga_deadline;
    scope.touch(order);
    scope.tell(paid_type, order);
    settle_webhooks(scope, order);
    work(scope, order);
}

void turn_round(Scope& scope, Order& order, Failure why) {
    order.status = Status::FAILING;
    order.failure = why;
    order.deadline_at.reset();
    scope.touch(order);
    unwind(scope, order);
}

void payment_returned(Scope& scope, Order& order) {
    if (order.status != Status::FAILING) return;
    order.status = Status::FAIL;
    move(scope, order.payment, StepStatus::reversed);
    order.canceled_amount = *order.amount;
    order.due_at.reset();
    scope.touch(order);
    scope.tell(failed_type, order);
}

void payment_return_refused(Scope& scope, Order& order) {
    if (order.status != Status::FAILING) return;
    order.failure = Failure::REFUND_REFUSED;
    order.due_at.reset();
    scope.touch(order);
}

Result<Answer> point_replied(Scope& scope, const PointReplied& command) {
    Order* order = scope.find(command.reply.order_id);
    if (order == nullptr || !order->point) return not_found();
    Step& step = *order->point;
    const bool credit = command.reply.action == point::Action::credit;
    if (credit && !command.refused && step.status == StepStatus::pending) {
        move(scope, step, StepStatus::done);
        scope.touch(*order);
        if (order->status == Status::PAID) conclude(scope, *order);
    } else if (credit && command.refused && step.status == StepStatus::pending &&
               order->status == Status::PAID) {
        move(scope, step, StepStatus::failed);
        turn_round(scope, *order, Failure::POINTS_REFUSED);
    } else if (!credit && order->status == Status::FAILING && open(step.status)) {
        if (!command.refused) {
            move(scope, step, StepStatus::reversed);
            scope.touch(*order);
            unwind(scope, *order);
        } else {
            // The points are spent: the purchase stands. Nothing else has been undone yet.
            move(scope, step, StepStatus::done);
            order->status = Status::PAID;
            order->failure = Failure::NONE;
            order->attempts = 0;
            scope.touch(*order);
            conclude(scope, *order);
            if (order->status == Status::PAID) work(scope, *order);
        }
    }
    return answer(scope, *order);
}

Result<Answer> order_item_replied(Scope& scope, const OrderItemReplied& command) {
    Order* order = scope.find(command.reply.order_id);
    if (order == nullptr) return not_found();
    Step& step = order->order_item;
    const bool save = command.reply.action == order_item::Action::save;
    if (save && !command.refused && step.status == StepStatus::pending) {
        move(scope, step, StepStatus::done);
        scope.touch(*order);
        if (order->status == Status::PAID) conclude(scope, *order);
    } else if (save && command.refused && step.status == StepStatus::pending &&
               order->status == Status::PAID) {
        move(scope, step, StepStatus::failed);
        if (order->deadline_at) {
            turn_round(scope, *order, Failure::ITEM_REFUSED);
        } else {
            scope.touch(*order);
            conclude(scope, *order);
        }
    } else if (!save && order->status == Status::FAILING && open(step.status)) {
        move(scope, step, StepStatus::reversed);
        scope.touch(*order);
        unwind(scope, *order);
    }
    return answer(scope, *order);
}

Result<Answer> wake_saga(Scope& scope, Order& order) {
    const bool late =
        order.status == Status::PAID && order.deadline_at && *order.deadline_at <= scope.now;
    if (late) {
        turn_round(scope, order, Failure::TIMED_OUT);
        return answer(scope, order);
    }
    ++order.attempts;
    work(scope, order);
    scope.state.changed_orders.insert(order.id);  // no change that anybody sees: no new version
    return answer(scope, order);
}

}  // namespace pay::order
