#include "core/webhook_out/rules.hpp"

#include <algorithm>
#include <set>

#include "core/http/base_url.hpp"
#include "core/ident/ident.hpp"
#include "core/json/names.hpp"
#include "core/json/read.hpp"
#include "core/json/write.hpp"
#include "core/text/text.hpp"

namespace pay::webhook_out {

static_assert(json::whole<EndpointBody>);
static_assert(json::whole<EndpointPatchBody>);

namespace {

constexpr Duration first_pause = std::chrono::seconds{5};
constexpr Duration longest_pause = std::chrono::hours{4};

using Faults = std::vector<FieldFault>;

void judge_url(const std::string& text, const Terms& terms, Faults& faults) {
    const auto url =
        text.size() <= longest_url ? http::parse_https_url(text) : std::optional<http::HttpsUrl>{};
    if (!url) {
        faults.push_back(
            {"url",
             {"It must be an https URL of at most 2048 characters, without a user, a password or a "
              "fragment.",
              "사용자 정보와 프래그먼트가 없는 2048자 이하의 https URL이어야 합니다."}}
        );
    } else if (terms.guard.refuses(url->base.host)) {
        faults.push_back(
            {"url", {"Its address is none that may be called.", "호출할 수 없는 주소입니다."}}
        );
    }
}

void judge_events(const std::vector<std::string>& events, const Terms& terms, Faults& faults) {
    const auto& types = terms.source.types;
    const bool known = std::ranges::all_of(events, [&](const std::string& type) {
        return type == every_event || std::ranges::find(types, type) != types.end();
    });
    const std::set<std::string> distinct(events.begin(), events.end());
    if (known && !events.empty() && distinct.size() == events.size()) return;
    faults.push_back(
        {"events",
         {"It must name events of this service, each once, or be [\"*\"].",
          "이 서비스의 이벤트를 한 번씩만 적거나 [\"*\"]여야 합니다."}}
    );
}

void judge_description(const std::optional<std::string>& text, Faults& faults) {
    if (!text || text->empty() || text::is_line(*text, longest_description)) return;
    faults.push_back(
        {"description",
         {"It must be one line of at most 200 characters.", "200자 이하의 한 줄이어야 합니다."}}
    );
}

void judge_reason(const std::string& reason, Faults& faults) {
    if (text::is_line(reason, audit_log::longest_reason)) return;
    faults.push_back(audit_log::bad_reason().fields.front());
}

std::optional<Error> error_of(Faults faults) {
    if (faults.empty()) return std::nullopt;
    return Error{Code::invalid, {}, std::move(faults), {}};
}

std::string line_of(const std::vector<std::string>& events) {
    std::string text;
    for (const auto& type : events) text += (text.empty() ? "" : " ") + type;
    return text;
}

}  // namespace

bool Endpoint::wants(std::string_view type) const {
    return enabled() && std::ranges::any_of(events, [&](const std::string& wanted) {
               return wanted == every_event || wanted == type;
           });
}

std::optional<Error> fault_of(const EndpointBody& body, const Terms& terms) {
    Faults faults;
    judge_url(body.url, terms, faults);
    judge_events(body.events, terms, faults);
    judge_description(body.description, faults);
    judge_reason(body.reason, faults);
    return error_of(std::move(faults));
}

std::optional<Error> fault_of(const EndpointPatchBody& body, const Terms& terms) {
    Faults faults;
    if (body.url) judge_url(*body.url, terms, faults);
    if (body.events) judge_events(*body.events, terms, faults);
    judge_description(body.description, faults);
    judge_reason(body.reason, faults);
    return error_of(std::move(faults));
}

Endpoint make_endpoint(std::string id, const EndpointBody& body, std::string secret, Time now) {
    Endpoint endpoint;
    endpoint.id = std::move(id);
    endpoint.url = body.url;
    endpoint.events = body.events;
    endpoint.description = body.description.value_or("");
    endpoint.secret = std::move(secret);
    endpoint.created_at = now;
    endpoint.updated_at = now;
    return endpoint;
}

std::vector<audit_log::Change> change(Endpoint& endpoint, const EndpointPatchBody& body, Time now) {
    std::vector<audit_log::Change> changes;
    const auto note = [&](std::string field, std::string before, std::string after) {
        changes.push_back({std::move(field), std::move(before), std::move(after)});
    };
    if (body.url && *body.url != endpoint.url) {
        note("url", url_in_log(endpoint.url), url_in_log(*body.url));
        endpoint.url = *body.url;
        endpoint.failing_since.reset();  // the new place has not failed yet
    }
    if (body.events && *body.events != endpoint.events) {
        note("events", line_of(endpoint.events), line_of(*body.events));
        endpoint.events = *body.events;
    }
    if (body.description && *body.description != endpoint.description) {
        note("description", endpoint.description, *body.description);
        endpoint.description = *body.description;
    }
    if (body.status && (*body.status == WantedStatus::enabled) != endpoint.enabled()) {
        const bool enables = *body.status == WantedStatus::enabled;
        note("status", enables ? "disabled" : "enabled", enables ? "enabled" : "disabled");
        endpoint.status = enables ? EndpointStatus::enabled : EndpointStatus::disabled;
        endpoint.disabled_because.reset();
        if (!enables) endpoint.disabled_because = DisabledBecause::by_hand;
        endpoint.failing_since.reset();
    }
    if (!changes.empty()) endpoint.updated_at = now;
    return changes;
}

void rotate(Endpoint& endpoint, std::string secret, Time now) {
    endpoint.previous_secret = std::exchange(endpoint.secret, std::move(secret));
    endpoint.previous_until = now + overlap;
    endpoint.updated_at = now;
}

void remove(Endpoint& endpoint, Time now) {
    endpoint.status = EndpointStatus::deleted;
    endpoint.secret.clear();
    endpoint.previous_secret.clear();
    endpoint.previous_until.reset();
    endpoint.updated_at = now;
}

std::string url_in_log(const std::string& url) {
    return url.substr(0, url.find('?'));
}

Duration pause_after(std::int64_t attempts, std::int64_t chance) {
    auto pause = first_pause;
    for (std::int64_t i = 1; i < attempts && pause < longest_pause; ++i) pause *= 3;
    pause = std::min(pause, longest_pause);
    return pause * (800 + chance * 2 / 5) / 1000;
}

void settle(Delivery& delivery, const Attempt& attempt, Time now, std::int64_t chance) {
    ++delivery.attempts;
    delivery.last_status = attempt.status;
    delivery.last_error = attempt.error;
    if (attempt.delivered()) {
        delivery.status = DeliveryStatus::delivered;
        delivery.due_at = now + delivered_kept;
    } else if (delivery.status != DeliveryStatus::waiting) {
        return;  // another instance sent it, too, and was done first
    } else if (attempt.gone() || now >= delivery.give_up_at) {
        delivery.status = DeliveryStatus::failed;
        delivery.due_at = now + failed_kept;
    } else {
        // The last try is made when the day is over.
        const auto next = now + pause_after(delivery.attempts, chance);
        delivery.due_at = std::min(next, delivery.give_up_at);
    }
}

void redeliver(Delivery& delivery, Time now) {
    delivery.status = DeliveryStatus::waiting;
    delivery.due_at = now;
    delivery.give_up_at = now + patience;
}

std::string body_of(
    const Source& source, std::string_view id, std::string_view type, Time time,
    std::string_view payload
) {
    std::string body = R"({"id":)";
    json::write(body, id);
    body += R"(,"type":)";
    json::write(body, type);
    body += R"(,"source":)";
    json::write(body, "payments/" + source.service);
    body += R"(,"time":)";
    json::write(body, time);
    body += R"(,"data":)";
    body += payload;
    body += '}';
    return body;
}

Delivery make_delivery(
    const Endpoint& endpoint, std::string event_id, std::string event_type, std::string body,
    Time now
) {
    Delivery delivery;
    delivery.id = make_id(delivery_prefix, now);
    delivery.endpoint_id = endpoint.id;
    delivery.event_id = std::move(event_id);
    delivery.event_type = std::move(event_type);
    delivery.body = std::move(body);
    delivery.created_at = now;
    delivery.due_at = now;
    delivery.give_up_at = now + patience;
    return delivery;
}

}  // namespace pay::webhook_out
