#include "core/webhook_out/sender.hpp"

#include <doctest/doctest.h>

#include "core/webhook_out/hooked.hpp"
#include "core/webhook_out/signing.hpp"

using namespace pay;
using namespace pay::webhook_out;
using namespace pay::webhook_out::test;
using http::test::answer_text;

namespace {

/// Whether the webhook is signed by the secret, at the time that it says.
bool verifies(const std::string& request, const std::string& secret) {
    const auto seconds = std::stoll(header_in(request, "webhook-timestamp"));
    const auto wanted = sign(secret, header_in(request, "webhook-id"), seconds, body_in(request));
    return (" " + header_in(request, "webhook-signature") + " ").contains(" " + wanted + " ");
}

const std::string ok = answer_text("200 OK", "thanks");
const std::string broken = answer_text("500 Internal Server Error", "oh");

}  // namespace

TEST_CASE("an event goes, signed, to the endpoints that want it, and to no other") {
    Ground ground;
    Hooked hooked(ground);
    Receiver all;
    Receiver some;
    Receiver none;
    const auto all_id = hooked.add_endpoint(all.url("/a?b=c"));
    const auto secret = hooked.secret;
    const auto some_id = hooked.add_endpoint(some.url(), R"(["tally.added"])");
    const auto none_id = hooked.add_endpoint(none.url(), R"(["tally.gone"])");
    hooked.tell();
    const auto request = all.wait_for(1).front();
    CHECK(request.starts_with("POST /a?b=c HTTP/1.1\r\n"));
    CHECK(verifies(request, secret));
    CHECK(!verifies(request, hooked.secret));
    CHECK(header_in(request, "content-type") == "application/json");
    const auto id = header_in(request, "webhook-id");
    CHECK(is_id(prefix::message, id));
    CHECK(
        body_in(request) == R"({"id":")" + id +
                                R"(","type":"tally.added","source":"payments/tally",)"
                                R"("time":"2026-03-02T01:15:30.000Z","data":{}})"
    );
    // The clock of the receiver is the world's.
    const auto said = std::stoll(header_in(request, "webhook-timestamp"));
    CHECK(std::abs(to_epoch_ms(SystemClock{}.now()) / 1000 - said) < 300);
    CHECK(header_in(some.wait_for(1).front(), "webhook-id") == id);
    const auto delivery = hooked.tried(all_id, 1);
    CHECK(delivery.status == DeliveryStatus::delivered);
    CHECK(delivery.event_id == id);
    CHECK(hooked.tried(some_id, 1).status == DeliveryStatus::delivered);
    CHECK(hooked.deliveries(none_id).empty());
    CHECK(none.count() == 0);
    CHECK(hooked.metrics.text().contains(
        "payments_webhook_out_attempts_total{outcome=\"delivered\",service=\"tally\"} 2\n"
    ));
}

TEST_CASE("without an endpoint that wants it an event writes nothing") {
    Ground ground;
    Hooked hooked(ground);
    hooked.tell();
    Receiver receiver;
    const auto id = hooked.add_endpoint(receiver.url());
    CHECK(hooked.patch("/" + id, R"({"status":"disabled","reason":"r"})").status == 200);
    hooked.tell();
    CHECK(pay::test::count_in(*hooked.connect(), "webhook_delivery") == 0);
    CHECK(hooked.patch("/" + id, R"({"status":"enabled","reason":"r"})").status == 200);
    hooked.tell();
    CHECK(receiver.wait_for(1).size() == 1);
    CHECK(pay::test::count_in(*hooked.connect(), "webhook_delivery") == 1);
}

