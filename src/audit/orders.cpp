#include "audit/orders.hpp"

#include <algorithm>

#include "audit/movements.hpp"

namespace pay::audit {
namespace {

using order::PaymentMethod;
using order::RefundStatus;
using order::Status;

/// An order under examination.
class Case {
 public:
    Case(const std::string& id, const Evidence& evidence) : x_id(id), x_evidence(evidence) {}

    std::vector<Problem> examine(Time stuck_before) {
        if (!x_evidence.order) {
            examine_orphan();
            return std::move(x_problems);
        }
        if (!sound()) return std::move(x_problems);
        for (const auto& fault : faults_of_movements(order(), x_evidence)) add("credit", fault);
        examine_cancellations();
        examine_items();
        examine_refund();
        examine_progress(stuck_before);
        return std::move(x_problems);
    }

 private:
    const OrderRow& order() const { return *x_evidence.order; }
    Phase phase() const { return phase_of(*order().status); }

    void add(const std::string& rule, const std::string& fault) {
        const auto& row = x_evidence.order;
        std::string text = "Order " + x_id;
        if (row) text += " (" + row->status_name + ')';
        x_problems.push_back(
            {rule, x_id, row ? row->user_id : std::string{}, text + ' ' + fault + '.'}
        );
    }

    void examine_orphan() {
        if (!x_evidence.movements.empty()) {
            add("credit", "does not exist, but transaction " +
                              x_evidence.movements.front().transaction_id + " moved points for it");
        }
        const auto kept = std::ranges::find(x_evidence.items, false, &ItemRow::revoked);
        if (kept != x_evidence.items.end()) {
            add("order_item", "does not exist, but order item " + kept->id + " was saved for it");
        }
        if (const auto& first = x_evidence.cancellations.first; !first.empty()) {
            add("cancellation", "does not exist, but " + first + " cancels it");
        }
        if (x_evidence.hold && x_evidence.movements.empty()) {
            add("credit", "does not exist, but points were set aside for it");
        }
    }

    /// Whether the row makes sense by itself, so that the rest can be compared with it.
    bool sound() {
        const auto in_range = [](const std::optional<std::int64_t>& value) {
            return value && *value > 0 && *value <= largest_amount;
        };
        const auto before = x_problems.size();
        if (!order().status) add("order", "has a status that does not exist");
        if (!order().kind || !order().payment_method) add("order", "is of no kind that exists");
        const bool paid_in_won = order().payment_method == PaymentMethod::bootpay;
        if (paid_in_won && !in_range(order().amount)) add("order", "has no valid amount");
        if ((order().charge() || !paid_in_won) && !in_range(order().points)) {
            add("order", "has no valid number of points");
        }
        const auto amount = order().amount.value_or(0);
        const auto canceled = order().canceled_amount;
        if (canceled < 0 || canceled > amount) {
            add("order",
                "has " + std::to_string(canceled) + " won canceled of " + std::to_string(amount));
        } else if (order().status == Status::SUCCESS && canceled == amount && amount > 0) {
            add("order", "is canceled whole and yet a success");
        } else if (order().status == Status::CANCELED && canceled != amount) {
            add("order", "is canceled, but only " + std::to_string(canceled) + " won of " +
                             std::to_string(amount) + " are");
        }
        if (order().cancel_fee < 0 || order().cancel_fee > canceled) {
            add("order", "keeps a fee of " + std::to_string(order().cancel_fee) + " won of " +
                             std::to_string(canceled));
        }
        if (order().bonus < 0 || order().bonus > largest_amount) {
            add("order", "has no valid number of bonus points");
        }
        return x_problems.size() == before;
    }

