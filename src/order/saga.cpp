#include "order/saga.hpp"

#include <algorithm>

#include "order/messages.hpp"
#include "order/sending.hpp"

namespace pay::order {
namespace {

void move(Scope& scope, Step& step, StepStatus to) {
    step = {to, scope.now};
}

Answer answer(Scope& scope, const Order& order) {
    const auto refund = scope.state.refunds.find(order.receipt_id);
    const bool due = refund != scope.state.refunds.end() && refund->second.due_at == scope.now;
    return {order, due ? Next::refund : Next::nothing, {}, {}};
}

/// What an order paid with money waits for.
void work_money(Scope& scope, const Order& order) {
    if (order.status == Status::PAID) {
        const bool credit = order.point && order.point->status == StepStatus::pending;
        if (credit) send_credit(scope, order);
        if (order.order_item.status == StepStatus::pending) send_save(scope, order);
    } else if (order.point && open(*order.point)) {
        send_reverse(scope, order);
    } else if (open(order.order_item)) {
        send_revoke(scope, order);
    }
}

}  // namespace

bool open(const Step& step) {
    return step.status == StepStatus::pending || step.status == StepStatus::done;
}

void work(Scope& scope, Order& order) {
    if (order.paid_with_points()) {
        work_points(scope, order);
    } else {
        work_money(scope, order);
    }
    Time next = next_try(scope, order);
    const bool turns = order.status != Status::FAILING && order.deadline_at;
    if (turns) next = std::min(next, std::max(*order.deadline_at, scope.now));
    order.due_at = next;
}

/// An item that was refused stops it no more once the points are spent: what is bought and used up
/// cannot be undone.
void conclude(Scope& scope, Order& order) {
    const bool points_done = !order.point || order.point->status == StepStatus::done;
    if (!points_done || order.order_item.status == StepStatus::pending) return;
    order.status = Status::SUCCESS;
    order.due_at.reset();
    order.deadline_at.reset();
    scope.tell(succeeded_type, order);
}

void unwind(Scope& scope, Order& order) {
    order.attempts = 0;
    if (order.paid_with_points()) return unwind_points(scope, order);
    const bool undone = !(order.point && open(*order.point)) && !open(order.order_item);
    if (!undone) return work(scope, order);
    // From here on the refund has its own time table; its end calls payment_returned().
    order.due_at.reset();
    return_payment(scope, order.receipt_id, order.id);
}

void begin_saga(Scope& scope, Order& order) {
    order.status = Status::PAID;
    move(scope, order.payment, StepStatus::done);
    order.attempts = 0;
    order.deadline_at = scope.now + scope.settings.saga_deadline;
    scope.own(order);
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
    if (order.status == Status::CANCELING) return cancellation_returned(scope, order);
    if (order.status != Status::FAILING) return;
    order.status = Status::FAIL;
    move(scope, order.payment, StepStatus::reversed);
    order.canceled_amount = *order.amount;
    order.due_at.reset();
    scope.disown(order);
    scope.touch(order);
    scope.tell(failed_type, order);
}

void payment_return_refused(Scope& scope, Order& order) {
    if (order.status == Status::CANCELING) return cancellation_return_refused(scope, order);
    if (order.status != Status::FAILING) return;
    order.failure = Failure::REFUND_REFUSED;
    order.due_at.reset();
    scope.touch(order);
}

Result<Answer> point_replied(Scope& scope, const PointReplied& command) {
    Order* order = scope.find(command.reply.order_id);
    if (order == nullptr || !order->point) return not_found();
    if (Cancellation* cancellation = cancellation_of(scope, *order, command.reply)) {
        cancellation_point_replied(scope, *order, *cancellation, command);
        return answer(scope, *order);
    }
    if (order->paid_with_points()) {
        points_order_replied(scope, *order, command);
        return answer(scope, *order);
    }
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
    } else if (!credit && order->status == Status::FAILING && open(step)) {
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
        if (order->status == Status::PAID) {
            conclude(scope, *order);
            if (order->paid_with_points()) settle_points(scope, *order);
        }
    } else if (save && command.refused && step.status == StepStatus::pending &&
               order->status == Status::PAID) {
        move(scope, step, StepStatus::failed);
        if (order->deadline_at) {
            turn_round(scope, *order, Failure::ITEM_REFUSED);
        } else {
            scope.touch(*order);
            conclude(scope, *order);
        }
    } else if (!save && order->status == Status::CANCELING) {
        cancellation_item_revoked(scope, *order);
    } else if (!save && order->status == Status::FAILING && open(step)) {
        move(scope, step, StepStatus::reversed);
        scope.touch(*order);
        unwind(scope, *order);
    }
    return answer(scope, *order);
}

Result<Answer> wake_saga(Scope& scope, Order& order) {
    const bool forward = order.status == Status::PENDING || order.status == Status::PAID;
    if (forward && order.deadline_at && *order.deadline_at <= scope.now) {
        turn_round(scope, order, Failure::TIMED_OUT);
        return answer(scope, order);
    }
    ++order.attempts;
    work(scope, order);
    scope.state.changed_orders.insert(order.id);  // no change that anybody sees: no new version
    return answer(scope, order);
}

}  // namespace pay::order
