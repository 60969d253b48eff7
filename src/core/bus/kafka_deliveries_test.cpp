#include "core/bus/kafka_deliveries.hpp"

#include <doctest/doctest.h>

#include <thread>

using namespace pay;
using namespace pay::bus;
using namespace pay::bus::kafka;
using std::chrono::milliseconds;

namespace {

/// A handler that keeps what it gets, and the clock of the consumer.
struct Desk {
    Handler handler = [this](const Message& message, Handled handled) {
        got.push_back(message.id);
        hands.push_back(std::move(handled));
    };
    void hand_over(Tenure tenure, std::int64_t offset) {
        deliveries.hand_over(tenure, offset, {.id = std::to_string(offset)});
    }
    void answer(std::size_t which, Verdict verdict) {
        hands.at(which)(verdict);
        deliveries.settle(now);
    }

    metrics::Metrics metrics;
    Deliveries deliveries{metrics.counter("repeats", "", {})};
    std::vector<std::string> got;
    std::vector<Handled> hands;
    Instant now{};
};

}  // namespace

TEST_CASE("a position waits for the first message that is not handled") {
    Desk desk;
    const auto tenure = desk.deliveries.begin(desk.handler, std::nullopt);
    CHECK_FALSE(desk.deliveries.position(tenure));
    for (const std::int64_t offset : {5, 6, 9}) desk.hand_over(tenure, offset);
    CHECK(desk.deliveries.position(tenure) == 5);
    CHECK(desk.deliveries.unhandled() == 3);

    desk.answer(1, Verdict::done);
    CHECK(desk.deliveries.position(tenure) == 5);
    desk.answer(0, Verdict::done);
    CHECK(desk.deliveries.position(tenure) == 9);
    desk.answer(2, Verdict::done);
    CHECK(desk.deliveries.position(tenure) == 10);
    CHECK(desk.deliveries.unhandled() == 0);
    desk.deliveries.read_to(tenure, 12);  // a log may end in records that are not messages
    CHECK(desk.deliveries.position(tenure) == 12);
}

TEST_CASE("a message to be repeated comes again after a growing pause and holds up no other") {
    Desk desk;
    const auto tenure = desk.deliveries.begin(desk.handler, std::nullopt);
    desk.hand_over(tenure, 0);
    desk.hand_over(tenure, 1);
    desk.answer(0, Verdict::retry);
    desk.answer(1, Verdict::done);
    CHECK_FALSE(desk.deliveries.in_hands());
    CHECK(desk.deliveries.position(tenure) == 0);

    std::vector<std::int64_t> pauses;
    for (int i = 0; i < 10; ++i) {
        const auto count = desk.got.size();
        const auto before = desk.now;
        while (desk.got.size() == count) {
            desk.now += milliseconds{50};
            desk.deliveries.repeat(desk.now);
        }
        pauses.push_back((desk.now - before) / milliseconds{1});
        CHECK(desk.got.back() == "0");
        desk.answer(desk.hands.size() - 1, Verdict::retry);
    }
    const std::vector<std::int64_t> growing{50,   100,  200,  400,    800,
                                            1600, 3200, 6400, 10'000, 10'000};
    CHECK(pauses == growing);
    CHECK(desk.deliveries.position(tenure) == 0);
    desk.now += milliseconds{10'000};
    desk.deliveries.repeat(desk.now);
    desk.answer(desk.hands.size() - 1, Verdict::done);
    CHECK(desk.deliveries.position(tenure) == 2);
    CHECK(desk.metrics.text().find("repeats 11") != std::string::npos);
}

TEST_CASE("verdicts on a partition that was lost are ignored") {
    Desk desk;
    const auto first = desk.deliveries.begin(desk.handler, std::nullopt);
    for (const std::int64_t offset : {0, 1, 2}) desk.hand_over(first, offset);
    desk.answer(2, Verdict::retry);
    desk.deliveries.end(first);
    desk.deliveries.end(first);
    CHECK(desk.deliveries.unhandled() == 0);
    CHECK_FALSE(desk.deliveries.in_hands());

    const auto second = desk.deliveries.begin(desk.handler, std::nullopt);
    desk.hand_over(second, 0);
    desk.answer(0, Verdict::done);
    desk.answer(1, Verdict::retry);
    desk.deliveries.repeat(desk.now + milliseconds{60'000});
    CHECK(desk.got.size() == 4);
    CHECK(desk.deliveries.position(second) == 0);
    desk.hand_over(first, 3);
    desk.deliveries.read_to(first, 3);
    CHECK(desk.got.size() == 4);
    desk.answer(3, Verdict::done);
    CHECK(desk.deliveries.position(second) == 1);
}

TEST_CASE("a message that is read twice is in one handler's hands once") {
    Desk desk;
    const auto tenure = desk.deliveries.begin(desk.handler, 0);
    desk.hand_over(tenure, 0);
    desk.hand_over(tenure, 0);
    CHECK(desk.got.size() == 1);
    desk.answer(0, Verdict::done);
    desk.hand_over(tenure, 0);  // the log was cut and grew again
    CHECK(desk.got.size() == 2);
}

TEST_CASE("handlers answer from any thread, and later than their consumer lives") {
    Handled late;
    {
        Desk desk;
        const auto tenure = desk.deliveries.begin(desk.handler, std::nullopt);
        for (std::int64_t offset = 0; offset < 1'000; ++offset) desk.hand_over(tenure, offset);
        late = std::move(desk.hands.back());
        desk.hands.pop_back();
        std::jthread other([&] {
            for (auto& handled : desk.hands) handled(Verdict::done);
        });
        while (desk.deliveries.unhandled() > 1) {
            desk.deliveries.wait_until(std::chrono::steady_clock::now() + std::chrono::seconds{10});
            desk.deliveries.settle(desk.now);
        }
        CHECK(desk.deliveries.position(tenure) == 999);
    }
    late(Verdict::done);
}
