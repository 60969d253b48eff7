#include <doctest/doctest.h>

#include <limits>
#include <unordered_map>

#include "interleaving.hpp"

/// Every order in which confirm, webhook, poller, cancel and refund can act on one charge and on
/// each other, with messages delivered in any order and up to three times, and with a crash
/// between any two steps. Not by luck: all of them. Two ways that lead to the same state go on
/// alike, so each state is gone on from once, and the ways are counted.
namespace pay::test {
namespace {

class Explorer {
 public:
    /// How many ways lead from here to an end. Each end is settled and judged.
    std::uint64_t explore(const Interleaving& at) {
        const auto [known, fresh] = x_ways.try_emplace(std::hash<std::string>{}(at.print()), 0);
        if (!fresh) return known->second;
        const auto choices = at.choices();
        std::uint64_t ways = 0;
        for (const auto choice : choices) {
            Interleaving next = at;
            next.take(choice);
            const auto more = explore(next);
            ways = more > most - ways ? most : ways + more;
        }
        if (choices.empty()) {
            judge(at);
            ways = 1;
        }
        x_ways[std::hash<std::string>{}(at.print())] = ways;
        return ways;
    }
    std::size_t states() const { return x_ways.size(); }
    std::size_t ends() const { return x_ends; }
    const std::map<order::Status, int>& outcomes() const { return x_outcomes; }

 private:
    static constexpr auto most = std::numeric_limits<std::uint64_t>::max();

    void judge(Interleaving end) {
        ++x_ends;
        end.settle();
        const auto fault = end.fault();
        CHECK_MESSAGE(fault.empty(), fault);
        ++x_outcomes[end.books.the_order_now().status];
    }

    std::unordered_map<std::size_t, std::uint64_t> x_ways;
    std::size_t x_ends = 0;
    std::map<order::Status, int> x_outcomes;
};

void play(
    std::string_view name, std::vector<Actor> actors, int copies, int crashes,
    const std::vector<order::Status>& expected
) {
    Explorer explorer;
    const auto ways = explorer.explore(Interleaving(std::move(actors), copies, crashes));
    MESSAGE(
        name << ": " << ways << " interleavings, " << explorer.states() << " states, "
             << explorer.ends() << " ends"
    );
    for (const auto status : expected) {
        CAPTURE(json::name_of(status));
        CHECK(explorer.outcomes().contains(status));
    }
}

Actor actor(Act act, std::optional<Won> amount = {}) {
    return {.act = act, .amount = amount};
}

}  // namespace

using order::Status;

TEST_CASE("confirm, webhook, poller and cancel, a crash between any two steps") {
    play(
        "each once, one crash",
        {actor(Act::confirm), actor(Act::webhook), actor(Act::poll), actor(Act::cancel),
         actor(Act::refund)},
        0, 1, {Status::SUCCESS, Status::CANCELED}
    );
}

TEST_CASE("each of them delivered three times") {
    for (const auto act : {Act::confirm, Act::webhook, Act::poll}) {
        play(
            "one of them three times, a cancel, one crash",
            {actor(act), actor(act), actor(act), actor(Act::cancel), actor(Act::refund)}, 0, 1,
            {Status::SUCCESS, Status::CANCELED}
        );
    }
    play(
        "cancel three times, two refunds, one crash",
        {actor(Act::confirm), actor(Act::cancel), actor(Act::cancel), actor(Act::cancel),
         actor(Act::refund), actor(Act::refund)},
        0, 1, {Status::CANCELED}
    );
}

TEST_CASE("messages delivered three times, in any order") {
    play(
        "two further deliveries", {actor(Act::confirm), actor(Act::cancel), actor(Act::refund)}, 2,
        1, {Status::CANCELED}
    );
}

TEST_CASE("parts, and points that are spent meanwhile") {
    play(
        "two parts and a spend",
        {actor(Act::confirm), actor(Act::cancel, Won{2'000}), actor(Act::cancel),
         actor(Act::refund), actor(Act::refund), actor(Act::spend)},
        0, 0, {Status::SUCCESS, Status::CANCELED}
    );
}

}  // namespace pay::test
