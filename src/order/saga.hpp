#pragma once

#include "order/rules.hpp"

/// From a verified payment to SUCCESS, or back to FAIL with the money returned. An order that is
/// paid always ends: replies move it on, commands without a reply are sent again, and a refusal or
/// the deadline turns it round.
///
///   PAID     credit points ─┐
///            save order item┴─ both done ──► SUCCESS
///   any refused, or the deadline passed ──► FAILING
///   FAILING  reverse points ──► revoke order item ──► return the payment ──► FAIL
///            reverse refused (the points are spent): forward again, to SUCCESS: neither the
///            deadline nor a refusal turns it any more
///
/// One thing is undone after the other, points first: only they can say no, and then nothing else
/// has been undone yet.
namespace pay::order {

/// The payment is verified: PAID, and the services are set to work.
void begin_saga(Scope& scope, Order& order);
/// Undoes what was done and returns the money; `why` stands in the order.
void turn_round(Scope& scope, Order& order, Failure why);
/// The refund of the order's own receipt is done, or was refused for good.
void payment_returned(Scope& scope, Order& order);
void payment_return_refused(Scope& scope, Order& order);

Result<Answer> point_replied(Scope& scope, const PointReplied& command);
Result<Answer> order_item_replied(Scope& scope, const OrderItemReplied& command);
/// PAID or FAILING and nothing was heard for a while.
Result<Answer> wake_saga(Scope& scope, Order& order);

}  // namespace pay::order