TEST_CASE("a delivery that fails is sent again, under its id, when it is due") {
    Ground ground;
    Hooked hooked(ground);
    Receiver receiver({broken, ok});
    const auto id = hooked.add_endpoint(receiver.url());
    hooked.tell();
    auto delivery = hooked.tried(id, 1);
    CHECK(delivery.status == DeliveryStatus::waiting);
    CHECK(delivery.last_status == 500);
    CHECK(delivery.last_error == "it answered 500");
    CHECK(delivery.due_at >= ground.clock->now() + Duration{4'000});
    CHECK(receiver.count() == 1);
    ground.clock->advance(Duration{6'000});
    const auto requests = receiver.wait_for(2);
    CHECK(header_in(requests[0], "webhook-id") == header_in(requests[1], "webhook-id"));
    CHECK(body_in(requests[0]) == body_in(requests[1]));
    CHECK(verifies(requests[1], hooked.secret));
    delivery = hooked.tried(id, 2);
    CHECK(delivery.status == DeliveryStatus::delivered);
    CHECK(!delivery.last_error);
    const auto attempts = list_attempts(*hooked.connect(), delivery.id);
    REQUIRE(attempts.size() == 2);
    CHECK(attempts[0].answer == "oh");
    CHECK(attempts[1].answer == "thanks");
    CHECK(!list_endpoints(*hooked.connect()).front().failing_since);
}

TEST_CASE("retries go on after a restart") {
    Ground ground;
    Hooked hooked(ground);
    Receiver receiver({broken, ok});
    const auto id = hooked.add_endpoint(receiver.url());
    hooked.tell();
    hooked.tried(id, 1);
    hooked.close();
    ground.clock->advance(Duration{6'000});
    hooked.open();
    CHECK(hooked.tried(id, 2).status == DeliveryStatus::delivered);
    const auto requests = receiver.wait_for(2);
    CHECK(header_in(requests[0], "webhook-id") == header_in(requests[1], "webhook-id"));
}

TEST_CASE("what is under way when the process stops is sent again after it") {
    Ground ground;
    Hooked hooked(ground);
    Receiver receiver({"", ok});
    const auto id = hooked.add_endpoint(receiver.url());
    hooked.tell();
    receiver.wait_for(1);
    hooked.close();
    hooked.open();
    CHECK(hooked.tried(id, 1).status == DeliveryStatus::delivered);
    CHECK(receiver.count() == 2);
}

TEST_CASE("redirects, silence, refusals and private addresses are failures, each with its reason") {
    Ground ground;
    const auto fails = [&](const std::string& url, Settings settings) {
        Hooked hooked(ground, std::move(settings));
        const auto id = hooked.add_endpoint(url);
        hooked.tell();
        const auto delivery = hooked.tried(id, 1);
        CHECK(delivery.status == DeliveryStatus::waiting);
        CHECK(hooked.post("/" + id + "/delete", R"({"reason":"r"})").status == 200);
        return delivery.last_error.value_or("");
    };
    Receiver moved({"HTTP/1.1 307 Go\r\nlocation: https://127.0.0.1/\r\ncontent-length: 0\r\n\r\n"}
    );
    CHECK(fails(moved.url(), local()) == "it redirects, which is not followed");
    Receiver silent({""});
    CHECK(fails(silent.url(), local(Duration{200})) == "no answer within 200 ms");
    CHECK(fails("https://127.0.0.1:1/", local()) == "no connection: Connection refused");
    const auto port = silent.url("").substr(std::string("https://127.0.0.1").size());
    CHECK(
        fails("https://localhost" + port + "/", Settings{.tick = Duration{5}}) ==
        "its address is none that may be called"
    );
    CHECK(silent.count() == 1);
}

TEST_CASE("a long answer is cut, and what is no text of it made readable") {
    Ground ground;
    Hooked hooked(ground);
    Receiver receiver({answer_text("200 OK", "\xff" + std::string(100'000, 'x'))});
    const auto id = hooked.add_endpoint(receiver.url());
    hooked.tell();
    const auto delivery = hooked.tried(id, 1);
    CHECK(delivery.status == DeliveryStatus::delivered);
    const auto answer = list_attempts(*hooked.connect(), delivery.id).front().answer;
    CHECK(answer == "\uFFFD" + std::string(4095, 'x'));
}

TEST_CASE("410 disables the endpoint; what waits for it is held until it is enabled again") {
    Ground ground;
    Hooked hooked(ground);
    Receiver receiver({broken, answer_text("410 Gone"), ok});
    const auto id = hooked.add_endpoint(receiver.url());
    hooked.tell();
    const auto held = hooked.tried(id, 1).id;
    ground.clock->advance(Duration{1});  // so that the next one is the newest
    hooked.tell();
    CHECK(hooked.tried(id, 1).status == DeliveryStatus::failed);
    const auto endpoint = list_endpoints(*hooked.connect()).front();
    CHECK(endpoint.status == EndpointStatus::disabled);
    CHECK(endpoint.disabled_because == DisabledBecause::gone);
    CHECK(
        hooked.metrics.text().contains("payments_webhook_out_disabled_total{service=\"tally\"} 1\n")
    );
    ground.clock->advance(std::chrono::minutes{1});
    hooked.tell();
    CHECK(hooked.deliveries(id).size() == 2);
    CHECK(receiver.count() == 2);
    CHECK(hooked.patch("/" + id, R"({"status":"enabled","reason":"r"})").status == 200);
    CHECK(until([&] {
        return find_delivery(*hooked.connect(), held)->status == DeliveryStatus::delivered;
    }));
}

TEST_CASE("who fails for a day is given up, and disabled") {
    Ground ground;
    Hooked hooked(ground);
    Receiver receiver({broken});
    const auto id = hooked.add_endpoint(receiver.url());
    hooked.tell();
    std::int64_t tries = 1;
    for (auto delivery = hooked.tried(id, 1); delivery.status == DeliveryStatus::waiting;) {
        ground.clock->advance(delivery.due_at - ground.clock->now());
        delivery = hooked.tried(id, ++tries);
    }
    CHECK(tries >= 13);
    CHECK(tries <= 15);
    CHECK(hooked.deliveries(id).front().status == DeliveryStatus::failed);
    CHECK(until([&] { return Hooked::text_in(hooked.get("/" + id), "status") == "disabled"; }));
    CHECK(Hooked::text_in(hooked.get("/" + id), "disabled_because") == "failing");
}

TEST_CASE("a slow endpoint holds up itself alone, and is not asked more than a few things at a time"
) {
    Ground ground;
    Hooked hooked(ground);
    Receiver slow({""});
    Receiver quick;
    hooked.add_endpoint(slow.url());
    const auto quick_id = hooked.add_endpoint(quick.url());
    for (int i = 0; i < 10; ++i) hooked.tell();
    CHECK(quick.wait_for(10).size() == 10);
    CHECK(until([&] {
        const auto all = hooked.deliveries(quick_id);
        return std::ranges::all_of(all, [](const Delivery& each) { return each.attempts == 1; });
    }));
    CHECK(slow.wait_for(4).size() == 4);
}

TEST_CASE("many events are each sent once") {
    Ground ground;
    Hooked hooked(ground);
    Receiver receiver;
    const auto id = hooked.add_endpoint(receiver.url());
    for (int i = 0; i < 100; ++i) hooked.tell();
    CHECK(until([&] {
        const auto all = hooked.deliveries(id);
        return std::ranges::all_of(all, [](const Delivery& each) {
            return each.status == DeliveryStatus::delivered && each.attempts == 1;
        });
    }));
    CHECK(receiver.count() == 100);
}

TEST_CASE("of two instances the leading one sends what either has written") {
    Ground ground;
    Receiver receiver;
    Hooked first(ground, local(), "a", true);
    const auto id = first.add_endpoint(receiver.url());
    Hooked second(ground, local(), "b", true);
    CHECK(until([&] { return first.engine->instances().leads(); }));
    CHECK(until([&] { return !second.engine->instances().leads(); }));
    second.tell();
    first.tell();
    receiver.wait_for(2);
    CHECK(until([&] {
        const auto all = first.deliveries(id);
        return std::ranges::all_of(all, [](const Delivery& each) { return each.attempts == 1; });
    }));
    CHECK(receiver.count() == 2);
    CHECK(second.metrics.text().contains("outcome=\"delivered\",service=\"tally\"} 0\n"));
}

TEST_CASE("two that both lead may send twice, under one id; the log says so") {
    Ground ground;
    Receiver receiver;
    Hooked first(ground, local(), "a");
    const auto id = first.add_endpoint(receiver.url());
    Hooked second(ground, local(), "b");
    for (int i = 0; i < 20; ++i) first.tell();
    CHECK(until([&] {
        const auto all = first.deliveries(id);
        return all.size() == 20 && std::ranges::all_of(all, [](const Delivery& each) {
                   return each.status == DeliveryStatus::delivered;
               });
    }));
    first.close();
    second.close();
    first.open();
    std::size_t attempts = 0;
    for (const auto& each : first.deliveries(id)) {
        const auto tries = list_attempts(*first.connect(), each.id);
        CHECK(static_cast<std::int64_t>(tries.size()) == each.attempts);
        attempts += tries.size();
    }
    CHECK(attempts >= 20);
    CHECK(receiver.count() >= attempts);
}
