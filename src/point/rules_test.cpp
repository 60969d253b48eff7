#include "point/rules.hpp"

#include <doctest/doctest.h>

#include "point/till.hpp"

using namespace pay;
using namespace pay::point;
using test::day;
using test::noon;
using test::Till;

namespace {

/// What an instruction of an administrator is refused with: the fields, or that points are
/// missing.
std::string refusal(const Result<Standing>& result) {
    if (result) return "";
    std::string names;
    for (const auto& fault : result.error().fields) names += fault.field + ' ';
    const bool short_of = result.error().code == Code::insufficient_points;
    return short_of ? "too few" : names;
}

}  // namespace

TEST_CASE("a credit makes the wallet and a lot, moves issued points to paid ones and answers") {
    Till till;
    const auto wallet = till.decide(Credit{"ptx_1", {"ord_1", "kim", Points{500}, {}}});
    REQUIRE(wallet);
    CHECK(wallet->paid == Points{500});
    CHECK(wallet->version == 1);
    CHECK(wallet->updated_at == noon);
    CHECK(till.lines() == "issued-500 paid500 ");
    CHECK(till.lots() == "ptx_1.1=500/1827 ");
    CHECK(till.lot("ptx_1.1").order_id == "ord_1");
    REQUIRE(till.messages.size() == 2);
    CHECK(till.messages[0].topic == events_topic);
    CHECK(till.messages[0].key == "kim");
    CHECK(
        till.messages[0].payload ==
        R"({"user_id":"kim","transaction_id":"ptx_1","delta":500,"balance":500,)"
        R"("reason":"charge","order_id":"ord_1","version":1})"
    );
    CHECK(till.messages[1].topic == replies_topic);
    CHECK(till.messages[1].key == "ord_1");
    CHECK(till.messages[1].reply);
    CHECK(
        till.messages[1].payload ==
        R"({"order_id":"ord_1","action":"credit","code":"","hold_id":null,"balance":null})"
    );
}

TEST_CASE("a credit with a bonus makes two lots, each with its own life") {
    Till till;
    CHECK(till.credit("ord_1", 500, 50) == "done");
    CHECK(till.lines() == "issued-550 paid500 bonus50 ");
    CHECK(till.lots() == "ptx_1001.1=500/1827 ptx_1001.2=50/366 ");
    CHECK(till.lot("ptx_1001.2").kind == Kind::bonus);
    CHECK(till.lot("ptx_1001.2").order_id == "ord_1");
}

TEST_CASE("the same credit again gives the same answer and moves nothing") {
    Till till;
    till.credit("ord_1", 500);
    const auto wallet = till.kim().wallet;
    CHECK(till.credit("ord_1", 500) == "done");
    CHECK(till.state.postings.size() == 1);
    CHECK(till.kim().wallet == wallet);
    CHECK(till.messages.size() == 1);
}

TEST_CASE("a credit pays what is owed first") {
    Till till;
    till.kim().wallet.owed = Points{200};
    SUBCASE("a part is left") {
        till.credit("ord_1", 500, 50);
        CHECK(till.wallet() == "300 50 0 0");
        CHECK(till.lines() == "issued-550 owed200 paid300 bonus50 ");
        CHECK(till.lot("ptx_1001.1").repaid == Points{200});
    }
    SUBCASE("nothing of the paid ones is left") {
        till.credit("ord_1", 150, 80);
        CHECK(till.wallet() == "0 30 0 0");
        CHECK(till.lines() == "issued-230 owed200 bonus30 ");
        CHECK(till.lot("ptx_1001.1").repaid == Points{150});
        CHECK(till.lot("ptx_1001.2").repaid == Points{50});
    }
    SUBCASE("nothing is left") {
        till.credit("ord_1", 150);
        CHECK(till.wallet() == "0 0 0 50");
        CHECK(till.lines() == "issued-150 owed150 ");
        CHECK(till.state.postings[0].delta() == Points{0});
        CHECK(till.lots().empty());
        CHECK_FALSE(till.lot("ptx_1001.1").due_at);
    }
}

TEST_CASE("a reverse takes the points of its credit back, once, bonus and all") {
    Till till;
    till.credit("ord_1", 500, 50);
    CHECK(till.reverse("ord_1") == "done");
    CHECK(till.wallet() == "0 0 0 0");
    CHECK(till.lines() == "paid-500 bonus-50 returned550 ");
    CHECK(till.reason() == Reason::charge_reversed);
    CHECK(till.reverse("ord_1") == "done");
    CHECK(till.state.postings.size() == 2);
    // The credit that comes again after that is still the one that was done.
    CHECK(till.credit("ord_1", 500, 50) == "done");
    CHECK(till.state.postings.size() == 2);
}

