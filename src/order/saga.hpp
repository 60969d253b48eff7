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
///
/// An order paid with points (saga_points.cpp):
///
///   PENDING  hold points ── refused ──► FAIL
///   PAID     save order item ──► settle points ──► SUCCESS
///   item refused, or the deadline passed before it was saved ──► FAILING
///   FAILING  revoke order item ──► release points ──► FAIL
///
/// A cancellation of a SUCCESS (saga_cancel.cpp), in its phases:
///
///   holding ──► returning ──► settling ──► revoking, if nothing is left ──► CANCELED, or SUCCESS
///      │ spent      └ refused ──► releasing ──► SUCCESS
///      └──► SUCCESS
///   paid with points: revoking ──► restoring ──► CANCELED
namespace pay::order {

/// The payment is verified: PAID, and the services are set to work.
void begin_saga(Scope& scope, Order& order);
/// Undoes what was done and returns the money; `why` stands in the order.
void turn_round(Scope& scope, Order& order, Failure why);
/// The refund of the order's own receipt is done, or was refused for good.
void payment_returned(Scope& scope, Order& order);
void payment_return_refused(Scope& scope, Order& order);

/// An order to be paid with points was placed: they are asked for.
void begin_points_order(Scope& scope, Order& order);

/// SUCCESS: a cancellation begins; it stands in the state already, in no phase yet.
void begin_cancellation(Scope& scope, Order& order, Cancellation& cancellation);
/// CANCELING and nothing was heard for a while.
void work_cancellation(Scope& scope, Order& order, Cancellation& cancellation);
/// The cancellation that is under way; there is one as long as the order is CANCELING.
Cancellation& cancellation_under_way(Scope& scope, const Order& order);

Result<Answer> point_replied(Scope& scope, const PointReplied& command);
Result<Answer> order_item_replied(Scope& scope, const OrderItemReplied& command);
/// PAID or FAILING and nothing was heard for a while; or PENDING, if it is paid with points.
Result<Answer> wake_saga(Scope& scope, Order& order);

// ---- between the files of the saga ----

bool open(const Step& step);
/// Commands of the steps that are still open, in the direction the order goes; after that, silence
/// is waited out ever longer.
void work(Scope& scope, Order& order);
/// PAID: both done is SUCCESS.
void conclude(Scope& scope, Order& order);
/// FAILING: the next thing to undo, and at the end the payment itself.
void unwind(Scope& scope, Order& order);

void work_points(Scope& scope, const Order& order);
void unwind_points(Scope& scope, Order& order);
/// Its item is saved: nothing turns it round any more.
void settle_points(Scope& scope, Order& order);
void points_order_replied(Scope& scope, Order& order, const PointReplied& command);

/// The cancellation of this order that a reply of the point service is for; nothing if none.
Cancellation* cancellation_of(Scope& scope, const Order& order, const point::Reply& reply);
void cancellation_point_replied(
    Scope& scope, Order& order, Cancellation& cancellation, const PointReplied& command
);
void cancellation_item_revoked(Scope& scope, Order& order);
void cancellation_returned(Scope& scope, Order& order);
void cancellation_return_refused(Scope& scope, Order& order);

}  // namespace pay::order
