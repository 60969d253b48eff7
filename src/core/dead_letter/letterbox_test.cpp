#include "core/dead_letter/letterbox.hpp"

#include <doctest/doctest.h>

#include "core/dead_letter/office.hpp"

using namespace pay;
using namespace pay::dead_letter;
using namespace pay::dead_letter::test;

namespace {

constexpr Duration never = std::chrono::hours{1};
using Strings = std::vector<std::string>;

std::string header(const bus::Message& message, std::string_view name) {
    return std::string(http::find(message.headers, name));
}

}  // namespace

TEST_CASE("what is refused is tried again, then parked, announced and done for the bus") {
    Office office;
    CHECK(office.publish("bad", "kim", "msg_1").get());
    CHECK(office.tries_so_far() == Strings{"bad", "bad", "bad"});
    const auto letter = office.letter("bad");
    CHECK(letter.reason == "it is bad");
    CHECK(letter.attempts == 3);
    CHECK(letter.message.id == "msg_1");

    const auto dead = office.dead->wait_for(1).front();
    CHECK(dead.topic == "tally.commands.dead");
    CHECK(dead.key == "kim");
    CHECK(dead.type == "add");
    CHECK(dead.payload == "bad");
    CHECK(dead.traceparent == letter.message.traceparent);
    CHECK(dead.id != "msg_1");
    CHECK(header(dead, "dead-letter") == letter.id);
    CHECK(header(dead, "dead-reason") == "it is bad");
    CHECK(header(dead, "dead-service") == "tally");
    CHECK(header(dead, "dead-instance") == "office-1");
    CHECK(header(dead, "dead-attempts") == "3");
    CHECK(header(dead, "dead-at") == to_rfc3339(office.clock->now()));
    CHECK(header(dead, "dead-message-id") == "msg_1");
    CHECK(header(dead, "dead-message-time") == to_rfc3339(office.clock->now()));

    const auto metrics = office.metrics.text();
    CHECK(metrics.contains("payments_dead_letters{service=\"tally\"} 1\n"));
    CHECK(metrics.contains("payments_dead_letters_total{service=\"tally\"} 1\n"));
}

TEST_CASE("what is understood at a later try is handled, and so are those behind it, in order") {
    Office office({.most = 3, .first_pause = Duration{20}});
    std::promise<void> refused_once;
    office.script([&, times = 0](const bus::Message& message) mutable {
        if (message.payload != "first" || ++times == 3) return done();
        if (times == 1) refused_once.set_value();
        return refused("not yet");
    });
    auto first = office.publish("first");
    refused_once.get_future().get();
    auto second = office.publish("second");
    auto third = office.publish("third");
    CHECK(third.get());
    CHECK(second.get());
    CHECK(first.get());
    CHECK(office.tries_so_far() == Strings{"first", "first", "first", "second", "third"});
    CHECK(office.letters().empty());
    CHECK(office.counted("first") == 1);
}

TEST_CASE("a key in trouble holds up its own messages only") {
    Office office({.most = 3, .first_pause = never});
    auto bad = office.publish("bad");
    CHECK(office.publish("good", "lee").get());
    auto behind = office.publish("good", "kim");
    CHECK(is_open(bad));
    CHECK(is_open(behind));
    CHECK(office.counted("good") == 1);
    // Whoever stops gives back what it holds.
    office.engine->stop_sending();
    CHECK_FALSE(bad.get());
    CHECK_FALSE(behind.get());
    CHECK_FALSE(office.publish("bad").get());
    CHECK(office.letters().empty());
}

TEST_CASE("what came behind is parked along, untried, and so is what comes later") {
    Office office({.most = 3, .first_pause = Duration{20}});
    auto bad = office.publish("bad");
    auto behind = office.publish("behind");
    CHECK(bad.get());
    CHECK(behind.get());
    CHECK(office.publish("later").get());
    CHECK(office.publish("other", "lee").get());
    CHECK(office.tries_so_far() == Strings{"bad", "bad", "bad", "other"});
    CHECK(office.letters().size() == 3);
    const auto first = office.letter("bad");
    CHECK(office.letter("behind").place == first.place + 1);
    CHECK(office.letter("later").place == first.place + 2);
    CHECK(office.letter("behind").attempts == 0);
    CHECK(office.letter("behind").reason == "it came after a message of its key that is parked");
    // Only the one that failed is announced.
    CHECK(office.publish("bad", "lee").get());
    const auto dead = office.dead->wait_for(2);
    CHECK(dead[0].key == "kim");
    CHECK(dead[1].key == "lee");
}

TEST_CASE("an outage parks nothing: all of the key goes back to the bus") {
    Office office({.most = 3, .first_pause = Duration{20}});
    SUBCASE("at once") {
        office.script([](const bus::Message&) { return later(); });
        CHECK_FALSE(office.publish("one").get());
    }
    SUBCASE("between the tries") {
        office.script([times = 0](const bus::Message&) mutable {
            return ++times == 1 ? refused("not yet") : later();
        });
        auto one = office.publish("one");
        auto behind = office.publish("behind");
        CHECK_FALSE(one.get());
        CHECK_FALSE(behind.get());
    }
    SUBCASE("thrown") {
        office.script([](const bus::Message&) -> Outcome { throw Outage("no random numbers"); });
        CHECK_FALSE(office.publish("one").get());
    }
    CHECK(office.letters().empty());
    office.script([](const bus::Message&) { return done(); });
    CHECK(office.publish("one").get());
    CHECK(office.counted("one") == 1);
}

