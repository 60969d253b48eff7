#include "core/webhook_out/rules.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "core/json/read.hpp"
#include "core/webhook_out/wire.hpp"

using namespace pay;
using namespace pay::webhook_out;

namespace {

const Time noon = from_epoch_ms(1'772'414'130'007);
const Source source{"order", "payments.order.events", {"order.paid", "order.failed"}};
const http::AddressGuard guard;
const Terms terms{source, guard};

EndpointBody wish() {
    return {"https://shop.example/hooks?token=t", {"order.paid"}, "the shop", "it asked"};
}

std::string fields_of(const std::optional<Error>& error) {
    std::string names;
    if (!error) return names;
    CHECK(error->code == Code::invalid);
    for (const auto& fault : error->fields) names += fault.field + ' ';
    return names;
}

Attempt failing(std::int64_t status = 500) {
    Attempt attempt;
    attempt.status = status;
    attempt.error = "it answered so";
    return attempt;
}

}  // namespace

TEST_CASE("an endpoint is an https URL that may be called, with events that there are") {
    CHECK(fields_of(fault_of(wish(), terms)).empty());
    const auto faults = [](auto alter) {
        auto body = wish();
        alter(body);
        return fields_of(fault_of(body, terms));
    };
    for (const auto* url :
         {"", "http://shop.example/", "https://u:p@shop.example/", "https://shop.example/#x",
          "https://127.0.0.1/", "https://[::1]/", "https://169.254.169.254/",
          "https://[::ffff:10.0.0.1]/", "shop"}) {
        CAPTURE(url);
        CHECK(faults([&](auto& body) { body.url = url; }) == "url ");
    }
    CHECK(faults([](auto& body) { body.url = "https://a.b/" + std::string(2036, 'x'); }).empty());
    CHECK(faults([](auto& body) { body.url = "https://a.b/" + std::string(2037, 'x'); }) == "url ");
    using Events = std::vector<std::string>;
    for (const auto& events :
         {Events{}, Events{"order.paid", "order.paid"}, Events{"point.changed"},
          Events{"order.paid", ""}, Events{"order.*"}}) {
        CHECK(faults([&](auto& body) { body.events = events; }) == "events ");
    }
    CHECK(faults([](auto& body) { body.events = {"*"}; }).empty());
    CHECK(faults([](auto& body) { body.description = "two\nlines"; }) == "description ");
    CHECK(faults([](auto& body) { body.description = ""; }).empty());
    CHECK(faults([](auto& body) { body.reason = ""; }) == "reason ");
    CHECK(faults([](auto& body) {
              body.reason = " ";
              body.url = "";
          }) == "url reason ");
}

TEST_CASE("a change is judged by what it names, and tells what it changed") {
    EndpointPatchBody patch;
    patch.reason = "moved";
    CHECK(fields_of(fault_of(patch, terms)).empty());
    patch.url = "http://a.b/";
    patch.events = std::vector<std::string>{};
    CHECK(fields_of(fault_of(patch, terms)) == "url events ");

    auto endpoint = make_endpoint("whe_1", wish(), "whsec_x", noon);
    CHECK(endpoint.wants("order.paid"));
    CHECK(!endpoint.wants("order.failed"));
    patch.url = "https://shop.example/new?token=u";
    patch.events = std::vector<std::string>{"*"};
    patch.description = "the shop";
    endpoint.failing_since = noon;
    const auto changes = change(endpoint, patch, noon + Duration{5});
    REQUIRE(changes.size() == 2);
    CHECK(changes[0].before == "https://shop.example/hooks");  // no query: it may hold a password
    CHECK(changes[0].after == "https://shop.example/new");
    CHECK(changes[1].after == "*");
    CHECK(endpoint.wants("order.failed"));
    CHECK(endpoint.updated_at == noon + Duration{5});
    CHECK(!endpoint.failing_since);  // the new place has a day of its own
    endpoint.failing_since = noon;
    CHECK(change(endpoint, patch, noon + Duration{9}).empty());
    CHECK(endpoint.updated_at == noon + Duration{5});
    CHECK(endpoint.failing_since == noon);
}

TEST_CASE("an endpoint that is disabled wants nothing, and begins anew when it is enabled") {
    auto endpoint = make_endpoint("whe_1", wish(), "whsec_x", noon);
    EndpointPatchBody patch;
    patch.status = WantedStatus::disabled;
    CHECK(change(endpoint, patch, noon).size() == 1);
    CHECK(endpoint.disabled_because == DisabledBecause::by_hand);
    CHECK(!endpoint.wants("order.paid"));
    endpoint.disabled_because = DisabledBecause::failing;
    endpoint.failing_since = noon;
    patch.status = WantedStatus::enabled;
    CHECK(change(endpoint, patch, noon).size() == 1);
    CHECK(!endpoint.disabled_because);
    CHECK(!endpoint.failing_since);
    CHECK(endpoint.wants("order.paid"));
}

