#pragma once

#include <boost/describe.hpp>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "bootpay/gateway.hpp"
#include "catalogue/catalogue.hpp"
#include "core/money/money.hpp"
#include "core/result/result.hpp"
#include "core/time/clock.hpp"
#include "item/messages.hpp"
#include "order/auto_charge.hpp"
#include "order/trail.hpp"
#include "order_item/messages.hpp"
#include "point/messages.hpp"

/// The order service's own terms: what it keeps, what it can be asked, what it answers.
namespace pay::order {

// The enumerators are the names on the wire and in the database.
enum class Status { PENDING, PAID, SUCCESS, FAILING, FAIL, CANCELING, CANCELED, EXPIRED };
BOOST_DESCRIBE_ENUM(Status, PENDING, PAID, SUCCESS, FAILING, FAIL, CANCELING, CANCELED, EXPIRED)

enum class PaymentMethod { bootpay, points };
BOOST_DESCRIBE_ENUM(PaymentMethod, bootpay, points)

enum class StepStatus { pending, done, failed, reversed };
BOOST_DESCRIBE_ENUM(StepStatus, pending, done, failed, reversed)

/// Why an order failed, or why its refund did not go through. `none` is not shown.
enum class Failure {
    NONE,
    AMOUNT_MISMATCH,
    ITEM_REFUSED,
    POINTS_REFUSED,
    TIMED_OUT,
    REFUND_REFUSED,
    INSUFFICIENT_POINTS,
    POINTS_SPENT,      ///< a cancel was refused: the points it should take back are not there
    CANCEL_REFUSED,    ///< a cancel was refused by the gateway
    PAYMENT_CANCELED,  ///< the payment was canceled at the gateway before the order was done
    PAYMENT_DECLINED,  ///< an auto-charge's: the stored card or account was not charged
};
BOOST_DESCRIBE_ENUM(
    Failure, NONE, AMOUNT_MISMATCH, ITEM_REFUSED, POINTS_REFUSED, TIMED_OUT, REFUND_REFUSED,
    INSUFFICIENT_POINTS, POINTS_SPENT, CANCEL_REFUSED, PAYMENT_CANCELED, PAYMENT_DECLINED
)

struct Step {
    StepStatus status = StepStatus::pending;
    Time at{};
};

struct Order {
    std::string id;
    std::string user_id;
    std::string item_id;
    std::string item_name;
    std::int64_t item_version = 0;
    item::Kind kind = item::Kind::point_package;
    PaymentMethod payment_method = PaymentMethod::bootpay;
    std::optional<Won> amount;     ///< nothing: it is paid with points
    std::optional<Points> points;  ///< what a package gives, or what content costs
    Points bonus;                  ///< given with them
    Status status = Status::PENDING;
    std::string receipt_id;  ///< the one receipt this order holds; empty if none
    /// Handed in while the gateway was silent, or held and let go after a decline; holds nothing.
    std::string presented_receipt_id;
    Won canceled_amount;
    Won cancel_fee;              ///< of the canceled amount: kept, not returned
    std::string gateway_method;  ///< as in gateway::Payment
    std::optional<Time> paid_at;
    std::string cancellation_id;  ///< the one under way, or the last
    Failure failure = Failure::NONE;
    /// Of an order paid with points: the payment is their being held, the point step their being
    /// spent for good.
    Step payment;
    std::optional<Step> point;  ///< nothing: no points move
    Step order_item;
    std::int64_t version = 1;
    Time created_at{};
    Time updated_at{};
    std::optional<Time> due_at;  ///< when the driver looks at it next; nothing: never
    int attempts = 0;            ///< of what the driver does in this status
    std::optional<Time>
        approval_at;  ///< an approval was asked for then, and its outcome is not known
    std::optional<Time> deadline_at;  ///< when the saga turns round, or a deposit is due
    std::string trail{};              ///< what happened to it; decides nothing (trail.hpp)

