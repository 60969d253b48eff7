#pragma once

#include "audit/books.hpp"
#include "audit/suspicion.hpp"

/// What stands in the books by itself: receipts, refunds, messages to send, payments of nobody.
/// Each is few rows or one pass over an index, so a second look reads all of it again.
namespace pay::audit {

/// No receipt serves two orders, a refund's counted; no refund waits since before `stuck_before`;
/// those that the gateway refused and nobody closed.
void examine_receipts(sql::Connection& order, Time stuck_before, const OnSuspicion& suspicious);

/// No message of any service waits to be sent since before `stuck_before`.
void examine_outboxes(Books& books, Time stuck_before, const OnSuspicion& suspicious);

/// Payments that webhooks told of and whose order is nobody's here. No problem, only listed.
void list_unclaimed(sql::Connection& order, const OnSuspicion& found);

}  // namespace pay::audit
