#include "core/runtime/letter_routes.hpp"

#include <doctest/doctest.h>

#include "core/dead_letter/office.hpp"

using namespace pay;
using namespace pay::dead_letter;
using namespace pay::dead_letter::test;

namespace {

constexpr const char* why = R"({"reason":"the cause is gone"})";

Outcome accept(const bus::Message&) {
    return done();
}

}  // namespace

TEST_CASE("a replay hands over the letter and those behind it, in order, and frees the key") {
    Office office;
    for (const auto* payload : {"bad", "a", "b"}) CHECK(office.publish(payload).get());
    office.script(accept);
    office.tried.clear();
    const auto answer = office.post(office.letter("bad").id, "replay", why);
    CHECK(answer.status == 200);
    CHECK(answer.body == R"({"replayed":3,"failed":null,"reason":null,"left":0})");
    CHECK(office.tries_so_far() == std::vector<std::string>{"bad", "a", "b"});
    CHECK(office.letters().empty());
    CHECK(office.metrics.text().contains("payments_dead_letters{service=\"tally\"} 0\n"));
    CHECK(office.publish("c").get());
    CHECK(office.counted("c") == 1);
}

TEST_CASE("a replay ends at the letter that fails again, and says why") {
    Office office;
    for (const auto* payload : {"bad", "a", "bad too", "b"}) CHECK(office.publish(payload).get());
    const auto first = office.letter("bad");
    auto answer = office.post(first.id, "replay", why);
    CHECK(
        answer.body ==
        R"({"replayed":0,"failed":")" + first.id + R"(","reason":"it is bad","left":4})"
    );
    CHECK(office.letter("bad").attempts == 4);
    office.script([](const bus::Message& message) {
        return message.payload == "bad too" ? refused("it is bad too") : done();
    });
    answer = office.post(first.id, "replay", why);
    const auto second = office.letter("bad too");
    CHECK(
        answer.body ==
        R"({"replayed":2,"failed":")" + second.id + R"(","reason":"it is bad too","left":2})"
    );
    CHECK(second.attempts == 1);
    CHECK(second.reason == "it is bad too");
    CHECK(office.counted("b") == 0);
}

TEST_CASE("a letter amid its key is replayed with those behind it; the first stays") {
    Office office;
    for (const auto* payload : {"bad", "a", "b"}) CHECK(office.publish(payload).get());
    const auto answer = office.post(office.letter("a").id, "replay", why);
    CHECK(answer.body == R"({"replayed":2,"failed":null,"reason":null,"left":1})");
    CHECK(office.publish("c").get());
    CHECK(office.counted("c") == 0);
}

TEST_CASE("a replay during an outage leaves the letter where it is") {
    Office office;
    CHECK(office.publish("bad").get());
    office.script([](const bus::Message&) { return later(); });
    CHECK(office.post(office.letter("bad").id, "replay", why).status == 503);
    CHECK(office.letter("bad").attempts == 3);
    office.script(accept);
    CHECK(office.post(office.letter("bad").id, "replay", why).status == 200);
}

TEST_CASE("a key is replayed once at a time, and the answer is kept under its Idempotency-Key") {
    Office office;
    CHECK(office.publish("bad").get());
    const auto id = office.letter("bad").id;
    auto withheld = office.withheld.emplace().get_future();
    auto first =
        std::async(std::launch::async, [&] { return office.post(id, "replay", why, "k"); });
    auto answered = withheld.get();
    const auto second = office.post(id, "replay", why, "l");
    CHECK(second.status == 409);
    CHECK(second.body.contains("CONFLICT"));
    CHECK(office.post(id, "replay", why, "k").body.contains("IDEMPOTENCY_IN_PROGRESS"));
    answered(done());
    const auto answer = first.get();
    CHECK(answer.status == 200);
    const auto again = office.post(id, "replay", why, "k");
    CHECK(again.body == answer.body);
    CHECK(http::find(again.headers, "Idempotency-Replayed") == "true");
    CHECK(office.post(id, "replay", why, "m").status == 404);
}