    bool final() const {
        return status == Status::SUCCESS || status == Status::FAIL || status == Status::CANCELED ||
               status == Status::EXPIRED;
    }
    bool paid_with_points() const { return payment_method == PaymentMethod::points; }
    /// What the gateway has returned of its receipt, as far as this order knows.
    Won returned() const { return canceled_amount - cancel_fee; }
};

enum class RefundStatus { open, done, refused };
BOOST_DESCRIBE_ENUM(RefundStatus, open, done, refused)

/// Money on its way back through the gateway. At most one for each receipt, at most one call at a
/// time; a further cancel of the same receipt opens it again.
struct Refund {
    std::string receipt_id;
    std::string order_id;
    RefundStatus status = RefundStatus::open;
    std::string cancel_id;
    std::optional<Won> target;  ///< the gateway's total when it is done; nothing: the whole price
    std::optional<gateway::RefundAccount> account;  ///< until it is done
    Won canceled_before;            ///< the gateway's total when the call was decided on
    std::optional<Time> called_at;  ///< a call went out then and its outcome is not known
    std::optional<Time> due_at;
    int attempts = 0;
    Time created_at{};
    Time updated_at{};
};

/// Where a cancellation stands. Of an order paid through the gateway: the points it takes back are
/// held, the money is returned, the points are settled (or released, if the gateway refused), and
/// if nothing is left of the order, its item is revoked. Of one paid with points: its item is
/// revoked, its points are restored.
enum class Phase { holding, returning, settling, releasing, revoking, restoring, done, refused };
BOOST_DESCRIBE_ENUM(
    Phase, holding, returning, settling, releasing, revoking, restoring, done, refused
)

/// Who began it. `gateway`: the money was returned there already, behind our back. `simulation`:
/// nobody; it only asks what would happen.
enum class Origin { user, admin, gateway, simulation };
BOOST_DESCRIBE_ENUM(Origin, user, admin, gateway, simulation)

/// A cancel of an order or of a part of it. At most one of an order is under way.
struct Cancellation {
    std::string id;
    std::string order_id;
    Phase phase = Phase::holding;
    Origin origin = Origin::user;
    Won amount;     ///< by which the canceled amount grows
    Won fee;        ///< by which the kept part of it grows
    Points points;  ///< paid ones taken back; of an order paid with points: given back
    Points bonus;   ///< taken back with them
    std::string asked_by;
    std::string reason;
    Failure failure = Failure::NONE;                ///< why it was refused
    std::optional<gateway::RefundAccount> account;  ///< until the money is on its way
    Time created_at{};
    Time updated_at{};

    bool over() const { return phase == Phase::done || phase == Phase::refused; }
};

enum class WebhookStatus { stored, settled, unclaimed, unknown };
BOOST_DESCRIBE_ENUM(WebhookStatus, stored, settled, unclaimed, unknown)

/// What a webhook said, once for each thing it can say. Never believed: it only has the receipt
/// looked up. `unclaimed`: the receipt is real but its order is nobody's here.
struct Webhook {
    std::string receipt_id;
    std::int64_t receipt_status = 0;
    Won canceled;
    std::string order_id;  ///< as the webhook says, and after the look-up as the gateway says
    Won price;
    WebhookStatus status = WebhookStatus::stored;
    std::optional<Time> due_at;
    int attempts = 0;
    Time created_at{};