TEST_CASE("a rotation keeps the secret before it for a day; a deletion keeps none") {
    auto endpoint = make_endpoint("whe_1", wish(), "whsec_a", noon);
    rotate(endpoint, "whsec_b", noon);
    CHECK(endpoint.secret == "whsec_b");
    CHECK(endpoint.previous_secret == "whsec_a");
    CHECK(endpoint.previous_until == noon + std::chrono::hours{24});
    rotate(endpoint, "whsec_c", noon);
    CHECK(endpoint.previous_secret == "whsec_b");
    remove(endpoint, noon);
    CHECK(endpoint.secret.empty());
    CHECK(endpoint.previous_secret.empty());
    CHECK(!endpoint.wants("order.paid"));
}

TEST_CASE("pauses grow to four hours, a fifth more or less") {
    CHECK(pause_after(1, 500) == Duration{5'000});
    CHECK(pause_after(1, 0) == Duration{4'000});
    CHECK(pause_after(1, 1000) == Duration{6'000});
    CHECK(pause_after(2, 500) == Duration{15'000});
    CHECK(pause_after(5, 500) == Duration{405'000});
    CHECK(pause_after(9, 500) == std::chrono::hours{4});
    CHECK(pause_after(1'000'000, 1000) == std::chrono::minutes{288});
}

TEST_CASE("a delivery is tried for a day, the last time at its end, and then given up") {
    const auto endpoint = make_endpoint("whe_1", wish(), "whsec_x", noon);
    auto delivery = make_delivery(endpoint, "msg_1", "order.paid", "{}", noon);
    auto now = noon;
    int tries = 0;
    while (delivery.status == DeliveryStatus::waiting) {
        CHECK(delivery.due_at >= now);
        now = delivery.due_at;
        settle(delivery, failing(), now, 500);
        ++tries;
    }
    CHECK(delivery.status == DeliveryStatus::failed);
    CHECK(now == noon + std::chrono::hours{24});
    CHECK(tries == 14);
    CHECK(delivery.attempts == 14);
    CHECK(delivery.last_status == 500);
    CHECK(delivery.due_at == now + std::chrono::days{30});

    redeliver(delivery, now);
    CHECK(delivery.status == DeliveryStatus::waiting);
    CHECK(delivery.due_at == now);
    settle(delivery, Attempt{.status = 204}, now, 500);
    CHECK(delivery.status == DeliveryStatus::delivered);
    CHECK(delivery.attempts == 15);
    CHECK(!delivery.last_error);
    // Another instance's late failure changes nothing but the count.
    settle(delivery, failing(), now, 500);
    CHECK(delivery.status == DeliveryStatus::delivered);
    CHECK(delivery.due_at == now + std::chrono::days{7});
}

TEST_CASE("who is gone is not asked again") {
    const auto endpoint = make_endpoint("whe_1", wish(), "whsec_x", noon);
    auto delivery = make_delivery(endpoint, "msg_1", "order.paid", "{}", noon);
    settle(delivery, failing(410), noon, 500);
    CHECK(delivery.status == DeliveryStatus::failed);
}

TEST_CASE("an event is posted with its id, type, source, time and payload") {
    CHECK(
        body_of(source, "msg_1", "order.paid", noon, R"({"order_id":"ord_1"})") ==
        R"({"id":"msg_1","type":"order.paid","source":"payments/order",)"
        R"("time":"2026-03-02T01:15:30.007Z","data":{"order_id":"ord_1"}})"
    );
}

TEST_CASE("an admin sees no secret of an endpoint") {
    auto endpoint = make_endpoint("whe_1", wish(), "whsec_x", noon);
    rotate(endpoint, "whsec_y", noon);
    const auto view = json::to_text(view_of(endpoint, "order", noon));
    CHECK(!view.contains("whsec"));
    CHECK(view.contains(R"("previous_secret_until":"2026-03-03T01:15:30.007Z")"));
    CHECK(!json::to_text(secret_view_of(endpoint, "order", noon)).contains("whsec"));
    CHECK(json::to_text(view_of(endpoint, "order", noon + overlap)).contains(R"(until":null)"));
}
