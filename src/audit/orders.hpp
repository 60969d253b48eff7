#pragma once

#include "audit/evidence.hpp"
#include "audit/suspicion.hpp"

/// Rules 3 and 4 for each order: what it says happened is what the other books say.
namespace pay::audit {

/// What is wrong with it. `stuck_before`: an order that has not moved since then and is not final
/// is stuck.
std::vector<Problem> judge(
    const std::string& order_id, const Evidence& evidence, Time stuck_before
);

/// How many orders are in which status, and the money they hold.
struct OrderTotals {
    std::map<std::string, std::int64_t> orders;
    Won amount;
};

void examine_orders(
    Books& books, const Selection& orders, Time stuck_before, OrderTotals& totals,
    const OnSuspicion& suspicious
);

}  // namespace pay::audit
