#include "order/reconcile_rules.hpp"

#include <algorithm>

#include "core/json/names.hpp"
#include "order/reconcile_text.hpp"
#include "order/rules.hpp"

namespace pay::order::reconcile {
namespace {

using gateway::Payment;
using gateway::Stage;

bool refund_refused(const Order& order) {
    return order.status == Status::FAILING && order.failure == Failure::REFUND_REFUSED;
}

/// Charged at some time, whatever of it was returned.
bool was_charged(const Payment& payment) {
    return payment.stage == Stage::paid || payment.stage == Stage::canceled;
}

Won returned_of(const Payment& payment) {
    return payment.stage == Stage::canceled ? payment.price : payment.canceled;
}

struct Comparison {
    const Evidence& evidence;
    Time now;
    Duration unfinished_after;
    std::vector<Difference> found{};

    const Order& order() const { return evidence.order; }

    void add(
        Kind kind, std::string detail, std::string command, Remedy remedy,
        const std::string& receipt_id = {}, std::optional<Payment> payment = {}
    ) {
        Finding finding{kind, order().id, receipt_id, std::move(detail), std::move(command)};
        found.push_back({std::move(finding), remedy, std::move(payment)});
    }
    void add_observed(Kind kind, std::string detail, const Payment& payment) {
        add(kind, std::move(detail), ask_again(order()), Remedy::observe, payment.receipt_id,
            payment);
    }
    void add_amount(std::string detail, const Payment& payment) {
        add(Kind::amount_differs, std::move(detail), correct_amount(order(), payment), Remedy::none,
            payment.receipt_id);
    }

    const Refund* refund_of(const std::string& receipt_id) const {
        const auto& refunds = evidence.refunds;
        const auto found_at = std::ranges::find(refunds, receipt_id, &Refund::receipt_id);
        return found_at == refunds.end() ? nullptr : &*found_at;
    }
    const Payment* payment_of(const std::string& receipt_id) const {
        const auto& payments = evidence.payments;
        const auto found_at = std::ranges::find(payments, receipt_id, &Payment::receipt_id);
        return found_at == payments.end() ? nullptr : &*found_at;
    }

