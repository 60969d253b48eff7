#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>

#include "core/money/money.hpp"
#include "core/sql/sql.hpp"
#include "core/time/clock.hpp"

/// What the ledger says of points as a whole.
namespace pay::report {

/// Points that came into the world and went out of it in some time.
struct Flow {
    Points issued_paid;  ///< with charges; what repaid a debt is counted here
    Points issued_bonus;
    Points adjusted;  ///< by administrators, less what they took
    Points spent;     ///< less what was given back
    Points expired;
    Points returned;  ///< with canceled charges
    Won issued_won;   ///< what was paid for `issued_paid`

    Flow& operator+=(const Flow& other);
};

struct Issuance {
    /// The users' accounts together.
    struct {
        Points paid;
        Points bonus;
        Points held;
        Points owed;
    } outstanding;
    Flow ever;
    std::map<std::string, Flow> months;  ///< by 2026-03: those with movements
};

/// Reads the whole ledger until `at`, in pages. What was paid for a charge is its order's amount.
Issuance read_issuance(
    sql::Connection& point, sql::Connection& order, Time at, Duration utc_offset
);

/// 2026-03.
std::string month_name(Time time, Duration utc_offset);

}  // namespace pay::report