    using Key = std::tuple<std::string, std::int64_t, std::int64_t>;
    Key key() const { return {receipt_id, receipt_status, canceled.value()}; }
};

/// What a user may cancel. An admin may cancel what the gateway takes.
struct CancelPolicy {
    Duration cool_off = std::chrono::days{7};  ///< after it was paid
    bool only_unused = false;                  ///< nothing of its points may have been spent
    std::int64_t fee_permille = 0;             ///< of the amount, rounded down; kept
    /// Ways of paying of which the gateway returns the whole amount or nothing.
    std::vector<std::string> whole_only{"phone", "culture", "book", "smart", "happy", "tmoney"};
};

/// How long the order service waits for what; the defaults are the contract's.
struct Settings {
    Duration expire_after = std::chrono::minutes{30};
    Duration saga_deadline = std::chrono::minutes{15};
    Duration resend_after = std::chrono::seconds{10};
    Duration poll_after = std::chrono::seconds{15};
    /// Longer than a gateway call may take, the fetching of a token included.
    Duration approval_recheck = std::chrono::seconds{20};
    Duration refund_recheck = std::chrono::seconds{60};
    Duration webhook_look_up_after = std::chrono::milliseconds{500};
    CancelPolicy cancel{};
    AutoChargePolicy auto_charge{};
};

// ---- commands
// -------------------------------------------------------------------------------------

/// A new order, as the caller wants it. The price comes from the catalogue.
struct NewOrder {
    std::string order_id;
    std::string user_id;
    std::string item_id;
    std::optional<PaymentMethod> payment_method;
    std::optional<Won> stated_amount;
    std::string request_id{};  ///< of the call
};

/// Without a receipt, or with one that could not be looked up because the gateway was silent.
struct Place {
    NewOrder order;
    std::string presented_receipt_id;
};

/// With a receipt whose payment was looked up: created and confirmed at once.
struct PlacePaid {
    NewOrder order;
    gateway::Payment payment;
};

/// What the gateway says of a payment that is for this order: from the browser's confirm, a
/// webhook, the poller or an operator. `user_id` is set where a user's call must be for an order of
/// their own.
struct Confirm {
    std::string order_id;
    std::string user_id;
    gateway::Payment payment;
    /// The id of the cancellation it may begin: of a payment that was returned behind our back.
    std::string cancellation_id{};
    Asked asked{};
};

/// How an approval ended.
struct ApprovalEnded {
    std::string order_id;
    std::string receipt_id;
    gateway::Approved outcome;
    std::optional<Time> asked_at{};  ///< the order's `approval_at` as it was when the call went out
};

/// What the point or the order-item service answered.
struct PointReplied {
    point::Reply reply;
    bool refused = false;
    std::optional<bus::Place> place{};
    std::optional<bus::Answers> answers{};
};
struct OrderItemReplied {
    order_item::Reply reply;
    bool refused = false;
    std::optional<bus::Place> place{};
    std::optional<bus::Answers> answers{};
};

/// Its due time has come. `asked`: the gateway was asked just before and what it had to say, if
/// anything, is decided; without it a PENDING order cannot expire. `asked_at`: when, if that may be
/// longer ago, for a process can sleep.
struct Wake {
    std::string order_id;
    bool asked = true;
    std::optional<Time> asked_at{};
};

/// A refund may begin: its receipt was looked up, and this much had been returned.
struct BeginRefund {
    std::string receipt_id;
    Won price;
    Won canceled;
    std::optional<Time> asked_at{};  ///< when the gateway was asked, as in Wake
};

/// How the gateway's cancel ended.
struct RefundEnded {
    std::string receipt_id;
    gateway::Canceled outcome;
    std::optional<Time> called_at{};  ///< of the call that ended; nothing: the last one
};

/// The gateway could not be asked about a refund's receipt: later again.
struct PostponeRefund {
    std::string receipt_id;
};

/// An admin paid it back by other means.
struct CloseRefused {
    std::string order_id;
};

/// A user or an admin cancels an order, or wants to know what would happen.
struct Cancel {
    std::string cancellation_id;
    std::string order_id;
    std::string user_id;  ///< whose order it must be; empty: anybody's, for an admin asks
    std::string asked_by;
    std::optional<Won> amount;  ///< nothing: all that is left
    std::string reason;
    std::optional<gateway::RefundAccount> account;
    bool simulate = false;
    std::string request_id{};
};

/// An operator wants what the order waits for to happen now.
struct Retry {
    std::string order_id;
};

struct StoreWebhook {
    Webhook webhook;
};
/// What became of a stored webhook's look-up. No payment: the gateway knows no such receipt, or
/// (with `again`) could not be asked.
struct WebhookLookedUp {
    Webhook::Key key;
    std::optional<gateway::Payment> payment;
    bool again = false;
};

using Command = std::variant<
    Place, PlacePaid, Confirm, ApprovalEnded, PointReplied, OrderItemReplied, Wake, BeginRefund,
    RefundEnded, PostponeRefund, CloseRefused, Cancel, StoreWebhook, WebhookLookedUp, item::Changed,
    Retry, AddBillingKey, RevokeBillingKey, KeyDestroyed, AddAutoCharge, WithdrawAutoCharge,
    point::Balance, DriveAutoCharge, ChargeRefused>;

// ---- answers
// --------------------------------------------------------------------------------------

/// What must happen outside the transaction before the caller can be answered.
enum class Next {
    nothing,
    approve,  ///< call the gateway's approve for `order.receipt_id`
    await,    ///< another call's approval is under way: wait for the order to change
    cancel,   ///< call the gateway's cancel for `refund`
    refund,   ///< a refund is due now: have the driver look
    charge,   ///< call the gateway's charge of `billing_key` for `order`
};

/// The order as it is now. `refusal` is set where the caller is told no although the order changed.
struct Answer {
    Order order;
    Next next = Next::nothing;
    std::optional<Error> refusal;
    std::optional<Refund> refund;
    std::optional<Cancellation> cancellation{};
    std::optional<BillingKey> billing_key{};
    std::optional<AutoCharge> auto_charge{};
};

// ---- state
// ----------------------------------------------------------------------------------------

/// What a batch of commands touches, as loaded, and then as decided.
struct State {
    std::map<std::string, Order, std::less<>> orders;
    std::map<std::string, std::string, std::less<>> order_of_receipt;
    /// What the database has: the receipt (or none) by order, refunds by receipt, webhooks, items.
    std::map<std::string, std::string, std::less<>> stored_receipts;
    std::set<std::string> stored_refunds;
    std::set<Webhook::Key> stored_webhooks;
    std::set<std::string> stored_items;
    std::set<std::string> stored_cancellations;
    std::map<std::string, std::string, std::less<>> stored_owned;
    std::map<std::string, Refund, std::less<>> refunds;  ///< by receipt
    std::map<Webhook::Key, Webhook> webhooks;
    std::map<std::string, Cancellation, std::less<>> cancellations;
    /// By `content_of()`: the order by which a user has content.
    std::map<std::string, std::string, std::less<>> owned;
    catalogue::Items items;
    AutoCharges auto_charging;

    std::set<std::string, std::less<>> changed_orders;
    std::set<std::string, std::less<>> changed_refunds;
    std::set<Webhook::Key> changed_webhooks;
    std::set<std::string> changed_items;
    std::set<std::string, std::less<>> changed_cancellations;
};

}  // namespace pay::order
