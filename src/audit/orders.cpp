#include "audit/orders.hpp"

#include <algorithm>

namespace pay::audit {
namespace {

using order::PaymentMethod;
using order::RefundStatus;
using order::Status;

/// What an order of a status must have in the other books.
enum class Phase { waits, works, stands, undone };

Phase phase_of(Status status) {
    switch (status) {
        case Status::PENDING:
            return Phase::waits;
        case Status::PAID:
        case Status::FAILING:
        case Status::CANCELING:
            return Phase::works;
        case Status::SUCCESS:
            return Phase::stands;
        case Status::FAIL:
        case Status::CANCELED:
        case Status::EXPIRED:
            break;
    }
    return Phase::undone;
}

std::string count(std::int64_t number, const std::string& what) {
    return std::to_string(number) + ' ' + what + (number == 1 ? "" : "s");
}

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
        examine_credits();
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
        }
        return x_problems.size() == before;
    }

    void examine_credits() {
        std::int64_t standing = 0;
        std::vector<const Movement*> credits;
        for (const auto& movement : x_evidence.movements) {
            const bool sane =
                movement.points <= largest_amount && movement.points >= -largest_amount;
            if (sane) standing += movement.points;
            if (movement.points > 0) credits.push_back(&movement);
            if (!movement.user_id.empty() && movement.user_id != order().user_id) {
                add("credit", "is of user " + order().user_id + ", but transaction " +
                                  movement.transaction_id + " moved points of user " +
                                  movement.user_id);
            }
        }
        const bool paid_in_won = order().payment_method == PaymentMethod::bootpay;
        if (paid_in_won && !credited_rightly(credits)) return;
        if (phase() != Phase::works && !may_stand(standing)) {
            add("credit", "should leave its user with " + expected_standing() +
                              ", but leaves them with " + std::to_string(standing));
        }
    }

    /// Of an order paid in won: one credit if it is a charge, else none. (One paid with points may
    /// get them back.)
    bool credited_rightly(const std::vector<const Movement*>& credits) {
        const auto points = order().charge() ? order().points.value_or(0) : 0;
        if (credits.size() > 1) {
            add("credit", "was credited " + std::to_string(credits.size()) + " times");
        } else if (credits.empty() && points > 0 && phase() == Phase::stands) {
            add("credit", "was never credited its " + count(points, "point"));
        } else if (!credits.empty() && credits.front()->points != points) {
            add("credit", "should give " + count(points, "point") + ", but was credited " +
                              std::to_string(credits.front()->points));
        } else {
            return true;
        }
        return false;
    }

    /// What a charge that was cancelled in part leaves is its part of the points; how a half point
    /// is rounded is the point service's matter.
    bool may_stand(std::int64_t standing) const {
        const auto [least, most] = standing_bounds();
        return standing >= least && standing <= most;
    }
    std::pair<std::int64_t, std::int64_t> standing_bounds() const {
        if (phase() != Phase::stands) return {0, 0};
        const auto points = order().points.value_or(0);
        if (order().payment_method == PaymentMethod::points) return {-points, -points};
        if (!order().charge()) return {0, 0};
        if (order().canceled_amount == 0) return {points, points};
        // Both are at most largest_amount: only their product needs more than 64 bits.
        const auto kept = *order().amount - order().canceled_amount;
        const auto whole = points / *order().amount * kept;
        const auto rest = points % *order().amount;
        std::int64_t product = 0;
        if (__builtin_mul_overflow(rest, kept, &product)) return {whole, points};
        const auto floor = whole + product / *order().amount;
        return {floor, floor + (product % *order().amount == 0 ? 0 : 1)};
    }
    std::string expected_standing() const {
        const auto [least, most] = standing_bounds();
        if (least == most) return count(least, "point");
        return std::to_string(least) + " to " + count(most, "point");
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
        if (order().status == Status::FAIL && order().payment_stands) {
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
                      order.status == Status::CANCELING;
    // An amount that cannot be is a problem of its own, and must not stop the audit.
    if (kept && order.sound_money()) {
        totals.amount += Won{*order.amount} - Won{order.canceled_amount};
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
