#pragma once

#include <vector>

#include "core/bus/bus.hpp"
#include "order/types.hpp"

/// The business of an order, pure: loaded state and a command in, new state, an answer and messages
/// out. No clock, no randomness, no I/O. A refusal returned leaves the state as it was; a refusal
/// inside an Answer goes with a change.
namespace pay::order {

Result<Answer> decide(
    State& state, const Command& command, const Settings& settings, Time now,
    std::vector<bus::Message>& messages
);

/// What one decision works with; shared by the files rules*.cpp and saga.cpp.
struct Scope {
    Scope(State& loaded, const Settings& given, Time moment, std::vector<bus::Message>& outgoing)
        : state(loaded), settings(given), now(moment), messages(outgoing) {}

    State& state;
    const Settings& settings;
    Time now;
    std::vector<bus::Message>& messages;

    Order* find(std::string_view order_id);
    /// The order that holds this receipt.
    Order* holder(std::string_view receipt_id);
    /// Marks the order as changed by this decision; its version grows once.
    void touch(Order& order);
    Refund& touch(Refund& refund);
    Webhook& touch(Webhook& webhook);
    Cancellation& touch(Cancellation& cancellation);
    BillingKey& touch(BillingKey& key);
    AutoCharge& touch(AutoCharge& charge);
    /// The user has the content of this order, unless another order gave it first; or has it no
    /// more. Nothing for other kinds of items.
    void own(const Order& order);
    void disown(const Order& order);
    void tell(std::string_view type, const Order& order);

 private:
    std::string x_touched;
};

Error not_found();

/// How a user's content is named in `State::owned`: the same as in the order-item service.
std::string content_of(std::string_view user_id, std::string_view item_id);

// rules_payment.cpp
Result<Answer> confirm(Scope& scope, const Confirm& command);
Result<Answer> place_paid(Scope& scope, const PlacePaid& command);
Result<Answer> approval_ended(Scope& scope, const ApprovalEnded& command);
Result<Answer> wake_pending(Scope& scope, Order& order, const Wake& command);

// rules_refund.cpp
/// Sends all that is left of a receipt back; nothing if that is under way or done.
void return_payment(Scope& scope, const std::string& receipt_id, const std::string& order_id);
/// Returns a part of the order's receipt, until the gateway's total is `target` (nothing: all).
void return_part(
    Scope& scope, const Order& order, Cancellation& cancellation, std::optional<Won> target
);
Result<Answer> begin_refund(Scope& scope, const BeginRefund& command);
Result<Answer> refund_ended(Scope& scope, const RefundEnded& command);
Result<Answer> postpone_refund(Scope& scope, const PostponeRefund& command);
Result<Answer> close_refused(Scope& scope, const CloseRefused& command);

// rules_cancel.cpp
Result<Answer> cancel(Scope& scope, const Cancel& command);
/// The gateway shows more returned than the order knows of: it follows. Nothing if it does not, or
/// if the order is not one that can.
void follow_gateway(
    Scope& scope, Order& order, const gateway::Payment& payment, const std::string& cancellation_id
);
/// `part` of `points`, of a whole of `whole`, rounded up.
Points share_of(Points points, Won part, Won whole);

// rules_retry.cpp
/// The refund of an order that was turned round was refused for want of an account: here it is.
/// NOT_CANCELABLE if it was not refused.
Result<Answer> return_to(Scope& scope, Order& order, const gateway::RefundAccount& account);
/// What the order waits for is due now; a refund that was refused is opened again. CONFLICT if it
/// waits for nothing that can be hurried.
Result<Answer> retry(Scope& scope, const Retry& command);

// rules_webhook.cpp
/// Whether the gateway itself has told already what this webhook says of its receipt's order.
bool tells_nothing_new(const Webhook& webhook, const Order& holder);
Result<Answer> store_webhook(Scope& scope, const StoreWebhook& command);
/// A payment was verified: what webhooks said of it before needs no look-up any more.
void settle_webhooks(Scope& scope, const Order& order);
Result<Answer> webhook_looked_up(Scope& scope, const WebhookLookedUp& command);

// rules_auto_charge.cpp
Result<Answer> add_billing_key(Scope& scope, const AddBillingKey& command);
Result<Answer> revoke_billing_key(Scope& scope, const RevokeBillingKey& command);
Result<Answer> key_destroyed(Scope& scope, const KeyDestroyed& command);
Result<Answer> add_auto_charge(Scope& scope, const AddAutoCharge& command);
Result<Answer> withdraw_auto_charge(Scope& scope, const WithdrawAutoCharge& command);
/// A user has this many points left to spend: an auto-charge that waits for that is due now.
/// Version 0: newer than all that was heard.
void balance_fell(Scope& scope, const point::Balance& balance);

// rules_charging.cpp
Result<Answer> drive_auto_charge(Scope& scope, const DriveAutoCharge& command);
Result<Answer> charge_refused(Scope& scope, const ChargeRefused& command);
/// The next time, after this moment, that this day of the month begins its work in Korea.
Time next_monthly(std::int64_t day, Time after);

/// A new order as the catalogue has it, or why there can be none. Not yet in the state.
Result<Order> draft(Scope& scope, const NewOrder& wanted);

}  // namespace pay::order
