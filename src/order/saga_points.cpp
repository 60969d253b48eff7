#include "order/messages.hpp"
#include "order/saga.hpp"
#include "order/sending.hpp"

/// An order paid with points: they are held, the item is saved, they are settled. Held points can
/// be let go again, so until the item is saved everything can be undone; after that only their
/// settling is left, which nobody refuses.
namespace pay::order {
namespace {

void fail(Scope& scope, Order& order, StepStatus payment) {
    order.status = Status::FAIL;
    order.payment = {payment, scope.now};
    order.point = Step{StepStatus::failed, scope.now};
    order.due_at.reset();
    order.deadline_at.reset();
    scope.disown(order);
    scope.touch(order);
    scope.tell(failed_type, order);
}

void points_held(Scope& scope, Order& order, std::optional<Points> balance) {
    if (balance) balance_fell(scope, {order.user_id, *balance});
    order.status = Status::PAID;
    order.payment = {StepStatus::done, scope.now};
    order.paid_at = scope.now;
    order.attempts = 0;
    scope.own(order);
    scope.touch(order);
    scope.tell(paid_type, order);
    work(scope, order);
}

}  // namespace

void begin_points_order(Scope& scope, Order& order) {
    order.deadline_at = scope.now + scope.settings.saga_deadline;
    work(scope, order);
}

void work_points(Scope& scope, const Order& order) {
    if (order.status == Status::PENDING) {
        send_hold(scope, order);
    } else if (order.status == Status::PAID) {
        if (order.order_item.status == StepStatus::pending) {
            send_save(scope, order);
        } else {
            send_settle(scope, order);
        }
    } else if (open(order.order_item)) {
        send_revoke(scope, order);
    } else {
        send_release(scope, order);
    }
}

void settle_points(Scope& scope, Order& order) {
    if (order.status != Status::PAID) return;
    order.deadline_at.reset();
    order.attempts = 0;
    work(scope, order);
}

void unwind_points(Scope& scope, Order& order) {
    if (open(order.order_item) || open(order.payment)) return work(scope, order);
    fail(scope, order, order.payment.status);
}

void points_order_replied(Scope& scope, Order& order, const PointReplied& command) {
    switch (command.reply.action) {
        case point::Action::hold:
            if (order.status != Status::PENDING) return;
            if (!command.refused) return points_held(scope, order, command.reply.balance);
            order.failure = Failure::INSUFFICIENT_POINTS;
            order.order_item = {StepStatus::failed, scope.now};
            return fail(scope, order, StepStatus::failed);
        case point::Action::settle:
            if (order.status != Status::PAID || order.point->status != StepStatus::pending) return;
            order.point = Step{StepStatus::done, scope.now};
            scope.touch(order);
            return conclude(scope, order);
        case point::Action::release:
            if (order.status != Status::FAILING || open(order.order_item)) return;
            order.payment = {StepStatus::reversed, scope.now};
            return unwind_points(scope, order);
        case point::Action::credit:
        case point::Action::reverse:
            return;
    }
}

}  // namespace pay::order
