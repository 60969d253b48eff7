#pragma once

#include <span>

#include "order/reconcile_types.hpp"

/// The comparison itself, pure: three sides in, differences out.
namespace pay::order::reconcile {

/// What does not agree. `unfinished_after`: how long an order may be on its way.
std::vector<Difference> compare(const Evidence& evidence, Time now, Duration unfinished_after);

/// Whether nothing is going on with the order: only then can the ledger be compared.
bool at_rest(const Order& order);
/// The same of its refunds, too.
bool at_rest(const Order& order, std::span<const Refund> refunds);

/// What the ledger's lines of a resting order must add up to; `owed` depends on what else the user
/// did.
point::Checked expected(const Order& order);

/// A receipt the gateway has charged, of an order that nobody here knows.
Finding unclaimed(const gateway::Payment& payment);
/// The gateway could not be asked about a receipt.
Finding silent(const std::string& receipt_id);

}  // namespace pay::order::reconcile
