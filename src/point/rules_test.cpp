#include "point/rules.hpp"

#include <doctest/doctest.h>

using namespace pay;
using namespace pay::point;

namespace {

const Time noon = from_epoch_ms(1'772'414'130'000);

State holding(Points paid, Points bonus, Points owed = {}) {
    State state;
    state.wallets["kim"] = {
        .wallet =
            {.user_id = "kim", .paid = paid, .bonus = bonus, .held = {}, .owed = owed, .version = 1
            },
        .stored = true
    };
    return state;
}

Command charge(const std::string& order = "ord_1", std::int64_t points = 500) {
    return {order, "kim", Points{points}};
}

std::string lines_of(const Posting& posting) {
    std::string text;
    for (const auto& line : posting.lines) {
        text += json::to_text(line.account) + json::to_text(line.points) + ' ';
    }
    return text;
}

struct Outcome {
    State state;
    Result<Wallet> wallet;
    std::vector<bus::Message> messages;

    std::string reply() const { return messages.back().type + ' ' + messages.back().payload; }
    std::string lines() const { return lines_of(state.postings.back()); }
};

Outcome after(State state, const Instruction& instruction) {
    std::vector<bus::Message> messages;
    auto wallet = decide(state, instruction, noon, messages);
    return {std::move(state), std::move(wallet), std::move(messages)};
}

Adjust adjust(std::int64_t points, std::string reason = "a gift") {
    return {"ptx_a", "kim", "root", Points{points}, std::move(reason)};
}

constexpr auto credit_done = R"(point.done {"order_id":"ord_1","action":"credit","code":""})";
constexpr auto reverse_done = R"(point.done {"order_id":"ord_1","action":"reverse","code":""})";

}  // namespace

TEST_CASE("a credit makes the wallet, moves issued points to paid ones and answers") {
    const auto outcome = after({}, Credit{"ptx_1", charge()});
    REQUIRE(outcome.wallet);
    CHECK(outcome.wallet->paid == Points{500});
    CHECK(outcome.wallet->version == 1);
    CHECK(outcome.wallet->updated_at == noon);
    CHECK(outcome.lines() == R"("issued"-500 "paid"500 )");
    REQUIRE(outcome.messages.size() == 2);
    CHECK(outcome.messages[0].topic == events_topic);
    CHECK(outcome.messages[0].key == "kim");
    CHECK(
        outcome.messages[0].payload ==
        R"({"user_id":"kim","transaction_id":"ptx_1","delta":500,"balance":500,)"
        R"("reason":"charge","order_id":"ord_1","version":1})"
    );
    CHECK(outcome.messages[1].topic == replies_topic);
    CHECK(outcome.messages[1].key == "ord_1");
    CHECK(outcome.reply() == credit_done);
}

TEST_CASE("the same credit again gives the same answer and moves nothing") {
    const auto first = after({}, Credit{"ptx_1", charge()});
    const auto again = after(first.state, Credit{"ptx_2", charge()});
    CHECK(again.state.postings.size() == 1);
    CHECK(*again.wallet == *first.wallet);
    CHECK(again.messages.size() == 1);
    CHECK(again.reply() == credit_done);
}

TEST_CASE("a credit pays what is owed first") {
    SUBCASE("a part is left") {
        const auto outcome = after(holding({}, {}, Points{200}), Credit{"ptx_1", charge()});
        CHECK(outcome.wallet->paid == Points{300});
        CHECK(outcome.wallet->owed == Points{0});
        CHECK(outcome.lines() == R"("issued"-500 "owed"200 "paid"300 )");
    }
    SUBCASE("nothing is left") {
        const auto outcome = after(holding({}, {}, Points{800}), Credit{"ptx_1", charge()});
        CHECK(outcome.wallet->paid == Points{0});
        CHECK(outcome.wallet->owed == Points{300});
        CHECK(outcome.lines() == R"("issued"-500 "owed"500 )");
        CHECK(outcome.state.postings[0].delta() == Points{0});
    }
}

TEST_CASE("a reverse takes the points of its credit back, once") {
    const auto credited = after({}, Credit{"ptx_1", charge()});
    const auto reversed = after(credited.state, Reverse{"ptx_2", charge()});
    CHECK(reversed.wallet->balance() == Points{0});
    CHECK(reversed.lines() == R"("paid"-500 "returned"500 )");
    CHECK(reversed.reply() == reverse_done);
    const auto again = after(reversed.state, Reverse{"ptx_3", charge()});
    CHECK(again.state.postings.size() == 2);
    CHECK(again.reply() == reverse_done);
    // The credit that comes again after that is still the one that was done.
    CHECK(after(again.state, Credit{"ptx_4", charge()}).reply() == credit_done);
}

