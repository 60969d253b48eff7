#pragma once

#include "order/rules.hpp"

/// What an order tells the point and the order-item service to do. Each may be sent again: they do
/// it once.
namespace pay::order {

void send_credit(Scope& scope, const Order& order);
/// Takes the points of a charge back, or gives back those that paid the order.
void send_reverse(Scope& scope, const Order& order);
/// Sets aside what the order is paid with; settles it; lets it go.
void send_hold(Scope& scope, const Order& order);
void send_settle(Scope& scope, const Order& order);
void send_release(Scope& scope, const Order& order);

/// Sets aside what a cancellation takes back of a charge; settles it; lets it go.
void send_hold(Scope& scope, const Order& order, const Cancellation& cancellation);
void send_settle(Scope& scope, const Order& order, const Cancellation& cancellation);
void send_release(Scope& scope, const Order& order, const Cancellation& cancellation);

void send_save(Scope& scope, const Order& order);
void send_revoke(Scope& scope, const Order& order);

/// When it is sent again, if there is no answer: ever later.
Time next_try(const Scope& scope, const Order& order);

}  // namespace pay::order
