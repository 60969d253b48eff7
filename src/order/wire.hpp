#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/http/message.hpp"
#include "core/json/write.hpp"
#include "order/types.hpp"

/// The order service's JSON: orders as the API shows them, and the bodies it takes.
namespace pay::order {

struct StepView {
    std::string name;
    StepStatus status = StepStatus::pending;
    Time at{};
};
BOOST_DESCRIBE_STRUCT(StepView, (), (name, status, at))

struct FailureView {
    std::string code;
    std::string message;
};
BOOST_DESCRIBE_STRUCT(FailureView, (), (code, message))

/// An order as a caller sees it; the texts in their language.
struct OrderView {
    std::string id;
    std::string user_id;
    std::string item_id;
    std::string item_name;
    std::int64_t item_version = 0;
    PaymentMethod payment_method = PaymentMethod::bootpay;
    std::optional<Won> amount;
    std::optional<Points> points;
    std::optional<Points> bonus_points;
    Status status = Status::PENDING;
    std::optional<std::string> receipt_id;
    Won canceled_amount;
    Won cancel_fee;
    std::optional<FailureView> failure;
    std::vector<StepView> steps;
    std::int64_t version = 0;
    Time created_at{};
    Time updated_at{};
};
BOOST_DESCRIBE_STRUCT(
    OrderView, (),
    (id, user_id, item_id, item_name, item_version, payment_method, amount, points, bonus_points,
     status, receipt_id, canceled_amount, cancel_fee, failure, steps, version, created_at,
     updated_at)
)

OrderView view(const Order& order, http::Language language);
std::string to_json(const Order& order, http::Language language);

/// What Bootpay's window is opened with (GET /v1/orders/{id}/checkout).
struct CheckoutMetadata {
    std::string user_id;
};
BOOST_DESCRIBE_STRUCT(CheckoutMetadata, (), (user_id))
struct CheckoutExtra {
    bool separately_confirmed = true;
};
BOOST_DESCRIBE_STRUCT(CheckoutExtra, (), (separately_confirmed))
struct Checkout {
    std::string client_key;
    Won price;
    std::string order_name;
    std::string order_id;
    CheckoutMetadata metadata;
    CheckoutExtra extra;
};
BOOST_DESCRIBE_STRUCT(Checkout, (), (client_key, price, order_name, order_id, metadata, extra))

struct PlaceBody {
    std::string item_id;
    std::optional<PaymentMethod> payment_method;
    std::optional<std::string> receipt_id;
    std::optional<Won> amount;
};
BOOST_DESCRIBE_STRUCT(PlaceBody, (), (item_id, payment_method, receipt_id, amount))

struct ConfirmBody {
    std::string receipt_id;
};
BOOST_DESCRIBE_STRUCT(ConfirmBody, (), (receipt_id))

struct CancelBody {
    std::optional<Won> amount;
    std::optional<std::string> reason;
    std::optional<gateway::RefundAccount> refund_account;
};
BOOST_DESCRIBE_STRUCT(CancelBody, (), (amount, reason, refund_account))

/// A cancel, under way or over (GET /v1/orders/{id}/cancellations).
struct CancellationView {
    std::string id;
    std::string order_id;
    Phase phase = Phase::holding;
    Origin origin = Origin::user;
    Won amount;
    Won fee;
    Points points;
    Points bonus_points;
    std::string asked_by;
    std::string reason;
    std::optional<FailureView> failure;
    Time created_at{};
    Time updated_at{};
};
BOOST_DESCRIBE_STRUCT(
    CancellationView, (),
    (id, order_id, phase, origin, amount, fee, points, bonus_points, asked_by, reason, failure,
     created_at, updated_at)
)

/// What a cancel would do (POST /v1/orders/{id}/cancel?simulate=true).
struct CancelPreview {
    std::string order_id;
    bool allowed = false;
    Won amount;
    Won fee;
    Won refund_amount;
    Points points_taken;
    Points bonus_points_taken;
    Points points_returned;
    std::optional<FailureView> failure;  ///< why not, if it is not allowed
};
BOOST_DESCRIBE_STRUCT(
    CancelPreview, (),
    (order_id, allowed, amount, fee, refund_amount, points_taken, bonus_points_taken,
     points_returned, failure)
)

CancellationView view(const Cancellation& cancellation, http::Language language);
std::string preview_json(
    const Order& order, const Cancellation& cancellation, http::Language language
);

/// BAD_REQUEST, INVALID, or RECEIPT_INVALID for a receipt id that is none of the gateway's.
Result<PlaceBody> read_place(std::string_view body);
Result<ConfirmBody> read_confirm(std::string_view body);
Result<CancelBody> read_cancel(std::string_view body);

/// Messages from the other services; an error if they are not of the form that is agreed on.
Result<point::Reply> read_point_reply(std::string_view payload);
Result<order_item::Reply> read_order_item_reply(std::string_view payload);
Result<item::Changed> read_item_changed(std::string_view payload);

}  // namespace pay::order
