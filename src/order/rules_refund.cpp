#include <algorithm>
#include <utility>

#include "order/rules.hpp"
#include "order/saga.hpp"

/// Money on its way back. The gateway may not enforce cancel_id, so there is one call for a receipt
/// at a time: its intent is stored with the total returned before, and after an unknown outcome it
/// goes out again, with the same cancel_id, only when a look-up some time after the call still
/// shows that total.
namespace pay::order {
namespace {

constexpr Duration first_pause{1'000};
constexpr int slowest = 6;  // 2^6 seconds

Error no_refund() {
    return {Code::not_found, {}, {}, {}};
}

Refund* find(Scope& scope, const std::string& receipt_id) {
    const auto found = scope.state.refunds.find(receipt_id);
    return found == scope.state.refunds.end() ? nullptr : &found->second;
}

Answer answer(Scope& scope, const Refund& refund, Next next = Next::nothing) {
    const Order* order = scope.find(refund.order_id);
    return {order == nullptr ? Order{} : *order, next, {}, refund};
}

/// The order whose own payment this was; nothing if it was a second one.
Order* payer(Scope& scope, const Refund& refund) {
    Order* order = scope.find(refund.order_id);
    return order != nullptr && order->receipt_id == refund.receipt_id ? order : nullptr;
}

/// The gateway's total when the refund is done.
Won goal(const Refund& refund, Won price) {
    return refund.target.value_or(price);
}

Answer finish(Scope& scope, Refund& refund) {
    refund.status = RefundStatus::done;
    refund.called_at.reset();
    refund.due_at.reset();
    refund.account.reset();
    scope.touch(refund);
    if (Order* order = payer(scope, refund)) payment_returned(scope, *order);
    return answer(scope, refund);
}

void pause(Scope& scope, Refund& refund) {
    refund.due_at = scope.now + first_pause * (1 << std::min(refund.attempts, slowest));
    ++refund.attempts;
    scope.touch(refund);
}

}  // namespace

void return_payment(Scope& scope, const std::string& receipt_id, const std::string& order_id) {
    if (scope.state.refunds.contains(receipt_id)) return;
    Refund refund;
    refund.receipt_id = receipt_id;
    refund.order_id = order_id;
    // One for a receipt: its name is id enough, and the same after any crash.
    refund.cancel_id = "refund-" + receipt_id;
    refund.due_at = scope.now;
    refund.created_at = scope.now;
    const auto [place, inserted] = scope.state.refunds.emplace(receipt_id, std::move(refund));
    PAY_ASSERT(inserted);
    scope.touch(place->second);
}

void return_part(
    Scope& scope, const Order& order, Cancellation& cancellation, std::optional<Won> target
) {
    auto& refund = scope.state.refunds[order.receipt_id];
    if (refund.receipt_id.empty()) refund.created_at = scope.now;
    refund.receipt_id = order.receipt_id;
    refund.order_id = order.id;
    refund.status = RefundStatus::open;
    refund.cancel_id = cancellation.id;
    refund.target = target;
    refund.account = std::exchange(cancellation.account, std::nullopt);
    refund.called_at.reset();
    refund.due_at = scope.now;
    refund.attempts = 0;
    scope.touch(refund);
}

Result<Answer> begin_refund(Scope& scope, const BeginRefund& command) {
    Refund* refund = find(scope, command.receipt_id);
    if (refund == nullptr) return no_refund();
    if (refund->status != RefundStatus::open) return answer(scope, *refund);
    if (command.canceled >= goal(*refund, command.price)) return finish(scope, *refund);
    if (refund->called_at) {
        const Time asked_at = command.asked_at.value_or(scope.now);
        const bool too_early = *refund->called_at + scope.settings.refund_recheck > asked_at;
        if (too_early) return answer(scope, *refund);
        if (refund->canceled_before != command.canceled) {
            // Something was returned meanwhile, by that call or by someone else: wait until it
            // rests.
            refund->canceled_before = command.canceled;
            refund->called_at = scope.now;
            refund->due_at = scope.now + scope.settings.refund_recheck;
            scope.touch(*refund);
            return answer(scope, *refund);
        }
    }
    refund->canceled_before = command.canceled;
    refund->called_at = scope.now;
    refund->due_at = scope.now + scope.settings.refund_recheck;
    scope.touch(*refund);
    return answer(scope, *refund, Next::cancel);
}

Result<Answer> refund_ended(Scope& scope, const RefundEnded& command) {
    Refund* refund = find(scope, command.receipt_id);
    if (refund == nullptr) return no_refund();
    if (refund->status != RefundStatus::open) return answer(scope, *refund);
    if (command.outcome) {
        const auto& payment = *command.outcome;
        if (payment.canceled >= goal(*refund, payment.price)) return finish(scope, *refund);
        refund->called_at.reset();
        pause(scope, *refund);
        return answer(scope, *refund);
    }
    // A process that slept brings the end of a call that another one has repeated meanwhile.
    const bool of_the_last_call = !command.called_at || command.called_at == refund->called_at;
    if (!of_the_last_call) return answer(scope, *refund);
    switch (command.outcome.error()) {
        case gateway::Refusal::not_sent:
            refund->called_at.reset();
            pause(scope, *refund);
            return answer(scope, *refund);
        case gateway::Refusal::refused:
        case gateway::Refusal::declined: {
            refund->status = RefundStatus::refused;
            refund->called_at.reset();
            refund->due_at.reset();
            refund->account.reset();
            scope.touch(*refund);
            if (Order* order = payer(scope, *refund)) payment_return_refused(scope, *order);
            return answer(scope, *refund);
        }
        case gateway::Refusal::not_ready:
            // Canceled already, by whomever: the look-up will say how much.
            refund->called_at.reset();
            pause(scope, *refund);
            return answer(scope, *refund);
        case gateway::Refusal::unknown:
        case gateway::Refusal::timed_out:
            break;
    }
    return answer(scope, *refund);  // the intent stands until a late look-up settles it
}

Result<Answer> postpone_refund(Scope& scope, const PostponeRefund& command) {
    Refund* refund = find(scope, command.receipt_id);
    if (refund == nullptr) return no_refund();
    const bool under_way =
        refund->called_at && *refund->called_at + scope.settings.refund_recheck > scope.now;
    if (refund->status == RefundStatus::open && !under_way) pause(scope, *refund);
    return answer(scope, *refund);
}

Result<Answer> close_refused(Scope& scope, const CloseRefused& command) {
    Order* order = scope.find(command.order_id);
    if (order == nullptr) return not_found();
    const bool stuck =
        order->status == Status::FAILING && order->failure == Failure::REFUND_REFUSED;
    if (!stuck) {
        return Error{
            Code::conflict,
            {"Only an order whose refund was refused can be closed.",
             "환불이 거절된 주문만 종결할 수 있습니다."},
            {},
            {}
        };
    }
    payment_returned(scope, *order);
    return Answer{*order, Next::nothing, {}, {}};
}

}  // namespace pay::order
