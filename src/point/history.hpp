#pragma once

#include <boost/describe.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "core/http/query.hpp"
#include "core/json/read.hpp"
#include "core/sql/sql.hpp"
#include "core/time/clock.hpp"
#include "point/types.hpp"

namespace pay::point {

/// A user's points as they stood at a past time, by the ledger alone.
struct PastWallet {
    std::string user_id;
    Time at{};
    Points balance;
    Points paid;
    Points bonus;
    Points held;
    Points owed;
};
BOOST_DESCRIBE_STRUCT(PastWallet, (), (user_id, at, balance, paid, bonus, held, owed))
static_assert(json::whole<PastWallet>);

/// The sum of all that was booked until then, that moment included; zeros if that is nothing.
/// Throws what core/sql throws.
PastWallet wallet_at(sql::Connection& connection, std::string_view user_id, Time at);

/// `at` of a query, which is refused unless it is a time that has come.
std::optional<Time> past_time(http::Query& query, Time now);

}  // namespace pay::point
