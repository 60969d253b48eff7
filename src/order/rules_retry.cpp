#include "order/rules.hpp"

/// An operator who has taken a cause away does not want to wait for the next try. Nothing is done
/// here that would not be done by itself later, but for a refund that the gateway refused.
namespace pay::order {
namespace {

/// Whether a gateway call may still be under way: it is left alone.
bool runs(const std::optional<Time>& called_at, Duration recheck, Time now) {
    return called_at && *called_at + recheck > now;
}

/// What the driver would look at later, it looks at now.
bool look_now(Scope& scope, Order& order) {
    if (!order.due_at) return false;
    if (runs(order.approval_at, scope.settings.approval_recheck, scope.now)) return false;
    order.due_at = scope.now;
    scope.state.changed_orders.insert(order.id);  // no change that anybody sees: no new version
    return true;
}

/// Why the order was turned round, as far as its steps still tell.
Failure why_turned(const Order& order) {
    const bool item_failed = order.order_item.status == StepStatus::failed;
    const bool point_failed = order.point && order.point->status == StepStatus::failed;
    const bool at_payment = item_failed && order.order_item.at == order.payment.at;
    // Of a wrong amount all fails at once.
    if (item_failed && (point_failed || (!order.point && at_payment))) {
        return Failure::AMOUNT_MISMATCH;
    }
    if (item_failed) return Failure::ITEM_REFUSED;
    return point_failed ? Failure::POINTS_REFUSED : Failure::TIMED_OUT;
}

/// The money of an order that was turned round is tried to be returned once more.
void open_again(Scope& scope, Order& order, Refund& refund) {
    refund.status = RefundStatus::open;
    refund.attempts = 0;
    order.failure = why_turned(order);  // it is refused no more, and nobody may close it meanwhile
    scope.touch(order);
}

bool return_now(Scope& scope, Order& order, Refund& refund) {
    if (refund.order_id != order.id) return false;
    const bool stuck = refund.status == RefundStatus::refused && order.status == Status::FAILING &&
                       order.failure == Failure::REFUND_REFUSED;
    if (stuck) {
        open_again(scope, order, refund);
    } else if (refund.status != RefundStatus::open ||
               runs(refund.called_at, scope.settings.refund_recheck, scope.now)) {
        return false;
    }
    refund.due_at = scope.now;
    scope.touch(refund);
    return true;
}

}  // namespace

Result<Answer> return_to(Scope& scope, Order& order, const gateway::RefundAccount& account) {
    const auto refund = scope.state.refunds.find(order.receipt_id);
    const bool waits = refund != scope.state.refunds.end() &&
                       refund->second.status == RefundStatus::refused &&
                       return_now(scope, order, refund->second);
    if (!waits) return Error{Code::not_cancelable, {}, {}, {}};
    refund->second.account = account;
    return Answer{order, Next::refund, {}, refund->second};
}

Result<Answer> retry(Scope& scope, const Retry& command) {
    Order* order = scope.find(command.order_id);
    if (order == nullptr) return not_found();
    const bool looks = look_now(scope, *order);
    const auto refund = scope.state.refunds.find(order->receipt_id);
    const bool returns =
        refund != scope.state.refunds.end() && return_now(scope, *order, refund->second);
    if (returns) return Answer{*order, Next::refund, {}, refund->second};
    if (looks) return Answer{*order, Next::nothing, {}, {}};
    return Error{
        Code::conflict,
        {"The order waits for nothing that can be done now.",
         "지금 다시 시도할 수 있는 단계가 없습니다."},
        {},
        {}
    };
}

}  // namespace pay::order
