#include <doctest/doctest.h>

#include "point/till.hpp"

/// Points set aside: for purchases, and to be taken back with a cancel.
using namespace pay;
using namespace pay::point;
using test::day;
using test::faults_of;
using test::Till;

TEST_CASE("a purchase's hold takes bonus before paid, the soonest to expire first") {
    Till till;
    std::ignore = till.grant(30, Kind::paid, 10);
    std::ignore = till.grant(20, Kind::bonus, 50);
    std::ignore = till.grant(10, Kind::bonus, 40);
    CHECK(till.buy("ord_1", 25) == "done 35");
    CHECK(till.lines() == "bonus-25 held25 ");
    CHECK(till.lots() == "ptx_1001.1=30/10 ptx_1002.1=5/50 ");
    CHECK(till.buy("ord_2", 10) == "done 25");
    CHECK(till.lines() == "bonus-5 paid-5 held10 ");
    CHECK(till.wallet() == "25 0 35 0");
    CHECK(faults_of(till.state).empty());
}

TEST_CASE("the soonest to expire goes first whatever it is, if that is the order") {
    Till till;
    till.settings.spend_order = SpendOrder::soonest_first;
    std::ignore = till.grant(10, Kind::bonus, 40);
    std::ignore = till.grant(30, Kind::paid, 10);
    std::ignore = till.grant(30, Kind::bonus, 10);
    till.buy("ord_1", 65);
    CHECK(till.lots() == "ptx_1001.1=5/40 ");
    CHECK(till.state.holds.at("ord_1").hold.uses.at(0).lot_id == "ptx_1003.1");
}

TEST_CASE("a purchase that is not covered is refused and changes nothing") {
    Till till;
    till.credit("ord_1", 500);
    CHECK(till.buy("ord_2", 501) == "INSUFFICIENT_POINTS");
    CHECK(till.wallet() == "500 0 0 0");
    CHECK(till.state.holds.empty());
    till.credit("ord_3", 500);
    CHECK(till.buy("ord_2", 501) == "INSUFFICIENT_POINTS");
    CHECK(till.release("ord_2") == "done");
    CHECK(till.settle("ord_2") == "ALREADY_RELEASED");
}

TEST_CASE("points that ran out are not spent, though they were not moved away yet") {
    Till till;
    std::ignore = till.grant(30, Kind::bonus, 1);
    till.credit("ord_1", 10);
    till.now += day;
    CHECK(till.buy("ord_2", 11) == "INSUFFICIENT_POINTS");
    CHECK(till.buy("ord_3", 4) == "done 6");
    CHECK_FALSE(till.adjust(-7));
}

TEST_CASE("a hold, a settle and a release have their effect once") {
    Till till;
    till.credit("ord_1", 500);
    CHECK(till.buy("ord_2", 100) == "done 400");
    till.credit("ord_3", 50);
    CHECK(till.buy("ord_2", 100) == "done 400");
    CHECK(till.wallet() == "450 0 100 0");
    CHECK(till.settle("ord_2") == "done");
    CHECK(till.lines() == "held-100 spent100 ");
    CHECK(till.settle("ord_2") == "done");
    CHECK(till.wallet() == "450 0 0 0");
    CHECK(till.release("ord_2") == "ALREADY_SETTLED");
    CHECK(till.buy("ord_2", 100) == "done 400");
    CHECK(till.state.postings.size() == 4);
    CHECK(faults_of(till.state).empty());
}

TEST_CASE("a release puts the points back where they came from") {
    Till till;
    till.credit("ord_1", 500, 50);
    const auto before = till.lots();
    till.buy("ord_2", 100);
    CHECK(till.release("ord_2") == "done");
    CHECK(till.reason() == Reason::purchase_released);
    CHECK(till.lines() == "held-100 bonus50 paid50 ");
    CHECK(till.lots() == before);
    CHECK(till.release("ord_2") == "done");
    CHECK(till.settle("ord_2") == "ALREADY_RELEASED");
    CHECK(till.buy("ord_2", 100) == "done 450");
    CHECK(till.wallet() == "500 50 0 0");
}

