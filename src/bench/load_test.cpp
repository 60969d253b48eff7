#include "bench/load.hpp"

#include <doctest/doctest.h>

#include <mutex>
#include <set>

using namespace pay::bench;

namespace {

using std::chrono::milliseconds;

/// Steps that need no server: each takes so long, or fails.
class Standing final : public Scenario {
 public:
    explicit Standing(milliseconds each) : x_each(each) {}

    void step(Client& client, std::uint64_t number) override {
        client.when_due([this, &client, number](SteadyClock::time_point begin) {
            {
                const std::lock_guard lock(x_mutex);
                too_early = too_early || begin > SteadyClock::now();
                begins.emplace(begin);
                numbers.insert(number);
            }
            x_timers[number] = client.lane().io.after(x_each, [this, &client, begin] {
                client.lane().tally.latency("step", SteadyClock::now() - begin);
                client.done(fault);
            });
        });
    }

    std::string fault;
    bool too_early = false;
    std::set<SteadyClock::time_point> begins;
    std::set<std::uint64_t> numbers;

 private:
    milliseconds x_each;
    std::mutex x_mutex;
    std::map<std::uint64_t, std::shared_ptr<pay::http::Io::Timer>> x_timers;
};

const std::string nowhere = "http://127.0.0.1:1";
const auto silent = [](const Results&) {};

}  // namespace

TEST_CASE("a closed loop does all steps, each once") {
    Load load(nowhere, nowhere, 3);
    Standing scenario(milliseconds{0});
    CHECK(load.run(scenario, {.steps = 20}, silent).done == 20);
    const auto results = load.run(scenario, {.steps = 20}, silent);
    CHECK(results.done == 20);
    CHECK(results.failed == 0);
    CHECK(results.waiting == 0);
    CHECK(results.latencies.at("step").count() == 20);
    CHECK(scenario.numbers.size() == 40);
}

TEST_CASE("a schedule is kept: evenly, and never ahead of time") {
    Load load(nowhere, nowhere, 4);
    Standing scenario(milliseconds{0});
    const auto results = load.run(scenario, {.steps = 50, .rate = 500}, silent);
    CHECK(results.done == 50);
    CHECK(results.waiting == 0);
    CHECK(!scenario.too_early);
    REQUIRE(scenario.begins.size() == 50);
    auto due = *scenario.begins.begin();
    for (const auto begin : scenario.begins) {
        CHECK(begin - due < milliseconds{1});
        CHECK(due - begin < milliseconds{1});
        due += milliseconds{2};
    }
}

TEST_CASE("who waits for a client waits in the latency") {
    Load load(nowhere, nowhere, 1);
    Standing scenario(milliseconds{5});
    const auto results = load.run(scenario, {.steps = 40, .rate = 1000}, silent);
    CHECK(results.done == 40);
    // The last one was due after 39 ms, but there were 39 of 5 ms each before it.
    CHECK(results.latencies.at("step").quantile(1) >= (40 * 5 - 39) * 1000);
}

TEST_CASE("what nobody has begun when the time is over still waits") {
    Load load(nowhere, nowhere, 1);
    Standing scenario(milliseconds{100});
    const auto results =
        load.run(scenario, {.time = std::chrono::seconds{1}, .rate = 1000}, silent);
    CHECK(results.done >= 1);
    CHECK(results.done <= 11);
    CHECK(results.done + results.waiting == 1000);
}

TEST_CASE("faults are counted by their text") {
    Load load(nowhere, nowhere, 2);
    Standing scenario(milliseconds{0});
    scenario.fault = "no";
    const auto results = load.run(scenario, {.steps = 4}, silent);
    CHECK(results.done == 0);
    CHECK(results.failed == 4);
    CHECK(results.faults.at("no") == 4);
}
