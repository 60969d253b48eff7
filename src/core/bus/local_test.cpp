#include "core/bus/local.hpp"

#include <doctest/doctest.h>

#include <utility>

using namespace pay;

TEST_CASE("a message is acknowledged when every subscriber has it") {
    bus::Local bus;
    std::vector<bus::Handled> waiting;
    for (const auto* group : {"order", "order-item"}) {
        bus.subscribe({"topic", group, [&](const bus::Message& message, bus::Handled handled) {
                           CHECK(message.payload == "{}");
                           waiting.push_back(std::move(handled));
                       }});
    }
    CHECK(bus.wanted("topic"));
    CHECK_FALSE(bus.wanted("other"));

    int acknowledged = 0;
    bus.publish({.topic = "topic", .payload = "{}"}, [&](bool safe) {
        acknowledged += safe ? 1 : 100;
    });
    REQUIRE(waiting.size() == 2);
    waiting[1](bus::Verdict::done);
    CHECK(acknowledged == 0);
    waiting[0](bus::Verdict::done);
    CHECK(acknowledged == 1);
}

TEST_CASE("one subscriber that could not take it makes it come again") {
    bus::Local bus;
    bool first = true;
    bus.subscribe({"topic", "a", [&](const bus::Message&, bus::Handled handled) {
                       handled(
                           std::exchange(first, false) ? bus::Verdict::retry : bus::Verdict::done
                       );
                   }});
    bus.subscribe({"topic", "b", [](const bus::Message&, bus::Handled handled) {
                       handled(bus::Verdict::done);
                   }});
    std::vector<bool> answers;
    bus.publish({.topic = "topic"}, [&](bool safe) { answers.push_back(safe); });
    bus.publish({.topic = "topic"}, [&](bool safe) { answers.push_back(safe); });
    CHECK(answers == std::vector<bool>{false, true});
}

TEST_CASE("a message nobody reads is done at once") {
    bus::Local bus;
    bool done = false;
    bus.publish({.topic = "nobody"}, [&](bool safe) { done = safe; });
    CHECK(done);
}

TEST_CASE("who reads a topic whole has caught up when the bus starts") {
    bus::Local bus;
    int caught_up = 0;
    const auto handler = [](const bus::Message&, bus::Handled handled) {
        handled(bus::Verdict::done);
    };
    bus.subscribe({"shared", "a", handler});
    bus.subscribe({"whole", "a", handler, bus::Reading::whole, [&] { ++caught_up; }});
    CHECK(caught_up == 0);
    bus.start();
    CHECK(caught_up == 1);
    bus.stop();
    CHECK_FALSE(bus.fault());
}