TEST_CASE("a reverse of points that paid a debt makes it a debt again") {
    Till till;
    till.kim().wallet.owed = Points{200};
    till.credit("ord_1", 500);
    CHECK(till.reverse("ord_1") == "done");
    CHECK(till.wallet() == "0 0 0 200");
    CHECK(till.lines() == "paid-300 owed-200 returned500 ");
}

TEST_CASE("points that are spent are not taken back, and the answer stays") {
    Till till;
    till.credit("ord_1", 500);
    till.buy("ord_2", 1);
    CHECK(till.reverse("ord_1") == "INSUFFICIENT_POINTS");
    CHECK(till.messages.size() == 1);
    CHECK(till.wallet() == "499 0 1 0");
    till.release("ord_2");
    till.credit("ord_3", 1'000);
    CHECK(till.reverse("ord_1") == "INSUFFICIENT_POINTS");
    CHECK(till.wallet() == "1500 0 0 0");
}

TEST_CASE("another charge's points do not stand in for those that are spent") {
    Till till;
    till.credit("ord_1", 500);
    till.credit("ord_2", 500);
    till.buy("ord_3", 500);
    CHECK(till.reverse("ord_1") == "INSUFFICIENT_POINTS");
    CHECK(till.reverse("ord_2") == "done");
    CHECK(till.wallet() == "0 0 500 0");
}

TEST_CASE("points that ran out are not taken back") {
    Till till;
    till.settings.bonus_life = day;
    till.credit("ord_1", 500, 50);
    till.now += day;
    SUBCASE("moved away already") {
        till.expire();
        CHECK(till.wallet() == "500 0 0 0");
    }
    SUBCASE("not yet") {}
    CHECK(till.reverse("ord_1") == "INSUFFICIENT_POINTS");
}

TEST_CASE("a reverse before its credit is done and refuses the credit") {
    Till till;
    CHECK(till.reverse("ord_1") == "done");
    CHECK(till.state.postings.empty());
    CHECK(till.credit("ord_1", 500) == "ALREADY_REVERSED");
    CHECK(till.wallet() == "0 0 0 0");
    CHECK(till.state.postings.empty());
    CHECK(till.reverse("ord_1") == "done");
}

TEST_CASE("a balance that falls otherwise than by a purchase is told to the order service") {
    Till till;
    till.credit("ord_1", 500);
    CHECK(till.sent(balance_type).empty());
    till.buy("ord_2", 100);
    CHECK(till.sent(balance_type).empty());
    std::ignore = till.adjust(-100);
    REQUIRE(till.sent(balance_type).size() == 1);
    CHECK(till.sent(balance_type)[0] == R"({"user_id":"kim","balance":300,"version":3})");
    const auto& message = till.messages.back();
    CHECK(message.topic == replies_topic);
    CHECK(message.key == "kim");
    CHECK_FALSE(message.reply);
    till.credit("ord_3", 50);
    till.cancel("ord_3", "can_1", 20);
    CHECK(till.sent(balance_type).size() == 1);
    till.settle("can_1", "ord_3");
    CHECK(till.sent(balance_type).empty());
    till.release("ord_2");
    CHECK(till.sent(balance_type).empty());
    till.credit("ord_4", 50);
    till.reverse("ord_4");
    CHECK(till.sent(balance_type).size() == 1);
    till.now += std::chrono::days{2'000};
    till.expire();
    CHECK(till.sent(balance_type).size() == 1);
}

TEST_CASE("an adjustment gives bonus points, what is owed first") {
    Till till;
    till.kim().wallet.owed = Points{30};
    const auto standing = till.adjust(100);
    REQUIRE(standing);
    CHECK(till.wallet() == "0 70 0 0");
    CHECK(till.lines() == "adjusted-100 owed30 bonus70 ");
    CHECK(till.lots() == "ptx_1001.1=70/366 ");
    CHECK(till.lot("ptx_1001.1").order_id.empty());
    REQUIRE(standing->open.size() == 1);
    CHECK(standing->open[0].left == Points{70});
    CHECK(till.state.adjustments.at(0).admin_id == "root");
    CHECK(till.state.adjustments.at(0).reason == "a gift");
    CHECK(till.messages.size() == 1);
}

TEST_CASE("an adjustment takes in the order of spending") {
    Till till;
    till.credit("ord_1", 10, 20);
    SUBCASE("bonus only") {
        std::ignore = till.adjust(-20);
        CHECK(till.lines() == "bonus-20 adjusted20 ");
    }
    SUBCASE("both") {
        std::ignore = till.adjust(-25);
        CHECK(till.wallet() == "5 0 0 0");
        CHECK(till.lines() == "bonus-20 paid-5 adjusted25 ");
    }
    SUBCASE("what is not covered changes nothing") {
        CHECK(refusal(till.adjust(-31)) == "too few");
        CHECK(till.state.postings.size() == 1);
        CHECK(till.state.adjustments.empty());
        CHECK(till.messages.empty());
        CHECK(till.wallet() == "10 20 0 0");
    }
}

TEST_CASE("an adjustment obeys the rules") {
    Till till;
    CHECK(refusal(till.adjust(largest_amount)).empty());
    CHECK(refusal(till.adjust(0)) == "points ");
    CHECK(refusal(till.adjust(largest_amount + 1)) == "points ");
    CHECK(refusal(till.adjust(std::numeric_limits<std::int64_t>::min())) == "points ");
    CHECK(refusal(till.adjust(1, std::string(200, 'x'))).empty());
    CHECK(refusal(till.adjust(1, std::string(201, 'x'))) == "reason ");
    CHECK(refusal(till.adjust(0, "")) == "points reason ");
}

TEST_CASE("a grant makes a lot that lives as long as is said") {
    Till till;
    REQUIRE(till.grant(30));
    CHECK(till.lines() == "issued-30 bonus30 ");
    CHECK(till.reason() == Reason::grant);
    REQUIRE(till.grant(40, Kind::paid));
    REQUIRE(till.grant(50, Kind::bonus, 3));
    CHECK(till.wallet() == "40 80 0 0");
    CHECK(till.lots() == "ptx_1001.1=30/366 ptx_1002.1=40/1827 ptx_1003.1=50/3 ");
    const auto standing = till.grant(1);
    REQUIRE(standing);
    CHECK(standing->open.size() == 4);
    CHECK(standing->open[0].id == "ptx_1003.1");
    CHECK(till.state.adjustments.size() == 4);
}

TEST_CASE("a grant obeys the rules") {
    Till till;
    CHECK(refusal(till.grant(0)) == "points ");
    CHECK(refusal(till.grant(-1)) == "points ");
    CHECK(refusal(till.grant(largest_amount + 1)) == "points ");
    CHECK(refusal(till.grant(1, Kind::bonus, 0)) == "expires_in_days ");
    CHECK(refusal(till.grant(1, Kind::bonus, 36'501)) == "expires_in_days ");
    CHECK(refusal(till.grant(1, Kind::bonus, {}, "")) == "reason ");
    CHECK(till.state.postings.empty());
    CHECK(refusal(till.grant(largest_amount, Kind::paid, 36'500)).empty());
}

TEST_CASE("what the ledger says of an order") {
    Till till;
    const auto check = [&](const std::string& order) {
        REQUIRE(till.decide(CheckOrder{{order, "kim", "chk_1"}}));
        CHECK(till.messages.back().key == order);
        CHECK(till.messages.back().reply);
        return till.sent(checked_type).at(0);
    };
    const auto sums = [](const std::string& order, const std::string& rest) {
        return R"({"order_id":")" + order + R"(","check_id":"chk_1",)" + rest + '}';
    };
    CHECK(
        check("ord_1") == sums("ord_1", R"("granted":0,"returned":0,"spent":0,"held":0,"owed":0)")
    );
    till.kim().wallet.owed = Points{30};
    till.credit("ord_1", 500, 50);
    till.cancel("ord_1", "can_1", 100, 10);
    CHECK(
        check("ord_1") ==
        sums("ord_1", R"("granted":550,"returned":0,"spent":0,"held":110,"owed":-30)")
    );
    till.settle("can_1", "ord_1");
    till.buy("ord_2", 200);
    till.settle("ord_2");
    CHECK(
        check("ord_1") ==
        sums("ord_1", R"("granted":550,"returned":110,"spent":0,"held":0,"owed":-30)")
    );
    CHECK(
        check("ord_2") == sums("ord_2", R"("granted":0,"returned":0,"spent":200,"held":0,"owed":0)")
    );
    // What is stored counts together with what this batch has added.
    till.state.sums["ord_2"] = {{Account::spent, Points{7}}};
    CHECK(
        check("ord_2") == sums("ord_2", R"("granted":0,"returned":0,"spent":207,"held":0,"owed":0)")
    );
}