    /// Its cancels add up to what it says is canceled, and one is under way only while it says so.
    void examine_cancellations() {
        const auto& all = x_evidence.cancellations;
        const auto& row = order();
        const bool final = phase() == Phase::stands || row.status == Status::CANCELED;
        if (final && (row.canceled_amount != all.amount || row.cancel_fee != all.fee)) {
            add("cancellation", "has " + std::to_string(row.canceled_amount) + " won canceled, " +
                                    std::to_string(row.cancel_fee) +
                                    " of them kept, but its cancellations say " +
                                    std::to_string(all.amount) + " and " + std::to_string(all.fee));
        }
        const bool under_way = row.status == Status::CANCELING;
        const bool right = all.open.size() == (under_way ? 1U : 0U);
        if (!right || (under_way && all.open.front() != row.cancellation_id)) {
            add("cancellation",
                "has " + count(static_cast<std::int64_t>(all.open.size()), "cancellation") +
                    " under way");
        }
    }

    void examine_items() {
        std::int64_t kept = 0;
        for (const auto& item : x_evidence.items) {
            if (!item.revoked) ++kept;
            if (item.user_id != order().user_id || item.item_id != order().item_id) {
                add("order_item", "has order item " + item.id + " of another user or item");
            }
        }
        if (phase() == Phase::stands && kept != 1) {
            add("order_item", "should have one order item, but has " + std::to_string(kept));
        } else if (phase() == Phase::works && kept > 1) {
            add("order_item", "has " + count(kept, "order item"));
        } else if ((phase() == Phase::waits || phase() == Phase::undone) && kept > 0) {
            add("order_item", "should have no order item, but has " + std::to_string(kept));
        }
    }

    void examine_refund() {
        const bool returned = order().refund && order().refund != RefundStatus::refused;
        const bool kept = order().status == Status::SUCCESS || order().status == Status::PAID;
        if (kept && returned && order().canceled_amount == 0) {
            add("refund", "stands, but its payment " + order().receipt_id + " is being returned");
        }
        const bool ended = order().status == Status::FAIL || order().status == Status::CANCELED;
        if (ended && order().payment_stands) {
            add("refund", "has ended, but its payment was not returned");
        }
    }

    void examine_progress(Time stuck_before) {
        if (order().status == Status::FAILING && order().refund_refused) {
            return add(
                "refund", "was not paid back: the gateway refuses for good. Pay its " +
                              std::to_string(order().amount.value_or(0)) +
                              " won back by other means, then close it with POST /v1/orders/" +
                              x_id + "/refunded"
            );
        }
        if (phase() != Phase::works && phase() != Phase::waits) return;
        if (order().moved_at >= stuck_before || waits_for_a_person(stuck_before)) return;
        add("stuck", "has not moved since " + to_rfc3339(order().moved_at));
    }

    bool waits_for_a_person(Time stuck_before) const {
        if (phase() != Phase::waits || order().payment_method == PaymentMethod::points)
            return false;
        const bool deposit_open = order().deadline_at && *order().deadline_at >= stuck_before;
        return order().receipt_id.empty() || deposit_open;
    }

    const std::string& x_id;
    const Evidence& x_evidence;
    std::vector<Problem> x_problems;
};

void add_up(OrderTotals& totals, const OrderRow& order) {
    ++totals.orders[order.status_name];
    const bool kept = order.status == Status::PAID || order.status == Status::SUCCESS ||
                      order.status == Status::CANCELING || order.status == Status::CANCELED;
    // An amount that cannot be is a problem of its own, and must not stop the audit.
    if (kept && order.sound_money()) {
        totals.amount += order.kept();
    }
}

}  // namespace

std::vector<Problem> judge(
    const std::string& order_id, const Evidence& evidence, Time stuck_before
) {
    return Case(order_id, evidence).examine(stuck_before);
}

void examine_orders(
    Books& books, const Selection& orders, Time stuck_before, OrderTotals& totals,
    const OnSuspicion& suspicious
) {
    for (const auto& [id, evidence] : collect(books, orders)) {
        if (evidence.order) add_up(totals, *evidence.order);
        auto problems = judge(id, evidence, stuck_before);
        if (problems.empty()) continue;
        std::string state;
        if (evidence.order) state = evidence.order->state();
        suspicious({id, std::move(state), std::move(problems), {}});
    }
}

}  // namespace pay::audit
