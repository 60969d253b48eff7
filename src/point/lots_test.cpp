#include "point/lots.hpp"

#include <doctest/doctest.h>

#include "point/till.hpp"

/// Lots: what runs out and when it is announced, and those of the time before lots.
using namespace pay;
using namespace pay::point;
using test::day;
using test::faults_of;
using test::noon;
using test::Till;

TEST_CASE("what ran out goes to the house in one movement") {
    Till till;
    std::ignore = till.grant(10, Kind::paid, 40);
    std::ignore = till.grant(20, Kind::bonus, 40);
    std::ignore = till.grant(30, Kind::bonus, 41);
    till.now += 40 * day - Duration{1};
    till.expire();
    CHECK(till.wallet() == "10 50 0 0");
    till.now += Duration{1};
    till.expire();
    CHECK(till.wallet() == "0 30 0 0");
    CHECK(till.lines() == "paid-10 expired30 bonus-20 ");
    CHECK(till.reason() == Reason::expiry);
    CHECK(till.sent(changed_type).size() == 1);
    till.expire();
    CHECK(till.messages.empty());
    CHECK(till.state.postings.size() == 4);
    CHECK(faults_of(till.state).empty());
}

TEST_CASE("an expiry is announced once thirty days ahead, once seven") {
    Till till;
    std::ignore = till.grant(10, Kind::bonus, 60);
    const auto& due = till.lot("ptx_1001.1").due_at;
    CHECK(due == noon + 30 * day);
    till.expire();
    CHECK(till.messages.empty());
    till.now = *due;
    till.expire();
    REQUIRE(till.messages.size() == 1);
    CHECK(till.messages[0].topic == events_topic);
    CHECK(till.messages[0].key == "kim");
    CHECK(
        till.messages[0].payload ==
        R"({"user_id":"kim","points":10,"at":")" + to_rfc3339(noon + 60 * day) + R"(","days":30})"
    );
    till.expire();
    CHECK(till.messages.empty());
    CHECK(due == noon + 53 * day);
    till.now = *due;
    till.expire();
    CHECK(till.sent(expiring_type).at(0).contains(R"("days":7)"));
    CHECK(due == noon + 60 * day);
}

TEST_CASE("of two notices that are late only the more urgent one is given") {
    Till till;
    std::ignore = till.grant(10, Kind::bonus, 60);
    till.now += 55 * day;
    till.expire();
    CHECK(till.sent(expiring_type).size() == 1);
    CHECK(till.sent(expiring_type)[0].contains(R"("days":7)"));
    till.expire();
    CHECK(till.messages.empty());
}

TEST_CASE("a lot that lives shorter than a notice's days is not announced by it") {
    Till till;
    std::ignore = till.grant(10, Kind::bonus, 30);
    std::ignore = till.grant(10, Kind::bonus, 5);
    CHECK(till.lot("ptx_1001.1").due_at == noon + 23 * day);
    CHECK(till.lot("ptx_1002.1").due_at == noon + 5 * day);
    till.expire();
    CHECK(till.messages.empty());
}

TEST_CASE("notices that are configured no more are not waited for") {
    Till till;
    std::ignore = till.grant(10, Kind::bonus, 60);
    till.settings.notices = {};
    till.now += 30 * day;
    till.expire();
    CHECK(till.messages.empty());
    CHECK(till.lot("ptx_1001.1").due_at == noon + 60 * day);
    CHECK(till.kim().lots.at("ptx_1001.1").changed);
}

TEST_CASE("spent points need no notice; those put back do again") {
    Till till;
    std::ignore = till.grant(10, Kind::bonus, 60);
    till.buy("ord_1", 10);
    CHECK_FALSE(till.lot("ptx_1001.1").due_at);
    till.now += 50 * day;
    till.expire();
    CHECK(till.messages.empty());
    till.release("ord_1");
    till.expire();
    CHECK(till.sent(expiring_type).size() == 1);
}

TEST_CASE("lots that lag behind their wallet are brought in line with it") {
    Till till;
    till.credit("ord_1", 500, 50);
    auto& row = till.kim();
    row.lots_lag = true;
    SUBCASE("a process of the time before lots has given") {
        row.wallet.paid += Points{100};
        row.wallet.bonus += Points{10};
        till.buy("ord_2", 5);
        CHECK(till.lot("old.paid.kim").granted == Points{100});
        CHECK(till.lot("old.bonus.kim").left == Points{10});
        CHECK(till.lot("old.paid.kim").expires_at == old_lots_expire_at);
        // Once more, into the lot that is there.
        row.lots_lag = true;
        row.wallet.paid += Points{1};
        till.buy("ord_3", 5);
        CHECK(till.lot("old.paid.kim").granted == Points{101});
    }
    SUBCASE("it has taken") {
        row.wallet.paid -= Points{100};
        row.wallet.bonus = Points{};
        till.buy("ord_2", 5);
        CHECK(till.lot("ptx_1001.1").left == Points{395});
        CHECK(till.lot("ptx_1001.2").left == Points{0});
    }
    SUBCASE("it has done nothing to the balance") {
        till.buy("ord_2", 5);
    }
    CHECK_FALSE(row.lots_lag);
    CHECK(till.lots().find("-") == std::string::npos);
}

TEST_CASE("a charge of the time before lots is taken back from the old lot") {
    Till till;
    auto& row = till.kim();
    row.wallet.paid = Points{700};
    row.lots_lag = true;
    till.state.given[{"ord_1", Action::credit}] = {};
    till.state.given[{"ord_2", Action::credit}] = {};
    CHECK(till.cancel("ord_1", "can_1", 200, 0, true) == "done");
    CHECK(till.lot("old.paid.kim").left == Points{500});
    CHECK(till.cancel("ord_1", "can_2", 501) == "INSUFFICIENT_POINTS");
    CHECK(till.reverse("ord_2", 501) == "INSUFFICIENT_POINTS");
    till.state.given[{"ord_3", Action::credit}] = {};
    CHECK(till.reverse("ord_3", 500) == "done");
    CHECK(till.wallet() == "0 0 200 0");
}
