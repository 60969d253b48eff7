#include <algorithm>
#include <utility>

#include "order/messages.hpp"
#include "order/rules.hpp"
#include "order/saga.hpp"

/// What a payment means for an order. Every path that hears of one (the browser's confirm, a
/// webhook, the poller, an operator) comes through here with what the gateway itself says, so
/// whichever comes first wins and the later ones find it done.
namespace pay::order {
namespace {

using gateway::Payment;
using gateway::Stage;

Error receipt_invalid(Text why) {
    return {Code::receipt_invalid, why, {}, {}};
}

Error names_another_order() {
    return receipt_invalid({"The receipt is for another order.", "다른 주문의 영수증입니다."});
}

Error second_payment() {
    return receipt_invalid(
        {"The order takes no further payment. If this one was charged, it is being returned.",
         "이 주문은 더 이상 결제를 받지 않습니다. 결제된 금액은 환불됩니다."}
    );
}

Error duplicate(const Order& holder, std::string_view user_id) {
    return {Code::duplicate_receipt, {}, {}, holder.user_id == user_id ? holder.id : std::string{}};
}

Answer answer(const Order& order, Next next = Next::nothing) {
    return {order, next, {}, {}};
}

Answer refused(const Order& order, Error why, Next next = Next::nothing) {
    return {order, next, std::move(why), {}};
}

/// A payment that ended without money for us; the order goes on waiting for another.
std::optional<Error> dead_end(const Payment& payment) {
    switch (payment.stage) {
        case Stage::declined:
            return Error{Code::payment_declined, {}, {}, {}};
        case Stage::failed:
            return receipt_invalid(
                {"The payment did not come about.", "결제가 완료되지 않은 영수증입니다."}
            );
        case Stage::canceled:
            return receipt_invalid({"The payment was canceled.", "취소된 결제입니다."});
        case Stage::not_yet:
        case Stage::approvable:
        case Stage::in_progress:
        case Stage::awaiting_deposit:
        case Stage::paid:
            break;
    }
    return std::nullopt;
}

/// Whether what was paid, less what was returned, can differ from the price and does.
bool mismatched(const Order& order, const Payment& payment) {
    if (payment.stage == Stage::not_yet) return false;
    const Won standing = payment.charged() ? payment.standing() : payment.price;
    return standing != *order.amount;
}

void claim(Scope& scope, Order& order, const std::string& receipt_id) {
    order.receipt_id = receipt_id;
    order.presented_receipt_id.clear();
    scope.state.order_of_receipt[receipt_id] = order.id;
    order.attempts = 0;
    order.due_at = scope.now + scope.settings.poll_after;
    scope.touch(order);
}

/// The receipt is let go but not forgotten: who presents it again hears again what became of it.
void release(Scope& scope, Order& order) {
    scope.state.order_of_receipt.erase(order.receipt_id);
    order.presented_receipt_id = std::exchange(order.receipt_id, {});
    order.approval_at.reset();
    order.deadline_at.reset();
    order.attempts = 0;
    order.due_at = scope.now + scope.settings.poll_after;
    scope.touch(order);
}

/// The same news again is no change: the driver asks ever more slowly.
void set_deadline(Scope& scope, Order& order, std::optional<Time> deadline) {
    if (order.deadline_at == deadline) return;
    order.deadline_at = deadline;
    scope.touch(order);
}

/// The order is PENDING and holds this payment's receipt, whose amount is right.
Answer advance_payment(Scope& scope, Order& order, const Payment& payment) {
    switch (payment.stage) {
        case Stage::paid:
            order.approval_at.reset();
            order.gateway_method = payment.method;
            order.paid_at = payment.paid_at.value_or(scope.now);
            begin_saga(scope, order);
            return answer(order);
        case Stage::approvable: {
            // One approval at a time; one whose outcome never came is asked for again.
            const bool under_way = order.approval_at &&
                                   *order.approval_at + scope.settings.approval_recheck > scope.now;
            if (under_way) return answer(order, Next::await);
            order.approval_at = scope.now;
            order.deadline_at.reset();
            order.due_at = scope.now + scope.settings.approval_recheck;
            scope.touch(order);
            return answer(order, Next::approve);
        }
        case Stage::awaiting_deposit:
            set_deadline(scope, order, payment.deposit_deadline);
            return answer(order);
        case Stage::in_progress:
        case Stage::not_yet:
            // A deposit's deadline says nothing of a payment that is more than a promise by now.
            set_deadline(scope, order, std::nullopt);
            return answer(order);
        case Stage::declined:
        case Stage::failed:
        case Stage::canceled:
            break;
    }
    auto why = dead_end(payment);
    release(scope, order);
    return refused(order, std::move(*why));
}

/// Another amount than the price: never approved, and returned if it was charged.
Answer refuse_amount(Scope& scope, Order& order, const Payment& payment) {
    claim(scope, order, payment.receipt_id);
    order.approval_at.reset();
    order.failure = Failure::AMOUNT_MISMATCH;
    const bool charged = payment.charged();
    order.payment = {charged ? StepStatus::done : StepStatus::failed, scope.now};
    order.order_item = {StepStatus::failed, scope.now};
    if (order.point) order.point = Step{StepStatus::failed, scope.now};
    if (charged) {
        turn_round(scope, order, Failure::AMOUNT_MISMATCH);
    } else {
        order.status = Status::FAIL;
        order.due_at.reset();
        scope.tell(failed_type, order);
    }
    return refused(
        order, {Code::amount_mismatch, {}, {}, {}}, charged ? Next::refund : Next::nothing
    );
}

/// A payment for an order that takes none from it.
Result<Answer> refuse_second(Scope& scope, const Order& order, const Payment& payment) {
    if (!payment.charged()) return second_payment();
    return_payment(scope, payment.receipt_id, order.id);
    return refused(order, second_payment(), Next::refund);
}

/// A confirm that comes again: what was answered first.
Result<Answer> repeat(const Order& order, bool other_amount) {
    if (other_amount || order.failure == Failure::AMOUNT_MISMATCH) {
        return Error{Code::amount_mismatch, {}, {}, {}};
    }
    return answer(order);
}

/// The order holds this receipt already and does not wait for it any more.
Result<Answer> known_payment(
    Scope& scope, Order& order, const Payment& payment, const std::string& cancellation_id
) {
    if (order.status == Status::PAID && payment.stage == Stage::canceled && order.deadline_at) {
        turn_round(scope, order, Failure::PAYMENT_CANCELED);
    }
    follow_gateway(scope, order, payment, cancellation_id);
    const bool takes_none = order.status == Status::EXPIRED || order.status == Status::FAIL;
    if (takes_none && payment.charged()) {
        return_payment(scope, payment.receipt_id, order.id);
        if (order.status == Status::EXPIRED) return refused(order, second_payment(), Next::refund);
    }
    return repeat(order, payment.price != *order.amount);
}

/// What a receipt must be to pay an order made without the gateway knowing its id: nobody else's.
std::optional<Error> stranger(Scope& scope, const Order& order, const Payment& payment) {
    if (const Order* holder = scope.holder(payment.receipt_id)) {
        if (holder->id != order.id) return duplicate(*holder, order.user_id);
    }
    if (scope.state.refunds.contains(payment.receipt_id))
        return Error{Code::duplicate_receipt, {}, {}, {}};
    if (payment.order_id != order.id && scope.find(payment.order_id) != nullptr) {
        return names_another_order();
    }
    if (payment.user_id != order.user_id) {
        return receipt_invalid({"The receipt is not the caller's.", "본인의 영수증이 아닙니다."});
    }
    return std::nullopt;
}

Result<Answer> first_payment(Scope& scope, Order& order, const Payment& payment) {
    if (auto why = dead_end(payment)) return *why;
    if (mismatched(order, payment)) return refuse_amount(scope, order, payment);
    if (payment.stage == Stage::not_yet) return answer(order);
    claim(scope, order, payment.receipt_id);
    return advance_payment(scope, order, payment);
}

/// An approval that ended after the order had gone on without it. What it charged is the order's
/// own payment, or goes back: this service approved it, so whatever the receipt names, it is ours
/// to return.
Result<Answer> late_approval(Scope& scope, Order& order, const ApprovalEnded& command) {
    const bool charged = command.outcome && command.outcome->charged();
    if (order.receipt_id == command.receipt_id) {
        return charged ? known_payment(scope, order, *command.outcome, {}) : repeat(order, false);
    }
    if (!charged || scope.holder(command.receipt_id) != nullptr) return second_payment();
    const bool free = order.status == Status::PENDING && order.receipt_id.empty();
    return free ? first_payment(scope, order, *command.outcome)
                : refuse_second(scope, order, *command.outcome);
}

/// The receipt handed in while the gateway was silent, now that it speaks.
Result<Answer> presented_payment(Scope& scope, Order& order, const Payment& payment) {
    if (auto why = stranger(scope, order, payment)) return *why;
    if (auto why = dead_end(payment)) return *why;
    // Named by no order of ours, so not ours to return.
    if (mismatched(order, payment)) return Error{Code::amount_mismatch, {}, {}, {}};
    if (payment.stage == Stage::not_yet) return answer(order);
    claim(scope, order, payment.receipt_id);
    return advance_payment(scope, order, payment);
}

}  // namespace

Result<Answer> confirm(Scope& scope, const Confirm& command) {
    const Payment& payment = command.payment;
    Order* order = scope.find(command.order_id);
    if (order == nullptr) return not_found();
    if (!command.user_id.empty() && order->user_id != command.user_id) return not_found();
    if (order->payment_method != PaymentMethod::bootpay) {
        return Error{
            Code::conflict,
            {"The order is paid with points.", "포인트로 결제하는 주문입니다."},
            {},
            {}
        };
    }
    if (order->receipt_id == payment.receipt_id) {
        if (order->status != Status::PENDING) {
            return known_payment(scope, *order, payment, command.cancellation_id);
        }
        if (mismatched(*order, payment) && !dead_end(payment)) {
            return refuse_amount(scope, *order, payment);
        }
        return advance_payment(scope, *order, payment);
    }
    if (const Order* holder = scope.holder(payment.receipt_id)) {
        return duplicate(*holder, order->user_id);
    }
    const bool presented = order->presented_receipt_id == payment.receipt_id;
    const bool free = order->status == Status::PENDING && order->receipt_id.empty();
    if (payment.order_id == order->id) {
        if (scope.state.refunds.contains(payment.receipt_id)) return second_payment();
        return free ? first_payment(scope, *order, payment) : refuse_second(scope, *order, payment);
    }
    if (presented && free) return presented_payment(scope, *order, payment);
    return names_another_order();
}

Result<Answer> place_paid(Scope& scope, const PlacePaid& command) {
    auto made = draft(scope, command.order);
    if (!made) return made.error();
    const Payment& payment = command.payment;
    if (auto why = stranger(scope, *made, payment)) return *why;
    if (auto why = dead_end(payment)) return *why;
    if (mismatched(*made, payment)) return Error{Code::amount_mismatch, {}, {}, {}};
    const auto [place, inserted] = scope.state.orders.emplace(made->id, std::move(*made));
    PAY_ASSERT(inserted);
    Order& order = place->second;
    order.version = 0;  // touched below: a new order is version 1
    if (payment.stage == Stage::not_yet) {
        order.presented_receipt_id = payment.receipt_id;
        scope.touch(order);
        return answer(order);
    }
    claim(scope, order, payment.receipt_id);
    return advance_payment(scope, order, payment);
}

Result<Answer> approval_ended(Scope& scope, const ApprovalEnded& command) {
    Order* order = scope.find(command.order_id);
    if (order == nullptr) return not_found();
    const bool still_waits =
        order->status == Status::PENDING && order->receipt_id == command.receipt_id;
    if (!still_waits) return late_approval(scope, *order, command);
    if (command.outcome) {
        const bool other_amount =
            mismatched(*order, *command.outcome) && !dead_end(*command.outcome);
        if (other_amount) return refuse_amount(scope, *order, *command.outcome);
        return advance_payment(scope, *order, *command.outcome);
    }
    switch (command.outcome.error()) {
        case gateway::Refusal::declined:
            release(scope, *order);
            return refused(*order, {Code::payment_declined, {}, {}, {}});
        case gateway::Refusal::not_sent:
            // It cannot have happened: the next try need not wait, unless one is under way already.
            if (order->approval_at == command.asked_at) {
                order->approval_at.reset();
                order->due_at = scope.now + scope.settings.resend_after;
                scope.touch(*order);
            }
            return refused(*order, {Code::payment_gateway_unavailable, {}, {}, {}});
        case gateway::Refusal::unknown:
        case gateway::Refusal::not_ready:
        case gateway::Refusal::refused:
            return refused(*order, {Code::payment_gateway_unavailable, {}, {}, {}});
        case gateway::Refusal::timed_out:
            break;
    }
    return refused(*order, {Code::payment_gateway_timeout, {}, {}, {}});
}

Result<Answer> wake_pending(Scope& scope, Order& order, const Wake& command) {
    // The driver asks the gateway before this: what it had to say has been decided on already. An
    // order never expires on its silence, nor on what it said before the time was over.
    const bool holds = !order.receipt_id.empty();
    const Time expires = order.created_at + scope.settings.expire_after;
    const bool deposit_over = holds && order.deadline_at && *order.deadline_at <= scope.now;
    const bool waits = holds && !deposit_over;
    Time over = expires;
    if (deposit_over) over = std::max(over, *order.deadline_at);
    const bool asked_since = command.asked && command.asked_at.value_or(scope.now) >= over;
    if (asked_since && !waits && expires <= scope.now) {
        order.status = Status::EXPIRED;
        order.due_at.reset();
        order.payment = {StepStatus::failed, scope.now};
        scope.touch(order);
        scope.tell(expired_type, order);
        return answer(order);
    }
    // Ever slower, but never past the moment it expires.
    order.attempts = std::min(order.attempts + 1, 5);
    Time next = scope.now + scope.settings.poll_after * (1 << order.attempts);
    if (!waits && expires > scope.now) next = std::min(next, expires);
    order.due_at = next;
    scope.state.changed_orders.insert(order.id);  // no change that anybody sees: no new version
    return answer(order);
}

}  // namespace pay::order
