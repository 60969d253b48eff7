#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/http/message.hpp"
#include "order/wire.hpp"

/// The JSON of billing keys and auto-charges. The key itself is in none of it.
namespace pay::order {

struct BillingKeyView {
    std::string id;
    std::string user_id;
    std::string label;
    std::string method;
    KeyStatus status = KeyStatus::active;
    std::string terms_version;
    Time consented_at{};
    std::optional<Time> withdrawn_at;
    std::optional<Time> destroyed_at;
    Time created_at{};
};
BOOST_DESCRIBE_STRUCT(
    BillingKeyView, (),
    (id, user_id, label, method, status, terms_version, consented_at, withdrawn_at, destroyed_at,
     created_at)
)

struct AutoChargeView {
    std::string id;
    std::string user_id;
    std::string billing_key_id;
    std::string item_id;
    Won amount;
    Points points;
    std::optional<Points> below;
    std::optional<std::int64_t> monthly_day;
    AutoChargeStatus status = AutoChargeStatus::active;
    bool charging = false;
    std::optional<std::string> last_order_id;
    std::optional<FailureView> last_failure;
    std::int64_t failures = 0;
    std::optional<Time> next_at;
    std::string terms_version;
    Time consented_at{};
    std::optional<Time> withdrawn_at;
    Time created_at{};
};
BOOST_DESCRIBE_STRUCT(
    AutoChargeView, (),
    (id, user_id, billing_key_id, item_id, amount, points, below, monthly_day, status, charging,
     last_order_id, last_failure, failures, next_at, terms_version, consented_at, withdrawn_at,
     created_at)
)

BillingKeyView view(const BillingKey& key);
AutoChargeView view(const AutoCharge& charge, http::Language language);

struct BillingKeyBody {
    std::string receipt_id;
    bool consent = false;
};
BOOST_DESCRIBE_STRUCT(BillingKeyBody, (), (receipt_id, consent))

struct AutoChargeBody {
    std::string billing_key_id;
    std::string item_id;
    std::optional<Points> below;
    std::optional<std::int64_t> monthly_day;
    bool consent = false;
};
BOOST_DESCRIBE_STRUCT(AutoChargeBody, (), (billing_key_id, item_id, below, monthly_day, consent))

/// BAD_REQUEST, INVALID, or RECEIPT_INVALID for a receipt id that is none of the gateway's.
Result<BillingKeyBody> read_billing_key(std::string_view body);
Result<AutoChargeBody> read_auto_charge(std::string_view body);

Result<point::Balance> read_balance(std::string_view payload);

}  // namespace pay::order
