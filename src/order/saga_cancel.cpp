#include "order/messages.hpp"
#include "order/saga.hpp"
#include "order/sending.hpp"

/// A cancellation, phase by phase. What can say no comes first and takes nothing that cannot be
/// given back: the points are held, then the gateway is asked, and only when it has returned the
/// money is anything final.
namespace pay::order {
namespace {

void enter(Scope& scope, Order& order, Cancellation& cancellation, Phase phase);

/// Nothing of the order is left once this cancellation is done.
bool whole(const Order& order, const Cancellation& cancellation) {
    return order.paid_with_points() || order.canceled_amount + cancellation.amount == *order.amount;
}

bool takes_points(const Cancellation& cancellation) {
    return cancellation.points + cancellation.bonus > Points{0};
}

void finish(Scope& scope, Order& order, Cancellation& cancellation) {
    if (whole(order, cancellation)) {
        order.status = Status::CANCELED;
        order.payment = {StepStatus::reversed, scope.now};
        if (order.point) order.point = Step{StepStatus::reversed, scope.now};
        order.order_item = {StepStatus::reversed, scope.now};
        scope.disown(order);
    } else {
        order.status = Status::SUCCESS;
    }
    order.canceled_amount += cancellation.amount;
    order.cancel_fee += cancellation.fee;
    order.due_at.reset();
    scope.touch(order);
    scope.tell(canceled_type, order);
}

void refuse(Scope& scope, Order& order, const Cancellation& cancellation) {
    order.status = Status::SUCCESS;
    order.failure = cancellation.failure;
    order.due_at.reset();
    scope.touch(order);
}

/// The gateway's total once this cancellation is done.
std::optional<Won> target_of(const Order& order, const Cancellation& cancellation) {
    const Won total = order.returned() + cancellation.amount - cancellation.fee;
    return total == *order.amount ? std::nullopt : std::optional{total};
}

/// Whether there is nothing to do in a phase.
bool passed_over(const Order& order, const Cancellation& cancellation, Phase phase) {
    switch (phase) {
        case Phase::holding:
        case Phase::settling:
        case Phase::releasing:
            return !takes_points(cancellation);
        case Phase::returning:
            return cancellation.origin == Origin::gateway;
        case Phase::revoking:
            return !whole(order, cancellation);
        case Phase::restoring:
            return !order.paid_with_points();
        case Phase::done:
        case Phase::refused:
            break;
    }
    return false;
}

Phase after(Phase phase) {
    switch (phase) {
        case Phase::holding:
            return Phase::returning;
        case Phase::returning:
            return Phase::settling;
        case Phase::settling:
            return Phase::revoking;
        case Phase::revoking:
            return Phase::restoring;
        case Phase::restoring:
        case Phase::done:
            return Phase::done;
        case Phase::releasing:
        case Phase::refused:
            break;
    }
    return Phase::refused;
}

void enter(Scope& scope, Order& order, Cancellation& cancellation, Phase phase) {
    while (passed_over(order, cancellation, phase)) phase = after(phase);
    cancellation.phase = phase;
    scope.touch(cancellation);
    order.attempts = 0;
    switch (phase) {
        case Phase::returning:
            // From here on the refund has its own time table; its end comes back here.
            order.due_at.reset();
            scope.touch(order);
            return return_part(scope, order, cancellation, target_of(order, cancellation));
        case Phase::done:
            return finish(scope, order, cancellation);
        case Phase::refused:
            return refuse(scope, order, cancellation);
        case Phase::holding:
        case Phase::settling:
        case Phase::releasing:
        case Phase::revoking:
        case Phase::restoring:
            break;
    }
    scope.touch(order);
    work_cancellation(scope, order, cancellation);
}

void hold_replied(
    Scope& scope, Order& order, Cancellation& cancellation, const PointReplied& command
) {
    if (cancellation.phase != Phase::holding) return;
    if (command.refused) cancellation.failure = Failure::POINTS_SPENT;
    if (cancellation.origin == Origin::simulation) {
        cancellation.phase = command.refused ? Phase::refused : Phase::done;
        scope.touch(cancellation);
        return;
    }
    if (order.status != Status::CANCELING) return;
    enter(scope, order, cancellation, command.refused ? Phase::refused : Phase::returning);
}

}  // namespace

Cancellation& cancellation_under_way(Scope& scope, const Order& order) {
    const auto found = scope.state.cancellations.find(order.cancellation_id);
    PAY_ASSERT(found != scope.state.cancellations.end());
    return found->second;
}

void begin_cancellation(Scope& scope, Order& order, Cancellation& cancellation) {
    order.status = Status::CANCELING;
    order.failure = Failure::NONE;
    order.cancellation_id = cancellation.id;
    const bool points = order.paid_with_points();
    enter(scope, order, cancellation, points ? Phase::revoking : Phase::holding);
}

void work_cancellation(Scope& scope, Order& order, Cancellation& cancellation) {
    switch (cancellation.phase) {
        case Phase::holding:
            send_hold(scope, order, cancellation);
            break;
        case Phase::settling:
            send_settle(scope, order, cancellation);
            break;
        case Phase::releasing:
            send_release(scope, order, cancellation);
            break;
        case Phase::revoking:
            send_revoke(scope, order);
            break;
        case Phase::restoring:
            send_reverse(scope, order);
            break;
        case Phase::returning:
        case Phase::done:
        case Phase::refused:
            order.due_at.reset();
            return;
    }
    order.due_at = next_try(scope, order);
}

Cancellation* cancellation_of(Scope& scope, const Order& order, const point::Reply& reply) {
    const bool restores = order.status == Status::CANCELING && !reply.hold_id;
    const auto& id = restores ? order.cancellation_id : reply.hold_id.value_or(std::string{});
    const auto found = scope.state.cancellations.find(id);
    return found == scope.state.cancellations.end() ? nullptr : &found->second;
}

void cancellation_point_replied(
    Scope& scope, Order& order, Cancellation& cancellation, const PointReplied& command
) {
    switch (command.reply.action) {
        case point::Action::hold:
            return hold_replied(scope, order, cancellation, command);
        case point::Action::settle:
            if (cancellation.phase != Phase::settling) return;
            return enter(scope, order, cancellation, Phase::revoking);
        case point::Action::release:
            if (cancellation.phase != Phase::releasing) return;
            return enter(scope, order, cancellation, Phase::refused);
        case point::Action::reverse:
            if (cancellation.phase != Phase::restoring) return;
            return enter(scope, order, cancellation, Phase::done);
        case point::Action::credit:
            return;
    }
}

void cancellation_item_revoked(Scope& scope, Order& order) {
    auto& cancellation = cancellation_under_way(scope, order);
    if (cancellation.phase != Phase::revoking) return;
    enter(scope, order, cancellation, Phase::restoring);
}

void cancellation_returned(Scope& scope, Order& order) {
    auto& cancellation = cancellation_under_way(scope, order);
    if (cancellation.phase != Phase::returning) return;
    enter(scope, order, cancellation, Phase::settling);
}

void cancellation_return_refused(Scope& scope, Order& order) {
    auto& cancellation = cancellation_under_way(scope, order);
    if (cancellation.phase != Phase::returning) return;
    cancellation.failure = Failure::CANCEL_REFUSED;
    enter(scope, order, cancellation, Phase::releasing);
}

}  // namespace pay::order