TEST_CASE("a handler that throws, and a command that fails, refuse the message") {
    Office office;
    SUBCASE("handler") {
        office.script([](const bus::Message&) -> Outcome { throw std::logic_error("a bug"); });
        CHECK(office.publish("one").get());
        CHECK(office.letter("one").reason == "its handler failed; the log says why");
    }
    SUBCASE("command") {
        CHECK(office.publish("fatal").get());
        CHECK(office.letter("fatal").reason == "its command failed; the log says why");
    }
    CHECK(office.letters().size() == 1);
}

TEST_CASE("what cannot be parked goes back to the bus") {
    Office office({.most = 1});
    auto verdict = std::make_shared<std::promise<bool>>();
    Letterbox closed(
        {"tally", "office-2"}, *office.io, office.metrics,
        [](Change change) { change.done(Error{Code::unavailable, {}, {}, {}}); }, office.tries
    );
    bus::Local line;
    closed.subscribe(line, office.subscription());
    bus::Message message{"msg_1", std::string(topic), "kim", "add", "bad", {}, {}};
    line.publish(message, [verdict](bool taken) { verdict->set_value(taken); });
    CHECK_FALSE(verdict->get_future().get());
    CHECK(office.letters().empty());
}

TEST_CASE("no more is held than fits: the bus keeps the rest") {
    SUBCASE("messages") {
        Office office({.most = 3, .first_pause = never, .held = 2});
        auto bad = office.publish("bad");
        auto behind = office.publish("behind");
        CHECK_FALSE(office.publish("too many").get());
        CHECK_FALSE(office.publish("bad", "lee").get());
        CHECK(office.publish("good", "lee").get());
        CHECK(is_open(bad));
        CHECK(is_open(behind));
    }
    SUBCASE("bytes") {
        Office office({.most = 3, .first_pause = never, .held_bytes = 10});
        auto larger_than_all = office.publish("bad and long enough");
        CHECK(is_open(larger_than_all));
        CHECK_FALSE(office.publish("x").get());
    }
}

TEST_CASE("a letter that comes again stays one, and is announced once") {
    Office office;
    CHECK(office.publish("bad", "kim", "msg_1").get());
    CHECK(office.publish("bad", "kim", "msg_1").get());
    office.close();
    office.open();
    CHECK(office.publish("bad", "kim", "msg_1").get());
    CHECK(office.tries_so_far().size() == 3);
    CHECK(office.letters().size() == 1);
    CHECK(office.metrics.text().contains("payments_dead_letters{service=\"tally\"} 1\n"));
    // The same from an instance that does not know of the lane.
    Letterbox other(
        {"tally", "office-2"}, *office.io, office.metrics,
        [&](Change change) { office.engine->write(std::move(change)); }, office.tries
    );
    bus::Local line;
    other.subscribe(line, office.subscription());
    std::promise<bool> verdict;
    const bus::Message message{"msg_1", std::string(topic), "kim", "add", "bad", {}, {}};
    line.publish(message, [&](bool taken) { verdict.set_value(taken); });
    CHECK(verdict.get_future().get());
    CHECK(office.tries_so_far().size() == 6);
    CHECK(office.letters().size() == 1);
    CHECK(office.publish("bad", "lee").get());
    CHECK(office.dead->wait_for(1).front().key == "lee");
}

TEST_CASE("parked keys are known after a restart") {
    Office office;
    CHECK(office.publish("bad").get());
    office.close();
    office.open();
    CHECK(office.publish("good").get());
    CHECK(office.publish("good", "lee").get());
    CHECK(office.counted("good") == 1);
    CHECK(office.letters().size() == 2);
    CHECK(office.tries_so_far().size() == 4);
}

TEST_CASE("another instance learns which keys are parked, and that one is free again") {
    Office office;
    bus::Local line;
    Letterbox other(
        {"tally", "office-2"}, *office.io, office.metrics,
        [&](Change change) { office.engine->write(std::move(change)); }, office.tries
    );
    other.subscribe(line, office.subscription());
    const auto say = [&](const std::string& id, const std::string& payload) {
        std::promise<bool> verdict;
        const bus::Message message{id, std::string(topic), "kim", "add", payload, {}, {}};
        line.publish(message, [&](bool taken) { verdict.set_value(taken); });
        CHECK(verdict.get_future().get());
    };
    const auto refresh = [&] {
        std::promise<void> learnt;
        auto change = other.refresh();
        change.done = [&, done = std::move(change.done)](std::optional<Error> error) mutable {
            done(std::move(error));
            learnt.set_value();
        };
        office.engine->write(std::move(change));
        learnt.get_future().get();
    };
    CHECK(office.publish("bad").get());
    say("msg_1", "before");
    CHECK(office.counted("before") == 1);  // a slip: nothing relies on the order
    refresh();
    say("msg_2", "after");
    CHECK(office.counted("after") == 0);
    CHECK(office.letters().size() == 2);
    office.script([](const bus::Message&) { return done(); });
    CHECK(office.post(office.letter("bad").id, "replay", R"({"reason":"r"})").status == 200);
    CHECK(office.counted("after") == 1);
    say("msg_3", "free");
    CHECK(office.counted("free") == 1);
    CHECK(office.letters().empty());
}
