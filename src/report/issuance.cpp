#include "report/issuance.hpp"

#include <optional>
#include <vector>

#include "audit/books.hpp"
#include "point/types.hpp"

namespace pay::report {
namespace {

using point::Account;

constexpr std::string_view select_lines =
    "SELECT transaction_id, account, points, order_id, at FROM ledger_entry";
constexpr std::string_view in_order = " ORDER BY transaction_id";
constexpr std::string_view select_amounts = "SELECT id, amount FROM purchase_order WHERE id IN ";

/// A transaction, line by line.
struct Movement {
    std::string transaction_id;
    std::string order_id;
    Time at{};
    std::map<Account, Points> points;

    Points of(Account account) const {
        const auto found = points.find(account);
        return found == points.end() ? Points{} : found->second;
    }
};

class Reading {
 public:
    Reading(sql::Connection& order, Time at, Duration utc_offset)
        : x_order(order), x_at(at), x_utc_offset(utc_offset) {}

    void take(const sql::Row& row) {
        const Time at = from_epoch_ms(row.integer(4));
        if (at > x_at) return;
        if (row.text(0) != x_movement.transaction_id) {
            close();
            x_movement.transaction_id = row.text(0);
            x_movement.order_id = row.text(3);
            x_movement.at = at;
        }
        // What is no account is a matter of the audit.
        if (const auto account = audit::known<Account>(row.text(1))) {
            x_movement.points[*account] += Points{row.integer(2)};
        }
    }

    /// What was paid for the charges since the last call.
    void close_page() {
        close();
        std::vector<std::string_view> orders;
        for (const auto& [id, month] : x_charges) orders.push_back(id);
        sql::query_in(x_order, select_amounts, orders, "", [&](const sql::Row& row) {
            Flow paid;
            paid.issued_won = Won{row.optional_integer(1).value_or(0)};
            add(x_charges.find(row.text(0))->second, paid);
        });
        x_charges.clear();
    }

    Issuance take_result() { return std::move(x_result); }

 private:
    void close() {
        if (x_movement.transaction_id.empty()) return;
        auto& all = x_result.outstanding;
        all.paid += x_movement.of(Account::paid);
        all.bonus += x_movement.of(Account::bonus);
        all.held += x_movement.of(Account::held);
        all.owed -= x_movement.of(Account::owed);
        Flow flow;
        const Points issued = -x_movement.of(Account::issued);
        if (issued > Points{}) {
            flow.issued_bonus = x_movement.of(Account::bonus);
            flow.issued_paid = issued - flow.issued_bonus;
        }
        flow.adjusted = -x_movement.of(Account::adjusted);
        flow.spent = x_movement.of(Account::spent);
        flow.expired = x_movement.of(Account::expired);
        flow.returned = x_movement.of(Account::returned);
        const auto month = month_name(x_movement.at, x_utc_offset);
        add(month, flow);
        if (issued > Points{} && !x_movement.order_id.empty()) {
            x_charges.emplace(std::move(x_movement.order_id), month);
        }
        x_movement = {};
    }

    void add(const std::string& month, const Flow& flow) {
        x_result.months[month] += flow;
        x_result.ever += flow;
    }

    sql::Connection& x_order;
    const Time x_at;
    const Duration x_utc_offset;
    Movement x_movement;
    std::map<std::string, std::string, std::less<>> x_charges;  ///< of this page: order, month
    Issuance x_result;
};

}  // namespace

Flow& Flow::operator+=(const Flow& other) {
    issued_paid += other.issued_paid;
    issued_bonus += other.issued_bonus;
    adjusted += other.adjusted;
    spent += other.spent;
    expired += other.expired;
    returned += other.returned;
    issued_won += other.issued_won;
    return *this;
}

Issuance read_issuance(
    sql::Connection& point, sql::Connection& order, Time at, Duration utc_offset
) {
    Reading reading(order, at, utc_offset);
    audit::for_each_page(point, "ledger_entry", "transaction_id", [&](const audit::Range& range) {
        audit::read(
            point, select_lines, "transaction_id", range, in_order,
            [&](const sql::Row& row) { reading.take(row); }
        );
        reading.close_page();
    });
    return reading.take_result();
}

std::string month_name(Time time, Duration utc_offset) {
    return to_rfc3339(time + utc_offset).substr(0, 7);
}

}  // namespace pay::report
