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
    Status status = Status::PENDING;
    std::optional<std::string> receipt_id;
    Won canceled_amount;
    std::optional<FailureView> failure;
    std::vector<StepView> steps;
    std::int64_t version = 0;
    Time created_at{};
    Time updated_at{};
};
BOOST_DESCRIBE_STRUCT(
    OrderView, (),
    (id, user_id, item_id, item_name, item_version, payment_method, amount, points, status,
     receipt_id, canceled_amount, failure, steps, version, created_at, updated_at)
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

/// BAD_REQUEST, INVALID, or RECEIPT_INVALID for a receipt id that is none of the gateway's.
Result<PlaceBody> read_place(std::string_view body);
Result<ConfirmBody> read_confirm(std::string_view body);

/// Messages from the other services; an error if they are not of the form that is agreed on.
Result<point::Reply> read_point_reply(std::string_view payload);
Result<order_item::Reply> read_order_item_reply(std::string_view payload);
Result<item::Changed> read_item_changed(std::string_view payload);

}  // namespace pay::order