TEST_CASE("points that are spent are not taken back, and the answer stays") {
    auto state = holding(Points{499}, Points{1'000});
    state.given[{"ord_1", Action::credit}] = {};
    const auto refused = after(std::move(state), Reverse{"ptx_2", charge()});
    CHECK(refused.state.postings.empty());
    CHECK_FALSE(refused.state.wallets.at("kim").changed);
    CHECK(refused.messages.size() == 1);
    constexpr auto answer =
        R"(point.refused {"order_id":"ord_1","action":"reverse","code":"INSUFFICIENT_POINTS"})";
    CHECK(refused.reply() == answer);
    const auto richer = after(refused.state, Credit{"ptx_3", charge("ord_2")});
    CHECK(after(richer.state, Reverse{"ptx_4", charge()}).reply() == answer);
}

TEST_CASE("a reverse before its credit is done and refuses the credit") {
    const auto early = after({}, Reverse{"ptx_1", charge()});
    CHECK(early.state.postings.empty());
    CHECK(early.reply() == reverse_done);
    const auto late = after(early.state, Credit{"ptx_2", charge()});
    CHECK(late.state.postings.empty());
    CHECK(late.wallet->balance() == Points{0});
    CHECK(
        late.reply() ==
        R"(point.refused {"order_id":"ord_1","action":"credit","code":"ALREADY_REVERSED"})"
    );
    CHECK(after(late.state, Reverse{"ptx_3", charge()}).reply() == reverse_done);
}

TEST_CASE("an adjustment gives bonus points, what is owed first") {
    const auto outcome = after(holding(Points{10}, Points{20}, Points{30}), adjust(100));
    CHECK(outcome.wallet->paid == Points{10});
    CHECK(outcome.wallet->bonus == Points{90});
    CHECK(outcome.wallet->owed == Points{0});
    CHECK(outcome.lines() == R"("adjusted"-100 "owed"30 "bonus"70 )");
    CHECK(outcome.state.adjustments.at(0).admin_id == "root");
    CHECK(outcome.state.adjustments.at(0).reason == "a gift");
    CHECK(outcome.messages.size() == 1);
}

TEST_CASE("an adjustment takes bonus points first, then paid ones") {
    const auto bonus_only = after(holding(Points{10}, Points{20}), adjust(-20));
    CHECK(bonus_only.lines() == R"("bonus"-20 "adjusted"20 )");
    const auto both = after(holding(Points{10}, Points{20}), adjust(-25));
    CHECK(both.wallet->paid == Points{5});
    CHECK(both.lines() == R"("bonus"-20 "paid"-5 "adjusted"25 )");
    const auto paid_only = after(holding(Points{10}, {}), adjust(-10));
    CHECK(paid_only.lines() == R"("paid"-10 "adjusted"10 )");
}

TEST_CASE("an adjustment that is not covered changes nothing") {
    const auto outcome = after(holding(Points{10}, Points{20}), adjust(-31));
    REQUIRE_FALSE(outcome.wallet);
    CHECK(outcome.wallet.error().code == Code::insufficient_points);
    CHECK(outcome.state.postings.empty());
    CHECK(outcome.state.adjustments.empty());
    CHECK(outcome.messages.empty());
}

TEST_CASE("an adjustment obeys the rules") {
    const auto faults = [](const Adjust& wish) {
        std::string names;
        const auto outcome = after(holding(Points{10}, {}), wish);
        if (outcome.wallet) return names;
        CHECK(outcome.wallet.error().code == Code::invalid);
        for (const auto& fault : outcome.wallet.error().fields) names += fault.field + ' ';
        return names;
    };
    CHECK(faults(adjust(largest_amount)).empty());
    CHECK(faults(adjust(0)) == "points ");
    CHECK(faults(adjust(largest_amount + 1)) == "points ");
    CHECK(faults(adjust(std::numeric_limits<std::int64_t>::min())) == "points ");
    CHECK(faults(adjust(1, std::string(200, 'x'))).empty());
    CHECK(faults(adjust(1, std::string(201, 'x'))) == "reason ");
    CHECK(faults(adjust(0, "")) == "points reason ");
}
