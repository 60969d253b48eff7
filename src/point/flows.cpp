#include "point/flows.hpp"

#include <array>
#include <map>
#include <utility>

#include "core/ident/ident.hpp"
#include "core/json/names.hpp"
#include "point/types.hpp"

namespace pay::point {
namespace {

constexpr std::int64_t won_per_point = 10;  // as the four packages are sold; docs/reports.md
constexpr std::int64_t outstanding_limit = 3'000'000'000;

// at less what is past of its hour or day: when that began.
constexpr std::string_view select_flows = R"(
    SELECT at - (at + ?) % ? AS piece, reason, account, SUM(points) FROM ledger_entry
    WHERE transaction_id >= ? AND transaction_id < ? AND at >= ? AND at < ?
    GROUP BY piece, reason, account)";
constexpr std::string_view sum_wallets = R"(
    SELECT COUNT(*), COALESCE(SUM(paid), 0), COALESCE(SUM(bonus), 0), COALESCE(SUM(held), 0),
    COALESCE(SUM(owed), 0) FROM wallet)";

/// What transactions of one reason moved.
using Sums = std::map<Account, Points>;

void add(FlowView& flow, Sums& sums) {
    const Points issued = -sums[Account::issued];
    if (issued > Points{}) {
        flow.issued_bonus += sums[Account::bonus];
        flow.issued_paid += issued - sums[Account::bonus];
    }
    flow.adjusted -= sums[Account::adjusted];
    flow.spent += sums[Account::spent];
    flow.expired += sums[Account::expired];
    flow.returned += sums[Account::returned];
}

WorthView worth_of(Points points) {
    std::int64_t won = 0;
    if (__builtin_mul_overflow(points.value(), won_per_point, &won)) throw Overflow{};
    return {points, Won{won}};
}

}  // namespace

FlowList flows_of(sql::Connection& connection, const http::Chart& chart) {
    std::map<std::int64_t, std::map<std::string, Sums, std::less<>>> moved;
    const auto ids = http::ids_of(chart, prefix::point_transaction);
    const std::array<sql::Value, 6> values{
        http::korea.count(),       chart.step().count(),    std::string_view{ids.from},
        std::string_view{ids.to}, to_epoch_ms(chart.from), to_epoch_ms(chart.to)
    };
    connection.query(select_flows, values, [&](const sql::Row& row) {
        const auto account = json::named<Account>(row.text(2));
        moved[row.integer(0)][std::string(row.text(1))][account] += Points{row.integer(3)};
    });
    FlowList list;
    for (const Time piece : chart.pieces()) {
        FlowView flow;
        flow.at = piece;
        for (auto& [reason, sums] : moved[to_epoch_ms(piece)]) add(flow, sums);
        list.data.push_back(flow);
    }
    return list;
}

LiabilityView liability_of(sql::Connection& connection, Time now) {
    LiabilityView view;
    view.at = now;
    view.won_per_point = won_per_point;
    connection.query(sum_wallets, {}, [&](const sql::Row& row) {
        view.wallets = row.integer(0);
        view.paid = worth_of(Points{row.integer(1)});
        view.bonus = {Points{row.integer(2)}, Won{0}};
        view.held = worth_of(Points{row.integer(3)});
        view.owed = {Points{row.integer(4)}, Won{0}};
    });
    view.all = {
        view.paid.points + view.bonus.points + view.held.points, view.paid.won + view.held.won
    };
    view.outstanding_limit = outstanding_limit;
    // In an order that cannot overflow: the limit is a multiple of a thousand.
    view.outstanding_permille = view.all.won.value() / (outstanding_limit / 1'000);
    return view;
}

}  // namespace pay::point
