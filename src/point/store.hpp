#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "core/embedded.hpp"
#include "core/http/query.hpp"
#include "core/sql/sql.hpp"
#include "point/types.hpp"

/// The point service's tables. Everything throws what core/sql throws.
namespace pay::point {

extern const std::span<const EmbeddedFile> schema;
/// The schema, and that of the inbox.
std::vector<EmbeddedFile> migrations();

State load(sql::Connection& connection, std::span<const Instruction* const> instructions);
/// Writes what the batch changed; Conflict if another instance was first.
void save(sql::Transaction& transaction, const State& state);

/// A user's wallet; an empty one if nothing ever happened to it.
Wallet find_wallet(sql::Connection& connection, std::string_view user_id);
/// What the user can spend, the soonest to expire first; at most `most` lots.
std::vector<Lot> list_lots(
    sql::Connection& connection, std::string_view user_id, std::int64_t most
);
/// Whose lots have run out or are to be announced, the longest due first: one for each of at most
/// `most` lots.
std::vector<std::string> users_due(sql::Connection& connection, Time now, std::int64_t most);
/// The user's transactions of a page that changed the balance, and one more, if there is one.
std::vector<LedgerEntry> list_ledger(
    sql::Connection& connection, std::string_view user_id, const http::Page& page
);

}  // namespace pay::point
