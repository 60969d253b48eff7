#include "order/charge_desk.hpp"

/// The rules of auto-charges at work.
namespace pay::order::test {
namespace {

using gateway::Refusal;
using std::chrono::hours;
using std::chrono::minutes;

}  // namespace

TEST_CASE("a day of the month begins its work at nine in the morning in Korea") {
    struct Row {
        std::string after;
        std::int64_t day;
        std::string next;
    };
    const std::vector<Row> rows{
        {"2026-03-02T01:15:30Z", 5, "2026-03-05T00:00:00Z"},
        {"2026-03-02T01:15:30Z", 2, "2026-04-02T00:00:00Z"},
        {"2026-03-01T23:59:59Z", 2, "2026-03-02T00:00:00Z"},
        {"2026-03-02T00:00:00Z", 2, "2026-04-02T00:00:00Z"},
        {"2026-02-27T16:00:00Z", 28, "2026-02-28T00:00:00Z"},
        {"2026-02-28T15:30:00Z", 1, "2026-03-01T00:00:00Z"},  // March already, in Korea
        {"2026-12-28T00:00:00Z", 28, "2027-01-28T00:00:00Z"},
    };
    for (const auto& row : rows) {
        CAPTURE(row.after);
        const auto next = next_monthly(row.day, *parse_rfc3339(row.after));
        CHECK(to_rfc3339(next) == to_rfc3339(*parse_rfc3339(row.next)));
    }
}

TEST_CASE("a balance triggers when it is below, once, and not twice for one message") {
    struct Row {
        std::string what;
        std::int64_t balance;
        std::int64_t version;
        void (*before)(ChargeDesk&);
        bool due;
    };
    const std::vector<Row> rows{
        {"below", 99, 0, [](ChargeDesk&) {}, true},
        {"at the mark", 100, 0, [](ChargeDesk&) {}, false},
        {"far below", -5, 7, [](ChargeDesk&) {}, true},
        {"heard before", 99, 7, [](ChargeDesk& desk) { desk.charge().balance_version = 7; }, false},
        {"paused", 99, 0, [](ChargeDesk& desk) { desk.charge().status = AutoChargeStatus::paused; },
         false},
        {"under way", 99, 0, [](ChargeDesk& desk) { desk.charge().charging = true; }, false},
        {"rests", 99, 0,
         [](ChargeDesk& desk) { desk.charge().not_before = desk.now + Duration{1}; }, false},
        {"has rested", 99, 0, [](ChargeDesk& desk) { desk.charge().not_before = desk.now; }, true},
        {"withdrawn", 99, 0,
         [](ChargeDesk& desk) { desk.must(WithdrawAutoCharge{charge_id, "kim", ""}); }, false},
    };
    for (const auto& row : rows) {
        CAPTURE(row.what);
        ChargeDesk desk;
        desk.agree();
        row.before(desk);
        desk.hear(row.balance, row.version);
        CHECK(desk.charge().due_at.has_value() == row.due);
    }
}

TEST_CASE("the balance that a purchase leaves triggers") {
    ChargeDesk desk;
    desk.agree();
    auto bought = wish("ord_c", "kim", "itm_c");
    bought.payment_method = PaymentMethod::points;
    desk.must(Place{bought, {}});
    point::Reply held{"ord_c", point::Action::hold, ""};
    held.hold_id = "ord_c";
    held.balance = Points{42};
    desk.must(PointReplied{held, false});
    CHECK(desk.charge().due_at == desk.now);
    desk.charge().due_at.reset();
    desk.must(PointReplied{held, false});  // told again
    CHECK_FALSE(desk.charge().due_at);
}

TEST_CASE("the order and the intent come before the call, which is made once") {
    ChargeDesk desk;
    desk.agree();
    const auto begun = desk.begin();
    CHECK(begun.next == Next::charge);
    CHECK(begun.order.status == Status::PENDING);
    CHECK(begun.order.amount == Won{5'000});
    CHECK(begun.billing_key->key == "secret-1");
    CHECK(desk.charge().charging);
    CHECK(desk.charge().last_order_id == "ord_a");
    CHECK(desk.charge().charge_called_at == desk.now);
    // Another instance at the same time, a crash and what comes after it, a balance: no second.
    CHECK(desk.drive("ord_b").next == Next::nothing);
    desk.hear(3);
    for (int i = 0; i < 10; ++i) CHECK(desk.look().next == Next::nothing);
    CHECK(desk.state.orders.size() == 1);
}

TEST_CASE("success: the next one waits for its trigger") {
    for (const auto trigger : {Trigger::below, Trigger::monthly}) {
        ChargeDesk desk;
        desk.agree(trigger);
        if (trigger == Trigger::monthly) desk.now = *desk.charge().due_at;
        desk.begin();
        desk.must(desk.heard(Stage::paid));
        desk.look();
        CHECK(desk.charge().charging);  // paid is not the end
        desk.points(point::Action::credit);
        desk.item(order_item::Action::save);
        CHECK(desk.status() == Status::SUCCESS);
        desk.look();
        CHECK_FALSE(desk.charge().charging);
        CHECK(desk.charge().failures == 0);
        const auto next =
            trigger == Trigger::monthly ? std::optional{next_monthly(5, desk.now)} : std::nullopt;
        CHECK(desk.charge().due_at == next);
        if (trigger == Trigger::below) CHECK(desk.begin("ord_b").next == Next::charge);
    }
}

TEST_CASE("how a call ends that brought no payment") {
    struct Row {
        Refusal refusal;
        Status order;
        bool charging;
        bool called;
    };
    const std::vector<Row> rows{
        {Refusal::declined, Status::FAIL, false, false},
        {Refusal::refused, Status::FAIL, false, false},
        {Refusal::not_ready, Status::FAIL, false, false},
        {Refusal::not_sent, Status::PENDING, true, false},
        {Refusal::unknown, Status::PENDING, true, true},
        {Refusal::timed_out, Status::PENDING, true, true},
    };
    for (const auto& row : rows) {
        CAPTURE(static_cast<int>(row.refusal));
        ChargeDesk desk;
        desk.agree();
        desk.begin();
        desk.refuse(row.refusal);
        CHECK(desk.status() == row.order);
        CHECK(desk.charge().charging == row.charging);
        CHECK(desk.charge().charge_called_at.has_value() == row.called);
        if (row.order != Status::FAIL) continue;
        CHECK(desk.order().failure == Failure::PAYMENT_DECLINED);
        CHECK(desk.told() == Types{"order.failed"});
        CHECK(desk.charge().last_failure == ChargeFailure::DECLINED);
        CHECK(desk.charge().not_before == desk.now + hours{1});
        CHECK_FALSE(desk.charge().due_at);
        // If it was charged all the same, that goes back.
        const auto late = desk.must(desk.heard(Stage::paid));
        CHECK(late.next == Next::refund);
    }
}

TEST_CASE("a call that was not sent is made again, as long as its order is young") {
    ChargeDesk desk;
    desk.agree();
    desk.begin();
    desk.refuse(Refusal::not_sent);
    CHECK(desk.look().next == Next::charge);
    CHECK(desk.charge().last_order_id == "ord_a");
    const auto called_before = desk.charge().charge_called_at;
    desk.refuse(Refusal::not_sent);
    desk.must(ChargeRefused{charge_id, "ord_a", Refusal::declined, called_before});  // of the first
    CHECK(desk.status() == Status::PENDING);
    desk.now += minutes{16};
    CHECK(desk.drive("ord_b").next == Next::nothing);
    SUBCASE("it is paid by hand: that counts") {
        desk.must(desk.heard(Stage::paid));
        desk.points(point::Action::credit);
        desk.item(order_item::Action::save);
        desk.look();
        CHECK_FALSE(desk.charge().charging);
        CHECK(desk.charge().failures == 0);
    }
    SUBCASE("it expires") {
        desk.now += minutes{15};
        desk.wake();
        CHECK(desk.status() == Status::EXPIRED);
        desk.look();
        CHECK(desk.charge().last_failure == ChargeFailure::NOT_PAID);
        CHECK(desk.charge().failures == 1);
    }
}

TEST_CASE("three failures in a row pause it, with an event") {
    for (const auto trigger : {Trigger::below, Trigger::monthly}) {
        ChargeDesk desk;
        desk.agree(trigger);
        if (trigger == Trigger::monthly) desk.now = *desk.charge().due_at;
        const std::vector<Duration> pauses{hours{1}, hours{6}};
        for (int i = 0; i < 3; ++i) {
            const std::string id = "ord_" + std::to_string(i);
            CHECK(desk.begin(id).next == Next::charge);
            desk.refuse(Refusal::declined, id);
            if (i == 2) break;
            const Time again = desk.now + pauses[static_cast<std::size_t>(i)];
            CHECK(desk.charge().not_before == again);
            const auto due = trigger == Trigger::monthly ? std::optional{again} : std::nullopt;
            CHECK(desk.charge().due_at == due);
            desk.now = again;
        }
        CHECK(desk.charge().status == AutoChargeStatus::paused);
        CHECK(desk.told() == Types{"order.failed", "auto_charge.paused"});
        CHECK_FALSE(desk.charge().due_at);
        desk.now += hours{48};
        desk.hear(1);
        CHECK(desk.drive("ord_x").next == Next::nothing);
        // It holds its place until its user withdraws it.
        CHECK(desk.code_of(desk.wish_of(trigger)) == Code::conflict);
        desk.must(WithdrawAutoCharge{charge_id, "kim", ""});
        auto anew = desk.wish_of(trigger);
        anew.wish.id = "auc_2";
        desk.must(anew);
    }
}

TEST_CASE("no more than so many in a day, whoever triggers") {
    ChargeDesk desk;
    desk.agree();
    const Time first = desk.now;
    for (int i = 0; i < 3; ++i) {
        const std::string id = "ord_" + std::to_string(i);
        CHECK(desk.begin(id).next == Next::charge);
        desk.must(desk.heard(Stage::paid, std::string(24, static_cast<char>('a' + i)), id));
        desk.points(point::Action::credit, false, id);
        desk.item(order_item::Action::save, false, id);
        desk.look();
        desk.now += hours{1};
    }
    CHECK(desk.begin("ord_x").next == Next::nothing);
    CHECK(desk.charge().not_before == first + hours{24});
    CHECK_FALSE(desk.state.orders.contains("ord_x"));
    CHECK(desk.charge().failures == 0);
    desk.now = first + hours{24};
    CHECK(desk.begin("ord_y").next == Next::charge);
    desk.settings.auto_charge.per_day = 0;
    ChargeDesk none;
    none.settings.auto_charge.per_day = 0;
    none.agree();
    CHECK(none.begin().next == Next::nothing);
}

TEST_CASE("an item that is not what was agreed to is not charged") {
    const std::vector<void (*)(item::Changed&)> changes{
        [](item::Changed& item) { item.amount = Won{5'001}; },
        [](item::Changed& item) { item.points = Points{499}; },
        [](item::Changed& item) { item.status = item::Status::archived; },
    };
    for (const auto change : changes) {
        ChargeDesk desk;
        desk.agree();
        change(desk.state.items.at("itm_p"));
        CHECK(desk.begin().next == Next::nothing);
        CHECK(desk.state.orders.empty());
        CHECK(desk.charge().status == AutoChargeStatus::paused);
        CHECK(desk.charge().last_failure == ChargeFailure::ITEM_CHANGED);
        CHECK(desk.told() == Types{"auto_charge.paused"});
    }
}

TEST_CASE("withdrawn: what was triggered is not begun, what was begun comes to its end") {
    ChargeDesk desk;
    desk.agree();
    SUBCASE("triggered") {
        desk.hear(1);
        desk.must(WithdrawAutoCharge{charge_id, "kim", ""});
        CHECK_FALSE(desk.charge().due_at);
        CHECK(desk.drive().next == Next::nothing);
        CHECK(desk.state.orders.empty());
    }
    SUBCASE("begun") {
        desk.begin();
        desk.must(WithdrawAutoCharge{charge_id, "kim", ""});
        SUBCASE("declined") {
            desk.refuse(Refusal::declined);
            CHECK_FALSE(desk.charge().not_before);
        }
        SUBCASE("not sent: it is not called again") {
            desk.refuse(Refusal::not_sent);
            CHECK(desk.look().next == Next::nothing);
            desk.now = *desk.order().due_at;
            desk.order().created_at = desk.now - hours{1};
            desk.wake();
            desk.look();
        }
        CHECK_FALSE(desk.charge().charging);
        CHECK_FALSE(desk.charge().due_at);
    }
    CHECK(desk.code_of(WithdrawAutoCharge{charge_id, "lee", ""}) == Code::not_found);
    const auto lines = desk.consents().size();
    CHECK(desk.must(WithdrawAutoCharge{charge_id, "kim", ""}).auto_charge->withdrawn_at);
    CHECK(desk.consents().size() == lines);  // once
}

}  // namespace pay::order::test
