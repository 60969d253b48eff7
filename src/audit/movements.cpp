#include "audit/movements.hpp"

#include <algorithm>

namespace pay::audit {
namespace {

using order::PaymentMethod;
using order::Status;
using point::Account;

/// The movements of an order under examination.
class Movements {
 public:
    Movements(const OrderRow& order, const Evidence& evidence)
        : x_order(order), x_evidence(evidence) {
        for (const auto& movement : evidence.movements) x_sums.add(movement.sums);
    }

    std::vector<std::string> faults() {
        examine_users();
        if (x_order.payment_method == PaymentMethod::points) {
            examine_purchase();
        } else {
            examine_charge();
        }
        if (phase() != Phase::works && phase() != Phase::waits && sum(Account::held) != 0) {
            add("has " + points(sum(Account::held)) + " still held");
        }
        return std::move(x_faults);
    }

 private:
    Phase phase() const { return phase_of(*x_order.status); }
    std::int64_t sum(Account account) const { return x_sums.of(account); }
    static std::string points(std::int64_t number) { return count(number, "point"); }
    void add(std::string fault) { x_faults.push_back(std::move(fault)); }

    void examine_users() {
        for (const auto& movement : x_evidence.movements) {
            if (movement.user_id.empty() || movement.user_id == x_order.user_id) continue;
            add("is of user " + x_order.user_id + ", but transaction " + movement.transaction_id +
                " moved points of user " + movement.user_id);
        }
    }

    /// An order paid in won: one credit if it is a charge, else none; and of it is taken back what
    /// goes with what was canceled. What is owed for it since counts as taken.
    void examine_charge() {
        const auto given = x_order.charge() ? x_order.points.value_or(0) + x_order.bonus : 0;
        if (!credited_rightly(given)) return;
        if (phase() == Phase::works) return;
        const auto standing = -sum(Account::issued) - sum(Account::returned);
        const auto expected = phase() == Phase::stands && given > 0 ? given - taken_back() : 0;
        if (standing != expected) {
            add("should leave its user with " + points(expected) + ", but leaves them with " +
                std::to_string(standing));
        }
        expect_none({Account::spent, Account::expired, Account::adjusted});
    }

    bool credited_rightly(std::int64_t given) {
        std::int64_t credits = 0;
        std::int64_t credited = 0;
        for (const auto& movement : x_evidence.movements) {
            const auto issued = -movement.sums.of(Account::issued);
            if (issued == 0) continue;
            ++credits;
            credited = issued;
        }
        if (credits > 1) {
            add("was credited " + std::to_string(credits) + " times");
        } else if (credits == 0 && given > 0 && phase() == Phase::stands) {
            add("was never credited its " + points(given));
        } else if (credits == 1 && credited != given) {
            add("should give " + points(given) + ", but was credited " + std::to_string(credited));
        } else {
            return true;
        }
        return false;
    }

    std::int64_t taken_back() const {
        const auto canceled = x_order.canceled_amount;
        return share_of(x_order.points.value_or(0), canceled, *x_order.amount) +
               share_of(x_order.bonus, canceled, *x_order.amount);
    }

    /// An order paid with points: while it stands its price is spent, by the one hold that has its
    /// id; else nothing is.
    void examine_purchase() {
        if (phase() == Phase::works || phase() == Phase::waits) return;
        const bool stands = phase() == Phase::stands;
        const auto price = stands ? x_order.points.value_or(0) : 0;
        if (sum(Account::spent) != price) {
            add("should have spent " + points(price) + ", but has spent " +
                std::to_string(sum(Account::spent)));
        }
        const auto& hold = x_evidence.hold;
        if (stands && (!hold || hold->status != "settled" || hold->points != price)) {
            add("should have one settled hold of " + points(price));
        } else if (!stands && hold && (hold->status == "settled" || hold->status == "open")) {
            add("has a hold that is " + hold->status);
        }
        expect_none({Account::issued, Account::returned, Account::expired, Account::adjusted});
    }

    void expect_none(std::initializer_list<Account> accounts) {
        for (const auto account : accounts) {
            if (sum(account) == 0) continue;
            add("has moved " + points(sum(account)) + " to account " + name_of(account));
        }
    }

    static std::string name_of(Account account) {
        return boost::describe::enum_to_string(account, "");
    }

    const OrderRow& x_order;
    const Evidence& x_evidence;
    AccountSums x_sums;
    std::vector<std::string> x_faults;
};

}  // namespace

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

std::int64_t share_of(std::int64_t points, std::int64_t part, std::int64_t whole) {
    // All three are at most largest_amount: only the product needs more than 64 bits.
    __extension__ using Wide = __int128;
    const Wide product = Wide{points} * part;
    return static_cast<std::int64_t>((product + whole - 1) / whole);
}

std::vector<std::string> faults_of_movements(const OrderRow& order, const Evidence& evidence) {
    return Movements(order, evidence).faults();
}

std::string count(std::int64_t number, const std::string& what) {
    return std::to_string(number) + ' ' + what + (number == 1 ? "" : "s");
}

}  // namespace pay::audit