TEST_CASE("a discarded letter goes; those behind it stay until they are replayed") {
    Office office;
    for (const auto* payload : {"bad", "a", "b"}) CHECK(office.publish(payload).get());
    const auto id = office.letter("bad").id;
    const std::string body = R"({"reason":"sent by mistake"})";
    CHECK(office.post(id, "discard", "{").status == 400);
    CHECK(office.post(id, "discard", R"({"reason":"r","more":1})").status == 400);
    CHECK(office.post(id, "discard", "{}").status == 422);
    CHECK(office.post(id, "discard", R"({"reason":""})").status == 422);
    CHECK(office.letters().size() == 3);

    const auto answer = office.post(id, "discard", body, "k");
    CHECK(answer.status == 200);
    CHECK(answer.body == R"({"id":")" + id + R"(","waiting":2})");
    CHECK(office.post(id, "discard", body, "k").body == answer.body);
    CHECK(office.post(id, "discard", body).status == 404);
    CHECK(office.publish("c").get());
    CHECK(office.letters().size() == 3);
    CHECK(office.metrics.text().contains("payments_dead_letters{service=\"tally\"} 3\n"));

    CHECK(office.post(office.letter("a").id, "replay", why).body.contains(R"("replayed":3)"));
    CHECK(office.publish("d").get());
    CHECK(office.counted("d") == 1);
    CHECK(office.counted("bad") == 0);
}

TEST_CASE("a discarded letter that was the last frees its key") {
    Office office;
    CHECK(office.publish("bad").get());
    CHECK(office.post(office.letter("bad").id, "discard", R"({"reason":"r"})").status == 200);
    CHECK(office.publish("good").get());
    CHECK(office.counted("good") == 1);
}

TEST_CASE("letters are listed newest first, page by page") {
    Office office;
    CHECK(office.get().body == R"({"data":[],"next_cursor":null})");
    for (const auto* payload : {"bad 1", "bad 2", "bad 3"}) {
        CHECK(office.publish(payload, payload).get());
        office.clock->advance(Duration{1});
    }
    const auto page = office.get("?limit=2").body;
    CHECK(page.find("bad 3") < page.find("bad 2"));
    CHECK_FALSE(page.contains("bad 1"));
    CHECK_FALSE(page.contains("payload"));
    const auto cursor = office.letter("bad 2").id;
    CHECK(page.ends_with(R"(],"next_cursor":")" + cursor + R"("})"));
    const auto rest = office.get("?limit=2&cursor=" + cursor).body;
    CHECK(rest.contains("bad 1"));
    CHECK(rest.ends_with(R"("next_cursor":null})"));
    CHECK(office.get("?cursor=msg_1").status == 400);
    CHECK(office.get("?color=red").status == 400);
}

TEST_CASE("a letter is shown whole") {
    Office office;
    CHECK(office.publish("bad", "kim", "msg_1").get());
    CHECK(office.publish("a").get());
    const auto id = office.letter("bad").id;
    CHECK(
        office.get("/" + id).body ==
        R"({"id":")" + id +
            R"(","service":"tally","topic":"tally.commands","key":"kim","key_encoding":"utf8",)"
            R"("type":"add","message_id":"msg_1","reason":"it is bad","attempts":3,)"
            R"("sent_at":"2026-03-02T01:15:30.000Z","parked_at":"2026-03-02T01:15:30.000Z",)"
            R"("traceparent":"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",)"
            R"("headers":[],"payload":"bad","payload_encoding":"utf8","waiting":1})"
    );
    CHECK(office.get("/ded_01J").status == 404);
    CHECK(office.get("/" + make_id(id_prefix, office.clock->now())).status == 404);
    CHECK(office.post("ded_01J", "replay", why).status == 404);
    CHECK(office.post("ded_01J", "discard", R"({"reason":"r"})").status == 404);
}

TEST_CASE("bytes that are no text are shown as base64 and replayed as they were") {
    Office office;
    const std::string bytes("bad\xff\0", 5);
    CHECK(office.publish(bytes, "\xfe").get());
    CHECK(office.dead->wait_for(1).front().payload == bytes);
    const auto id = office.letters().front().id;
    const auto shown = office.get("/" + id).body;
    CHECK(shown.contains(R"("key":"/g==","key_encoding":"base64")"));
    CHECK(shown.contains(R"("payload":"YmFk/wA=","payload_encoding":"base64")"));
    std::promise<std::string> met;
    office.script([&](const bus::Message& message) {
        met.set_value(message.payload);
        return done();
    });
    CHECK(office.post(id, "replay", why).status == 200);
    CHECK(met.get_future().get() == bytes);
}

TEST_CASE("dead letters are for admins") {
    Office office;
    CHECK(office.get("", "").status == 401);
    CHECK(office.get("", "kim").status == 403);
    CHECK(office.get("", "root").status == 200);
}
