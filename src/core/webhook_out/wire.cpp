#include "core/webhook_out/wire.hpp"

#include "core/json/read.hpp"

namespace pay::webhook_out {

static_assert(json::whole<EndpointView>);
static_assert(json::whole<SecretView>);
static_assert(json::whole<EndpointDeletedView>);
static_assert(json::whole<DeliveryView>);
static_assert(json::whole<AttemptView>);
static_assert(json::whole<WholeDeliveryView>);
static_assert(json::whole<TestEvent>);

namespace {

/// What both views of an endpoint begin with.
template <class View>
View begin_view(const Endpoint& endpoint, const std::string& service, Time now) {
    View view;
    view.id = endpoint.id;
    view.service = service;
    view.url = endpoint.url;
    view.events = endpoint.events;
    view.description = endpoint.description;
    view.status = endpoint.status;
    view.disabled_because = endpoint.disabled_because;
    if (endpoint.failing_since) view.failing_since = to_rfc3339(*endpoint.failing_since);
    const bool overlaps = !endpoint.previous_secret.empty() && endpoint.previous_until > now;
    if (overlaps) view.previous_secret_until = to_rfc3339(*endpoint.previous_until);
    view.created_at = to_rfc3339(endpoint.created_at);
    view.updated_at = to_rfc3339(endpoint.updated_at);
    return view;
}

/// The same of a delivery.
template <class View>
View begin_view(const Delivery& delivery) {
    View view;
    view.id = delivery.id;
    view.endpoint_id = delivery.endpoint_id;
    view.event_id = delivery.event_id;
    view.event_type = delivery.event_type;
    view.status = delivery.status;
    view.attempts = delivery.attempts;
    view.created_at = to_rfc3339(delivery.created_at);
    const bool waits = delivery.status == DeliveryStatus::waiting;
    if (waits) view.next_at = to_rfc3339(delivery.due_at);
    view.last_status = delivery.last_status;
    view.last_error = delivery.last_error;
    return view;
}

}  // namespace

EndpointView view_of(const Endpoint& endpoint, const std::string& service, Time now) {
    return begin_view<EndpointView>(endpoint, service, now);
}

SecretView secret_view_of(const Endpoint& endpoint, const std::string& service, Time now) {
    return begin_view<SecretView>(endpoint, service, now);
}

DeliveryView view_of(const Delivery& delivery) {
    return begin_view<DeliveryView>(delivery);
}

WholeDeliveryView whole_view_of(const Delivery& delivery, const std::vector<Attempt>& attempts) {
    auto view = begin_view<WholeDeliveryView>(delivery);
    view.body = delivery.body;
    for (const auto& attempt : attempts) {
        view.tries.push_back(
            {attempt.number, to_rfc3339(attempt.at), attempt.took.count(), attempt.status,
             attempt.error, attempt.answer}
        );
    }
    return view;
}

}  // namespace pay::webhook_out