TEST_CASE("held points do not expire; put back after their time they get thirty days") {
    Till till;
    till.credit("ord_1", 100);
    std::ignore = till.grant(50, Kind::bonus, 5);
    till.buy("ord_2", 60);
    till.now += 6 * day;
    till.expire();
    CHECK(till.wallet() == "90 0 60 0");
    SUBCASE("released") {
        CHECK(till.release("ord_2") == "done");
    }
    SUBCASE("settled and reversed") {
        till.settle("ord_2");
        CHECK(till.reverse("ord_2") == "done");
        CHECK(till.reason() == Reason::purchase_reversed);
    }
    CHECK(till.wallet() == "100 50 0 0");
    const auto lots = till.lots();
    CHECK(lots.contains(".1=50/30 "));
    CHECK(lots.contains("ptx_1001.1=100/"));
    CHECK(faults_of(till.state).empty());
}

TEST_CASE("a release or a settle before its hold refuses it") {
    Till till;
    till.credit("ord_1", 500);
    CHECK(till.release("ord_2") == "done");
    CHECK(till.buy("ord_2", 100) == "ALREADY_RELEASED");
    CHECK(till.release("ord_2") == "done");
    CHECK(till.settle("ord_3") == "ALREADY_RELEASED");
    CHECK(till.buy("ord_3", 100) == "ALREADY_RELEASED");
    CHECK(till.settle("ord_3") == "ALREADY_RELEASED");
    CHECK(till.wallet() == "500 0 0 0");
}

TEST_CASE("a reverse undoes a purchase, settled or not") {
    Till till;
    till.credit("ord_1", 500);
    till.buy("ord_2", 100);
    SUBCASE("settled") {
        till.settle("ord_2");
        CHECK(till.reverse("ord_2") == "done");
        CHECK(till.lines() == "spent-100 paid100 ");
        CHECK(till.release("ord_2") == "done");
    }
    SUBCASE("not settled") {
        CHECK(till.reverse("ord_2") == "done");
        CHECK(till.lines() == "held-100 paid100 ");
        CHECK(till.settle("ord_2") == "ALREADY_RELEASED");
        CHECK(till.release("ord_2") == "done");
    }
    SUBCASE("released") {
        till.release("ord_2");
        const auto postings = till.state.postings.size();
        CHECK(till.reverse("ord_2") == "done");
        CHECK(till.state.postings.size() == postings);
    }
    SUBCASE("before it came") {
        CHECK(till.reverse("ord_3") == "done");
        CHECK(till.buy("ord_3", 100) == "ALREADY_REVERSED");
        till.release("ord_2");
    }
    CHECK(till.reverse("ord_2") == "done");
    CHECK(till.wallet() == "500 0 0 0");
    CHECK(till.lots() == "ptx_1001.1=500/1827 ");
}

TEST_CASE("a simulated hold answers and leaves nothing") {
    Till till;
    till.credit("ord_1", 500);
    auto wish = Till::purchase("ord_2", 100);
    wish.simulate = true;
    const auto postings = till.state.postings.size();
    CHECK(till.answer(TakeHold{"ptx_1", wish}) == "done 400");
    CHECK(till.messages.size() == 1);
    wish.points = Points{501};
    CHECK(till.answer(TakeHold{"ptx_1", wish}) == "INSUFFICIENT_POINTS");
    CHECK(till.state.postings.size() == postings);
    CHECK(till.state.holds.empty());
    CHECK(till.buy("ord_2", 100) == "done 400");
    // What was answered stays the answer.
    CHECK(till.answer(TakeHold{"ptx_1", wish}) == "done 400");
}

TEST_CASE("a cancel takes back out of the lots of its charge alone") {
    Till till;
    till.credit("ord_1", 500, 50);
    till.credit("ord_2", 300);
    CHECK(till.cancel("ord_1", "can_1", 200, 20) == "done");
    CHECK(till.lines() == "paid-200 bonus-20 held220 ");
    CHECK(till.reason() == Reason::cancel);
    CHECK(till.wallet() == "600 30 220 0");
    CHECK(till.settle("can_1", "ord_1") == "done");
    CHECK(till.lines() == "held-220 returned220 ");
    CHECK(till.reason() == Reason::cancel_settled);
    CHECK(till.cancel("ord_1", "can_2", 301, 30) == "INSUFFICIENT_POINTS");
    CHECK(till.cancel("ord_1", "can_3", 300, 31) == "INSUFFICIENT_POINTS");
    CHECK(till.cancel("ord_1", "can_4", 300, 30, true) == "done");
    CHECK(till.release("can_4", "ord_1") == "done");
    CHECK(till.reason() == Reason::cancel_released);
    CHECK(till.lots() == "ptx_1001.1=300/1827 ptx_1001.2=30/366 ptx_1002.1=300/1827 ");
    CHECK(till.cancel("ord_1", "can_5", 0, 0) == "done");
    CHECK(till.settle("can_5", "ord_1") == "done");
    CHECK(till.cancel("ord_x", "can_6", 1) == "INSUFFICIENT_POINTS");
    CHECK(faults_of(till.state).empty());
}

