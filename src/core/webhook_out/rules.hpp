#pragma once

#include <boost/describe.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/audit_log/audit_log.hpp"
#include "core/http/address_guard.hpp"
#include "core/result/result.hpp"
#include "core/webhook_out/types.hpp"

/// What admins may ask for, and what becomes of deliveries and endpoints: pure.
namespace pay::webhook_out {

struct EndpointBody {
    std::string url;
    std::vector<std::string> events;
    std::optional<std::string> description;
    std::string reason;
};
BOOST_DESCRIBE_STRUCT(EndpointBody, (), (url, events, description, reason))

enum class WantedStatus { enabled, disabled };
BOOST_DESCRIBE_ENUM(WantedStatus, enabled, disabled)

struct EndpointPatchBody {
    std::optional<std::string> url;
    std::optional<std::vector<std::string>> events;
    std::optional<std::string> description;
    std::optional<WantedStatus> status;
    std::string reason;
};
BOOST_DESCRIBE_STRUCT(EndpointPatchBody, (), (url, events, description, status, reason))

/// What a wish is judged by.
struct Terms {
    const Source& source;
    const http::AddressGuard& guard;
};

/// INVALID naming the fields that cannot be.
std::optional<Error> fault_of(const EndpointBody& body, const Terms& terms);
std::optional<Error> fault_of(const EndpointPatchBody& body, const Terms& terms);

/// The endpoint with this secret; `id` is made by whoever asks.
Endpoint make_endpoint(std::string id, const EndpointBody& body, std::string secret, Time now);
/// Changes the endpoint; what it changed, for the log of operators' actions.
std::vector<audit_log::Change> change(Endpoint& endpoint, const EndpointPatchBody& body, Time now);
/// A new secret; the one before stays valid for a day.
void rotate(Endpoint& endpoint, std::string secret, Time now);
/// Its secrets go at once.
void remove(Endpoint& endpoint, Time now);

/// A URL as the log of operators' actions has it: without its query, which may hold a password.
std::string url_in_log(const std::string& url);

/// How long a delivery rests after so many attempts: 5 s, three times as long each time, at most
/// 4 h; `chance`, 0 to 1000, moves it by a fifth up or down.
Duration pause_after(std::int64_t attempts, std::int64_t chance);

/// What the attempt makes of the delivery.
void settle(Delivery& delivery, const Attempt& attempt, Time now, std::int64_t chance);
/// Sends it again, for another day.
void redeliver(Delivery& delivery, Time now);

/// The event as it is posted.
std::string body_of(
    const Source& source, std::string_view id, std::string_view type, Time time,
    std::string_view payload
);
/// The delivery of an event to an endpoint, due at once.
Delivery make_delivery(
    const Endpoint& endpoint, std::string event_id, std::string event_type, std::string body,
    Time now
);

}  // namespace pay::webhook_out
