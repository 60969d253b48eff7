#include "report/liability.hpp"

#include <algorithm>
#include <stdexcept>

#include "audit/books.hpp"
#include "report/issuance.hpp"

namespace pay::report {
namespace {

constexpr std::string_view select_lots = "SELECT order_id, points_left FROM lot";
constexpr std::string_view of_paid_points = " AND kind = 'paid' AND points_left > 0";
constexpr std::string_view select_prices =
    "SELECT id, amount, points FROM purchase_order WHERE amount > 0 AND points > 0 AND id IN ";

std::int64_t times(std::int64_t left, std::int64_t right) {
    std::int64_t product = 0;
    if (__builtin_mul_overflow(left, right, &product)) throw Overflow{};
    return product;
}

/// What was paid for the paid points that are left, each lot's part of its order's amount; of lots
/// without an order, what they would have cost. Also how many points that are.
struct Worth {
    Points points;
    Won won;
};

/// A page of lots: points left by the order they came with; "" holds those of none.
using Left = std::map<std::string, Points, std::less<>>;

Worth worth_of(const Left& left, sql::Connection& order, std::int64_t won_per_point) {
    Worth worth;
    std::vector<std::string_view> orders;
    Points unknown;
    for (const auto& [id, points] : left) {
        worth.points += points;
        unknown += points;
        if (!id.empty()) orders.push_back(id);
    }
    sql::query_in(order, select_prices, orders, "", [&](const sql::Row& row) {
        const Points points = left.find(row.text(0))->second;
        const auto bought = row.integer(2);
        const auto product = times(points.value(), row.integer(1));
        worth.won += Won{product / bought + (2 * (product % bought) >= bought ? 1 : 0)};
        unknown -= points;
    });
    worth.won += Won{times(unknown.value(), won_per_point)};
    return worth;
}

Worth read_worth(sql::Connection& point, sql::Connection& order, std::int64_t won_per_point) {
    Worth all;
    audit::for_each_page(point, "lot", "id", [&](const audit::Range& range) {
        Left left;
        audit::read(point, select_lots, "id", range, of_paid_points, [&](const sql::Row& row) {
            left[std::string(row.text(0))] += Points{row.integer(1)};
        });
        const auto page = worth_of(left, order, won_per_point);
        all.points += page.points;
        all.won += page.won;
    });
    return all;
}

Sheet outstanding_sheet(const Issuance& issuance, Won paid, Won held) {
    const auto& points = issuance.outstanding;
    const auto all = points.paid + points.bonus + points.held;
    const std::int64_t none = 0;  // nothing was paid for them
    return {
        "outstanding",
        {"account", "points", "won"},
        {{"paid", points.paid.value(), paid.value()},
         {"bonus", points.bonus.value(), none},
         {"held", points.held.value(), held.value()},
         {"all", all.value(), (paid + held).value()},
         {"owed", points.owed.value(), none}}
    };
}

std::vector<Cell> month_row(const std::string& name, const Flow& flow) {
    return {
        name,
        flow.issued_paid.value(),
        flow.issued_bonus.value(),
        flow.adjusted.value(),
        flow.spent.value(),
        flow.expired.value(),
        flow.returned.value(),
        flow.issued_won.value()
    };
}

/// The names of the month of `at` and the eleven before it, the oldest first.
std::vector<std::string> last_months(Time at, Duration utc_offset) {
    std::vector<std::string> names;
    const std::chrono::year_month_day day{std::chrono::floor<std::chrono::days>(at + utc_offset)};
    for (int back = 11; back >= 0; --back) {
        const auto month = day.year() / day.month() - std::chrono::months{back};
        names.push_back(month_name(std::chrono::sys_days{month / 1}, Duration{0}));
    }
    return names;
}

/// In thousandths of what was issued, rounded down.
std::vector<Cell> breakage_row(const std::string& name, const Flow& flow) {
    const auto issued = (flow.issued_paid + flow.issued_bonus).value();
    const auto expired = flow.expired.value();
    const auto share = issued > 0 ? times(expired, 1000) / issued : 0;
    return {name, issued, expired, share};
}

std::vector<Cell> limit_row(const std::string& name, Won reached, std::int64_t limit) {
    const auto share = limit > 0 ? times(reached.value(), 1000) / limit : 0;
    return {name, limit, reached.value(), limit - reached.value(), share};
}

}  // namespace

Sheets liability(const LiabilityOptions& options) {
    const auto storage = sql::open_storage(options.database_url);
    const auto point_database = storage->existing("point");
    const auto order_database = storage->existing("order");
    audit::Snapshot point(*point_database, "point", "lot");
    audit::Snapshot order(*order_database, "order", "cancellation");
    const Time now = options.clock->now();
    const Time at = options.at.value_or(now);
    if (at > now) throw std::runtime_error("--at lies in the future");
    const auto issuance =
        read_issuance(point.connection(), order.connection(), at, options.utc_offset);
    const auto& left = issuance.outstanding;
    const auto flat = [&](Points points) {
        return Won{times(points.value(), options.won_per_point)};
    };
    Won paid = flat(left.paid);
    // How much of a lot was left at a past time is not kept.
    if (!options.at) {
        const auto worth =
            read_worth(point.connection(), order.connection(), options.won_per_point);
        paid = worth.won + flat(left.paid - worth.points);
    }
    const Won held = flat(left.held);

    Sheet months{
        "months",
        {"month", "issued_paid", "issued_bonus", "adjusted", "spent", "expired", "returned",
         "issued_won"}
    };
    Flow year;
    for (const auto& name : last_months(at, options.utc_offset)) {
        const auto found = issuance.months.find(name);
        const Flow flow = found == issuance.months.end() ? Flow{} : found->second;
        months.rows.push_back(month_row(name, flow));
        year += flow;
    }
    months.rows.push_back(month_row("all", year));
    Sheet breakage{"breakage", {"span", "issued", "expired", "permille"}};
    breakage.rows = {breakage_row("twelve months", year), breakage_row("ever", issuance.ever)};
    Sheet limits{"limits", {"limit", "won", "reached", "left", "permille"}};
    limits.rows = {
        limit_row("outstanding", paid + held, options.outstanding_limit),
        limit_row("issued in twelve months", year.issued_won, options.issuance_limit)
    };
    return {
        outstanding_sheet(issuance, paid, held), std::move(months), std::move(breakage),
        std::move(limits)
    };
}

}  // namespace pay::report
