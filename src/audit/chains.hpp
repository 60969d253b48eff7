#pragma once

#include "audit/books.hpp"
#include "audit/suspicion.hpp"

/// The chains of the wallets' transactions and the seals of the days (src/point/chain.hpp,
/// seal.hpp).
namespace pay::audit {

/// Users, by id: each transaction's hash is over what it says and over the one before, none is
/// missing since the chain began, and the wallet's head is the last.
void examine_chains(sql::Connection& point, const Selection& users, const OnSuspicion& suspicious);

/// Every day since the first seal has one, each is over the one before, and over what the ledger
/// says of its day. Returns how many there are.
std::int64_t examine_seals(sql::Connection& point, const OnSuspicion& suspicious);

}  // namespace pay::audit
