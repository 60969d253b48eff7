#pragma once

#include <boost/describe.hpp>
#include <string>
#include <vector>

#include "core/http/chart.hpp"
#include "core/json/read.hpp"
#include "core/money/money.hpp"
#include "core/sql/sql.hpp"

/// Points as a whole: what came into the world and went out of it, and what users have.
namespace pay::point {

/// One hour or day of a chart.
struct FlowView {
    Time at{};           ///< when it begins
    Points issued_paid;  ///< with charges and grants; what repaid a debt is counted here
    Points issued_bonus;
    Points adjusted;  ///< by administrators, less what they took
    Points spent;     ///< less what was given back
    Points expired;
    Points returned;  ///< with canceled charges
};
BOOST_DESCRIBE_STRUCT(
    FlowView, (), (at, issued_paid, issued_bonus, adjusted, spent, expired, returned)
)
static_assert(json::whole<FlowView>);

struct FlowList {
    std::vector<FlowView> data;
};
BOOST_DESCRIBE_STRUCT(FlowList, (), (data))
static_assert(json::whole<FlowList>);

/// One for each piece of the chart, also where nothing moved. Throws what core/sql throws.
FlowList flows_of(sql::Connection& connection, const http::Chart& chart);

/// Points of all users, and what they are worth at a flat rate.
struct WorthView {
    Points points;
    Won won;
};
BOOST_DESCRIBE_STRUCT(WorthView, (), (points, won))
static_assert(json::whole<WorthView>);

/// What the house owes its users in points, as the wallets stand. Nothing was paid for bonus
/// points, and what users owe is their own debt: both are worth nothing here.
struct LiabilityView {
    Time at{};
    std::int64_t won_per_point = 0;
    std::int64_t wallets = 0;
    WorthView paid;
    WorthView bonus;
    WorthView held;
    WorthView all;  ///< paid, bonus and held
    WorthView owed;
    std::int64_t outstanding_limit = 0;  ///< won; over it the law asks for more
    std::int64_t outstanding_permille = 0;
};
BOOST_DESCRIBE_STRUCT(
    LiabilityView, (),
    (at, won_per_point, wallets, paid, bonus, held, all, owed, outstanding_limit,
     outstanding_permille)
)
static_assert(json::whole<LiabilityView>);

LiabilityView liability_of(sql::Connection& connection, Time now);

}  // namespace pay::point
