#pragma once

#include <boost/describe.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/time/clock.hpp"

/// Webhooks out: events of a service, signed, to the endpoints that admins have named. The tables
/// webhook_endpoint, webhook_delivery and webhook_attempt of the service's database.
namespace pay::webhook_out {

inline constexpr std::string_view endpoint_prefix = "whe_";
inline constexpr std::string_view delivery_prefix = "whd_";
inline constexpr std::string_view test_type = "webhook.test";
inline constexpr std::string_view every_event = "*";

inline constexpr std::size_t most_endpoints = 20;  ///< of a service
inline constexpr std::size_t longest_url = 2048;
inline constexpr std::size_t longest_description = 200;
inline constexpr std::size_t longest_body = 256 * 1024;  ///< of what is sent
inline constexpr std::size_t longest_answer = 4096;      ///< of what is kept of an answer

/// How long a delivery is tried, and how long an endpoint may fail without a success between.
inline constexpr Duration patience = std::chrono::hours{24};
/// How long the secret before the last rotation signs, too.
inline constexpr Duration overlap = std::chrono::hours{24};
inline constexpr Duration delivered_kept = std::chrono::days{7};
inline constexpr Duration failed_kept = std::chrono::days{30};

/// Which messages are events that endpoints may ask for.
struct Source {
    std::string service;  ///< as in public: order-item
    std::string topic;
    std::vector<std::string_view> types;
};

/// How it is sent.
struct Settings {
    std::vector<std::string> allowed{};  ///< CIDRs that may be called though they are not public
    Duration timeout{5'000};             ///< for a whole call
    Duration tick{1'000};                ///< how often somebody looks whether something is due
    std::size_t at_once = 16;            ///< calls to one endpoint at a time
};

enum class EndpointStatus { enabled, disabled, deleted };
BOOST_DESCRIBE_ENUM(EndpointStatus, enabled, disabled, deleted)

enum class DisabledBecause {
    by_hand,
    gone,     ///< it answered 410
    failing,  ///< nothing was delivered for a day
};
BOOST_DESCRIBE_ENUM(DisabledBecause, by_hand, gone, failing)

struct Endpoint {
    std::string id{};
    std::string url{};
    std::vector<std::string> events{};
    std::string description{};
    EndpointStatus status = EndpointStatus::enabled;
    std::optional<DisabledBecause> disabled_because{};
    std::string secret{};
    std::string previous_secret{};  ///< empty: none
    std::optional<Time> previous_until{};
    std::optional<Time> failing_since{};  ///< the first failure since the last success
    Time created_at{};
    Time updated_at{};

    bool enabled() const { return status == EndpointStatus::enabled; }
    bool deleted() const { return status == EndpointStatus::deleted; }
    /// Whether it has asked for events of this type.
    bool wants(std::string_view type) const;
};

enum class DeliveryStatus { waiting, delivered, failed };
BOOST_DESCRIBE_ENUM(DeliveryStatus, waiting, delivered, failed)

/// One event for one endpoint.
struct Delivery {
    std::string id{};
    std::string endpoint_id{};
    std::string event_id{};
    std::string event_type{};
    std::string body{};
    Time created_at{};
    DeliveryStatus status = DeliveryStatus::waiting;
    Time due_at{};  ///< when it is tried next, or, once it is over, may be cleared away
    Time give_up_at{};
    std::int64_t attempts = 0;
    std::optional<std::int64_t> last_status{};
    std::optional<std::string> last_error{};
};

/// What one try of a delivery came to.
struct Attempt {
    std::int64_t number = 0;
    Time at{};
    Duration took{};
    std::optional<std::int64_t> status{};  ///< nothing: no answer came
    std::optional<std::string> error{};    ///< nothing: it was delivered
    std::string answer{};

    bool delivered() const { return !error; }
    bool gone() const { return status == 410; }
};

}  // namespace pay::webhook_out