    void gateway();
    void own_payment(const Payment& payment);
    void success(const Payment& payment);
    void takes_payment(const Payment& payment, bool taken);
    void takes_none(const Payment& payment);
    void receipt_unknown();
    bool refunds();
    void way();
    void ledger();
    void charge_in_ledger(const point::Checked& is, const point::Checked& must);
    void left_over(Points held);
};

/// Paid there and pending here. `taken`: another payment is the one that pays it.
void Comparison::takes_payment(const Payment& payment, bool taken) {
    if (!payment.charged()) return;
    if (taken) return takes_none(payment);
    if (payment.standing() == *order().amount) {
        return add_observed(Kind::paid_unconfirmed, "paid at the gateway, pending here", payment);
    }
    add_observed(
        Kind::amount_differs, "paid " + amounts(payment.standing(), *order().amount), payment
    );
}

/// The order has another payment, or is over: what stands goes back.
void Comparison::takes_none(const Payment& payment) {
    if (!payment.charged()) return;
    const Refund* refund = refund_of(payment.receipt_id);
    if (refund == nullptr) {
        return add_observed(
            Kind::second_payment,
            won(payment.standing()) + " stand at the gateway for an order that takes no payment",
            payment
        );
    }
    if (refund->status == RefundStatus::done) {
        add_amount("returned here, but " + won(payment.standing()) + " stand there", payment);
    }
}

void Comparison::success(const Payment& payment) {
    if (!was_charged(payment)) {
        return add(
            Kind::not_charged, "a success here, never charged at the gateway",
            cancel_by_admin(order()), Remedy::none, payment.receipt_id
        );
    }
    const Won there = returned_of(payment);
    if (payment.price != *order().amount) {
        add_amount("the price is " + amounts(payment.price, *order().amount), payment);
    } else if (there > order().returned()) {
        add_observed(
            Kind::canceled_at_gateway, "returned " + amounts(there, order().returned()), payment
        );
    } else if (there < order().returned()) {
        add_amount("returned " + amounts(there, order().returned()), payment);
    }
}

void Comparison::own_payment(const Payment& payment) {
    switch (order().status) {
        case Status::PENDING:
            return takes_payment(payment, false);
        case Status::SUCCESS:
            return success(payment);
        case Status::CANCELED:
            if (was_charged(payment) && returned_of(payment) != order().returned()) {
                add_amount(
                    "returned " + amounts(returned_of(payment), order().returned()), payment
                );
            }
            return;
        case Status::FAIL:
        case Status::EXPIRED:
            return takes_none(payment);
        case Status::PAID:
            if (payment.stage != Stage::canceled) return;
            return add_observed(
                Kind::canceled_at_gateway, "returned before the order was done", payment
            );
        case Status::FAILING:
        case Status::CANCELING:
            return;  // its refund is under way
    }
}

/// An order that was over before it was charged never needed its receipt.
void Comparison::receipt_unknown() {
    const auto step = order().payment.status;
    const bool needed = order().status == Status::PENDING || step == StepStatus::done ||
                        step == StepStatus::reversed;
    if (!needed) return;
    add(Kind::unknown_receipt, "the gateway does not know its receipt", ask_again(order()),
        Remedy::none, order().receipt_id);
}

void Comparison::gateway() {
    if (order().paid_with_points()) return;
    if (!evidence.gateway_answered) {
        return add(
            Kind::gateway_silent, "the gateway could not be asked", ask_again(order()), Remedy::wait
        );
    }
    const bool holds = !order().receipt_id.empty();
    const Payment* own = holds ? payment_of(order().receipt_id) : nullptr;
    if (own != nullptr) own_payment(*own);
    if (holds && own == nullptr) receipt_unknown();
    bool taken = holds || order().status != Status::PENDING;
    for (const auto& payment : evidence.payments) {
        if (payment.receipt_id == order().receipt_id) continue;
        if (evidence.elsewhere.contains(payment.receipt_id)) continue;
        const bool presented = payment.receipt_id == order().presented_receipt_id;
        if (payment.order_id != order().id && !presented) continue;
        takes_payment(payment, taken);
        taken = taken || payment.charged();
    }
}

/// Whether a refund explains what is going on with the order.
bool Comparison::refunds() {
    bool explained = false;
    for (const auto& refund : evidence.refunds) {
        const bool own = refund.receipt_id == order().receipt_id;
        const Payment* payment = payment_of(refund.receipt_id);
        if (refund.status == RefundStatus::open) {
            explained = explained || own;
            const Time since = own ? order().updated_at : refund.created_at;
            const bool cancels = own && order().status == Status::CANCELING;
            if (since + unfinished_after > now) {
                add(Kind::still_under_way, "its money is on its way back", ask_again(order()),
                    Remedy::wait, refund.receipt_id);
            } else {
                add(cancels ? Kind::cancel_unfinished : Kind::refund_unfinished,
                    "the gateway's cancel has not ended", ask_again(order()), Remedy::kick,
                    refund.receipt_id);
            }
        } else if (refund.status == RefundStatus::refused && own && refund_refused(order())) {
            explained = true;
            add(Kind::refund_refused, "the gateway refused to return the payment", retry(order()),
                Remedy::none, refund.receipt_id);
        } else if (refund.status == RefundStatus::refused && !own) {
            // Of an order's own receipt it was a cancel that is over, or an admin closed it.
            if (payment == nullptr || !payment->charged()) continue;
            add(Kind::refund_refused, "the gateway refused to return a second payment",
                return_there(refund.receipt_id), Remedy::none, refund.receipt_id);
        }
    }
    return explained;
}

/// Where the order itself is.
void Comparison::way() {
    if (refunds() || at_rest(order())) return;
    const auto status = std::string("it is ") + std::string(json::name_of(order().status));
    const bool old = order().updated_at + unfinished_after <= now;
    if (!old) return add(Kind::still_under_way, status, ask_again(order()), Remedy::wait);
    Kind kind = Kind::still_under_way;
    if (order().status == Status::CANCELING) kind = Kind::cancel_unfinished;
    if (order().status == Status::FAILING) kind = Kind::refund_unfinished;
    add(kind, status + " for too long", ask_again(order()), Remedy::kick, order().receipt_id);
}

void Comparison::left_over(Points held) {
    const auto detail = points(held) + " are held, though nothing is under way";
    Remedy remedy = Remedy::none;
    if (order().paid_with_points()) {
        if (order().status == Status::SUCCESS) remedy = Remedy::settle;
        if (order().status == Status::FAIL) remedy = Remedy::release;
    } else if (evidence.cancellation && evidence.cancellation->over()) {
        const bool done = evidence.cancellation->phase == Phase::done;
        remedy = done ? Remedy::settle : Remedy::release;
    }
    add(Kind::held_left_over, detail, look_at_ledger(order()), remedy);
}

void Comparison::charge_in_ledger(const point::Checked& is, const point::Checked& must) {
    if (is.granted == Points{0} && must.granted > Points{0}) {
        return add(
            Kind::ledger_missing, "a success without its " + points(must.granted),
            adjust(order(), must.granted - must.returned), Remedy::credit
        );
    }
    const Points stands = is.granted - is.returned;
    const Points shall = must.granted - must.returned;
    if (stands == shall && (must.granted == Points{0} || is.granted == must.granted)) return;
    add(Kind::ledger_differs,
        points(stands) + " of it stand in the ledger, " + points(shall) + " should",
        adjust(order(), shall - stands), Remedy::none);
}

void Comparison::ledger() {
    if (!at_rest(order())) return;
    if (!evidence.ledger) {
        return add(
            Kind::ledger_silent, "the ledger did not answer", ask_again(order()), Remedy::wait
        );
    }
    const auto& is = *evidence.ledger;
    const auto must = expected(order());
    if (is.held != Points{0}) return left_over(is.held);
    charge_in_ledger(is, must);
    if (is.spent == must.spent) return;
    add(Kind::ledger_differs,
        points(is.spent) + " are spent in the ledger, " + points(must.spent) + " should be",
        adjust(order(), is.spent - must.spent), Remedy::none);
}

}  // namespace

bool at_rest(const Order& order) {
    if (order.status == Status::PENDING) return !order.paid_with_points();
    return order.final() || refund_refused(order);
}

bool at_rest(const Order& order, std::span<const Refund> refunds) {
    return at_rest(order) && std::ranges::none_of(refunds, [](const Refund& refund) {
               return refund.status == RefundStatus::open;
           });
}

point::Checked expected(const Order& order) {
    point::Checked must;
    must.order_id = order.id;
    const bool stands = order.status == Status::SUCCESS || order.status == Status::CANCELED;
    if (!stands || !order.points) return must;
    if (order.paid_with_points()) {
        if (order.status == Status::SUCCESS) must.spent = *order.points;
        return must;
    }
    if (!order.point) return must;
    const auto taken = [&](Points points) {
        return share_of(points, order.canceled_amount, *order.amount);
    };
    must.granted = *order.points + order.bonus;
    must.returned = taken(*order.points) + taken(order.bonus);
    return must;
}

std::vector<Difference> compare(const Evidence& evidence, Time now, Duration unfinished_after) {
    Comparison comparison{evidence, now, unfinished_after};
    if (evidence.moved) {
        comparison.add(
            Kind::still_under_way, "it changed while it was looked at", ask_again(evidence.order),
            Remedy::wait
        );
        return std::move(comparison.found);
    }
    comparison.gateway();
    comparison.way();
    comparison.ledger();
    return std::move(comparison.found);
}

Finding unclaimed(const Payment& payment) {
    return {
        Kind::unclaimed, payment.order_id, payment.receipt_id,
        won(payment.standing()) + " were paid for an order that nobody here knows",
        return_there(payment.receipt_id)
    };
}

Finding silent(const std::string& receipt_id) {
    return {
        Kind::gateway_silent, "", receipt_id, "the gateway could not be asked about a receipt",
        "payments reconcile"
    };
}

}  // namespace pay::order::reconcile