TEST_CASE("a cancel of unused points alone is refused once some were spent or have expired") {
    Till till;
    till.settings.bonus_life = 10 * day;
    till.credit("ord_1", 500, 50);
    SUBCASE("spent") {
        till.buy("ord_2", 10);
        CHECK(till.cancel("ord_1", "can_1", 100, 0, true) == "INSUFFICIENT_POINTS");
        CHECK(till.cancel("ord_1", "can_2", 100, 0) == "done");
    }
    SUBCASE("put back") {
        till.buy("ord_2", 10);
        till.release("ord_2");
        CHECK(till.cancel("ord_1", "can_1", 100, 0, true) == "done");
    }
    SUBCASE("expired") {
        till.now += 10 * day;
        CHECK(till.cancel("ord_1", "can_1", 100, 0, true) == "INSUFFICIENT_POINTS");
        CHECK(till.cancel("ord_1", "can_2", 100, 1) == "INSUFFICIENT_POINTS");
        CHECK(till.cancel("ord_1", "can_3", 100, 0) == "done");
        till.expire();
        CHECK(till.cancel("ord_1", "can_4", 100, 0, true) == "INSUFFICIENT_POINTS");
    }
    CHECK(faults_of(till.state).empty());
}

TEST_CASE("what had paid a debt is owed again, and paid again by a release") {
    Till till;
    till.kim().wallet.owed = Points{200};
    till.credit("ord_1", 500);
    CHECK(till.cancel("ord_1", "can_1", 400, 0, true) == "done");
    CHECK(till.lines() == "paid-300 owed-100 held400 ");
    CHECK(till.wallet() == "0 0 400 100");
    SUBCASE("released at once") {
        till.release("can_1", "ord_1");
        CHECK(till.lines() == "held-400 owed100 paid300 ");
        CHECK(till.wallet() == "300 0 0 0");
        CHECK(till.lot("ptx_1001.1").repaid == Points{200});
    }
    SUBCASE("released when something else has paid the debt") {
        till.credit("ord_2", 60);
        till.release("can_1", "ord_1");
        CHECK(till.lines() == "held-400 owed40 paid360 ");
        CHECK(till.wallet() == "360 0 0 0");
        CHECK(till.lot("ptx_1001.1").repaid == Points{140});
    }
    SUBCASE("settled") {
        till.settle("can_1", "ord_1");
        CHECK(till.wallet() == "0 0 0 100");
    }
    CHECK(faults_of(till.state, {{"kim", Points{200}}}).empty());
}

TEST_CASE("a cancel whose money is gone takes what is left and books the rest as owed") {
    Till till;
    till.credit("ord_1", 500, 50);
    till.buy("ord_2", 350);
    till.settle("ord_2");
    CHECK(till.cancel("ord_1", "can_1", 500, 50, true, true) == "done");
    CHECK(till.lines() == "paid-200 owed-350 held550 ");
    SUBCASE("settled") {
        till.settle("can_1", "ord_1");
        CHECK(till.wallet() == "0 0 0 350");
        till.credit("ord_3", 400);
        CHECK(till.wallet() == "50 0 0 0");
    }
    SUBCASE("released") {
        till.release("can_1", "ord_1");
        CHECK(till.wallet() == "200 0 0 0");
    }
    SUBCASE("released when the debt is paid") {
        till.credit("ord_3", 330);
        till.release("can_1", "ord_1");
        CHECK(till.wallet() == "480 50 0 0");
    }
    CHECK(faults_of(till.state).empty());
}

TEST_CASE("a cancel of what was reversed is refused, whoever has the money") {
    Till till;
    till.credit("ord_1", 500);
    till.reverse("ord_1");
    CHECK(till.cancel("ord_1", "can_1", 500, 0, false, true) == "ALREADY_REVERSED");
}

TEST_CASE("a hold of somebody else is none") {
    Till till;
    till.credit("ord_1", 500);
    till.buy("ord_2", 100);
    CHECK(till.answer(SettleHold{"ptx_x", {"ord_2", "ord_2", "lee"}}) == "ALREADY_RELEASED");
    CHECK(till.wallet() == "400 0 100 0");
}
