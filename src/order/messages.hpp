#pragma once

#include <boost/describe.hpp>
#include <optional>
#include <string>

#include "core/json/write.hpp"
#include "core/money/money.hpp"

/// What the order service tells the world: all that others may know of it.
namespace pay::order {

inline constexpr std::string_view events_topic = "payments.order.events";

inline constexpr std::string_view paid_type = "order.paid";
inline constexpr std::string_view succeeded_type = "order.succeeded";
inline constexpr std::string_view failed_type = "order.failed";
inline constexpr std::string_view canceled_type = "order.canceled";
inline constexpr std::string_view expired_type = "order.expired";

inline constexpr std::string_view auto_charge_paused_type = "auto_charge.paused";

/// `order.*`: an order after a change. Messages may come in any order: the one with the greatest
/// `version` is the newest.
struct Event {
    std::string order_id;
    std::string user_id;
    std::string item_id;
    std::optional<Won> amount;
    std::optional<Points> points;
    std::string status;
    std::string receipt_id;
    Won canceled_amount;
    std::string failure_code;
    std::int64_t version = 0;
};
BOOST_DESCRIBE_STRUCT(
    Event, (),
    (order_id, user_id, item_id, amount, points, status, receipt_id, canceled_amount, failure_code,
     version)
)

/// `auto_charge.paused`, with the auto-charge's id as its key: it charges nothing any more until
/// its user agrees to a new one. `failure_code`: why the last charge did not come about.
struct AutoChargePaused {
    std::string auto_charge_id;
    std::string user_id;
    std::string billing_key_id;
    std::string last_order_id;
    std::string failure_code;
    std::int64_t failures = 0;
};
BOOST_DESCRIBE_STRUCT(
    AutoChargePaused, (),
    (auto_charge_id, user_id, billing_key_id, last_order_id, failure_code, failures)
)

}  // namespace pay::order
