#pragma once

#include <boost/describe.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/webhook_out/types.hpp"

/// Endpoints and deliveries as admins see them. Times are RFC 3339.
namespace pay::webhook_out {

struct EndpointView {
    std::string id;
    std::string service;
    std::string url;
    std::vector<std::string> events;
    std::string description;
    EndpointStatus status = EndpointStatus::enabled;
    std::optional<DisabledBecause> disabled_because;
    std::optional<std::string> failing_since;
    std::optional<std::string> previous_secret_until;
    std::string created_at;
    std::string updated_at;
};
BOOST_DESCRIBE_STRUCT(
    EndpointView, (),
    (id, service, url, events, description, status, disabled_because, failing_since,
     previous_secret_until, created_at, updated_at)
)

/// An endpoint with the secret that was made for it just now: the only answers that have one.
struct SecretView {
    std::string id;
    std::string service;
    std::string url;
    std::vector<std::string> events;
    std::string description;
    EndpointStatus status = EndpointStatus::enabled;
    std::optional<DisabledBecause> disabled_because;
    std::optional<std::string> failing_since;
    std::optional<std::string> previous_secret_until;
    std::string created_at;
    std::string updated_at;
    std::optional<std::string> secret;  ///< nothing in an answer that is kept, and so repeated
};
BOOST_DESCRIBE_STRUCT(
    SecretView, (),
    (id, service, url, events, description, status, disabled_because, failing_since,
     previous_secret_until, created_at, updated_at, secret)
)

struct EndpointDeletedView {
    std::string id;
};
BOOST_DESCRIBE_STRUCT(EndpointDeletedView, (), (id))

struct DeliveryView {
    std::string id;
    std::string endpoint_id;
    std::string event_id;  ///< webhook-id
    std::string event_type;
    DeliveryStatus status = DeliveryStatus::waiting;
    std::int64_t attempts = 0;
    std::string created_at;
    std::optional<std::string> next_at;  ///< of one that waits
    std::optional<std::int64_t> last_status;
    std::optional<std::string> last_error;
};
BOOST_DESCRIBE_STRUCT(
    DeliveryView, (),
    (id, endpoint_id, event_id, event_type, status, attempts, created_at, next_at, last_status,
     last_error)
)

struct AttemptView {
    std::int64_t number = 0;
    std::string at;
    std::int64_t took_ms = 0;
    std::optional<std::int64_t> status;
    std::optional<std::string> error;
    std::string answer;
};
BOOST_DESCRIBE_STRUCT(AttemptView, (), (number, at, took_ms, status, error, answer))

struct WholeDeliveryView {
    std::string id;
    std::string endpoint_id;
    std::string event_id;
    std::string event_type;
    DeliveryStatus status = DeliveryStatus::waiting;
    std::int64_t attempts = 0;
    std::string created_at;
    std::optional<std::string> next_at;
    std::optional<std::int64_t> last_status;
    std::optional<std::string> last_error;
    std::string body;  ///< as it is posted
    std::vector<AttemptView> tries;
};
BOOST_DESCRIBE_STRUCT(
    WholeDeliveryView, (),
    (id, endpoint_id, event_id, event_type, status, attempts, created_at, next_at, last_status,
     last_error, body, tries)
)

/// `webhook.test`: what an admin has sent to see whether it arrives.
struct TestEvent {
    std::string endpoint_id;
};
BOOST_DESCRIBE_STRUCT(TestEvent, (), (endpoint_id))

EndpointView view_of(const Endpoint& endpoint, const std::string& service, Time now);
SecretView secret_view_of(const Endpoint& endpoint, const std::string& service, Time now);
DeliveryView view_of(const Delivery& delivery);
WholeDeliveryView whole_view_of(const Delivery& delivery, const std::vector<Attempt>& attempts);

}  // namespace pay::webhook_out
