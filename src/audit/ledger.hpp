#pragma once

#include "audit/books.hpp"
#include "audit/suspicion.hpp"

/// Rules 1 and 2: the points' ledger against the wallets and against itself.
namespace pay::audit {

/// Users, by id: what the ledger's lines sum to is what the wallet says, and no balance was ever
/// negative. Adds the balances to `total`.
void examine_wallets(
    sql::Connection& point, const Selection& users, Points& total, const OnSuspicion& suspicious
);

/// Transactions, by id: the lines of each sum to zero, a user's accounts name a user and the
/// house's name none. Returns how many there are.
std::int64_t examine_transactions(
    sql::Connection& point, const Selection& transactions, const OnSuspicion& suspicious
);

}  // namespace pay::audit
