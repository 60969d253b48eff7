#include "order/desk.hpp"

using namespace pay;
using namespace pay::order;
using namespace pay::order::test;

namespace {

const Won price{5'000};
const BeginRefund nothing_returned{receipt_a, price, Won{0}};

/// An order whose money is on its way back.
Desk returning() {
    Desk desk;
    desk.pay();
    desk.points(point::Action::credit, true);
    desk.item(order_item::Action::revoke);
    REQUIRE(desk.refund().status == RefundStatus::open);
    return desk;
}

RefundEnded ended(gateway::Canceled outcome) {
    return {receipt_a, std::move(outcome)};
}
RefundEnded ended(gateway::Refusal refusal) {
    return ended(std::unexpected(refusal));
}

}  // namespace

TEST_CASE("a refund goes out once and ends the order") {
    Desk desk = returning();
    const auto begun = desk.must(nothing_returned);
    CHECK(begun.next == Next::cancel);
    CHECK(begun.refund->cancel_id == "refund-" + receipt_a);
    CHECK(begun.refund->called_at == desk.now);
    CHECK(desk.must(nothing_returned).next == Next::nothing);
    desk.must(ended(payment(receipt_a, "ord_a", Stage::canceled)));
    CHECK(desk.refund().status == RefundStatus::done);
    CHECK(!desk.refund().due_at);
    CHECK(desk.status() == Status::FAIL);
    CHECK(desk.order().failure == Failure::POINTS_REFUSED);
    CHECK(desk.must(nothing_returned).next == Next::nothing);
    CHECK(desk.must(ended(gateway::Refusal::refused)).refund->status == RefundStatus::done);
}

TEST_CASE("the late end of a call that was repeated meanwhile changes nothing") {
    Desk desk = returning();
    const auto first = desk.must(nothing_returned).refund->called_at;
    desk.now += desk.settings.refund_recheck;
    CHECK(desk.must(nothing_returned).next == Next::cancel);
    const auto second = desk.refund().called_at;
    for (const auto refusal : {gateway::Refusal::refused, gateway::Refusal::not_sent}) {
        desk.must(RefundEnded{receipt_a, std::unexpected(refusal), first});
        CHECK(desk.refund().status == RefundStatus::open);
        CHECK(desk.refund().called_at == second);
    }
    desk.must(RefundEnded{receipt_a, payment(receipt_a, "ord_a", Stage::canceled), first});
    CHECK(desk.refund().status == RefundStatus::done);
}

TEST_CASE("money that came back by itself needs no call") {
    Desk desk = returning();
    CHECK(desk.must(BeginRefund{receipt_a, price, price}).next == Next::nothing);
    CHECK(desk.status() == Status::FAIL);
}

TEST_CASE("an unknown outcome is repeated late, and only while the total rests") {
    for (const auto refusal : {gateway::Refusal::unknown, gateway::Refusal::timed_out}) {
        Desk desk = returning();
        const auto first = desk.must(nothing_returned);
        desk.must(ended(refusal));
        CHECK(desk.refund().called_at);
        CHECK(desk.refund().due_at == desk.now + desk.settings.refund_recheck);
        desk.now += desk.settings.refund_recheck - Duration{1};
        CHECK(desk.must(nothing_returned).next == Next::nothing);
        desk.now += Duration{1};
        SUBCASE("unchanged: again, by the same name") {
            const auto again = desk.must(nothing_returned);
            CHECK(again.next == Next::cancel);
            CHECK(again.refund->cancel_id == first.refund->cancel_id);
        }
        SUBCASE("all of it came back: done") {
            desk.must(BeginRefund{receipt_a, price, price});
            CHECK(desk.status() == Status::FAIL);
        }
        SUBCASE("a part came back: wait until it rests, then the rest") {
            const BeginRefund part{receipt_a, price, Won{1'000}};
            CHECK(desk.must(part).next == Next::nothing);
            CHECK(desk.refund().due_at == desk.now + desk.settings.refund_recheck);
            desk.now += desk.settings.refund_recheck;
            CHECK(desk.must(part).next == Next::cancel);
            CHECK(desk.refund().canceled_before == Won{1'000});
        }
    }
}

TEST_CASE("what certainly did nothing is tried again soon, then more slowly") {
    for (const auto refusal : {gateway::Refusal::not_sent, gateway::Refusal::not_ready}) {
        Desk desk = returning();
        Duration last{0};
        for (int i = 0; i < 8; ++i) {
            CHECK(desk.must(nothing_returned).next == Next::cancel);
            desk.must(ended(refusal));
            CHECK(!desk.refund().called_at);
            const Duration pause = *desk.refund().due_at - desk.now;
            CHECK(pause >= last);
            last = pause;
            desk.now += pause;
        }
        CHECK(last == std::chrono::seconds{64});
    }
}

TEST_CASE("a cancel that returned a part is followed by another for the rest") {
    Desk desk = returning();
    desk.must(nothing_returned);
    desk.must(ended(part_returned(payment(receipt_a, "ord_a", Stage::paid), Won{2'000})));
    CHECK(desk.status() == Status::FAILING);
    CHECK(desk.must(BeginRefund{receipt_a, price, Won{2'000}}).next == Next::cancel);
}

TEST_CASE("a refund refused for good stays, until an admin closes the order") {
    for (const auto refusal : {gateway::Refusal::refused, gateway::Refusal::declined}) {
        Desk desk = returning();
        CHECK(desk.code_of(CloseRefused{"ord_a"}) == Code::conflict);
        desk.must(nothing_returned);
        desk.must(ended(refusal));
        CHECK(desk.status() == Status::FAILING);
        CHECK(desk.order().failure == Failure::REFUND_REFUSED);
        CHECK(desk.refund().status == RefundStatus::refused);
        CHECK(!desk.refund().due_at);
        CHECK(!desk.order().due_at);
        CHECK(desk.must(nothing_returned).next == Next::nothing);
        desk.must(CloseRefused{"ord_a"});
        CHECK(desk.status() == Status::FAIL);
        CHECK(desk.told() == Types{"order.failed"});
        CHECK(desk.code_of(CloseRefused{"ord_a"}) == Code::conflict);
    }
}

TEST_CASE("a call is not repeated on what the gateway said before it went out, or just after") {
    Desk desk = returning();
    const Time called_at = *desk.must(nothing_returned).refund->called_at;
    desk.now += desk.settings.refund_recheck;
    for (const auto asked_at : {called_at - Duration{1}, desk.now - Duration{1}}) {
        const BeginRefund slept{receipt_a, price, Won{0}, asked_at};
        CHECK(desk.must(slept).next == Next::nothing);
        CHECK(desk.refund().called_at == called_at);
    }
    CHECK(desk.must(BeginRefund{receipt_a, price, Won{0}, desk.now}).next == Next::cancel);
}

TEST_CASE("who could not look a refund's receipt up leaves the time of a call under way alone") {
    Desk desk = returning();
    desk.must(nothing_returned);
    const auto due_at = desk.refund().due_at;
    desk.must(PostponeRefund{receipt_a});
    CHECK(desk.refund().due_at == due_at);
    desk.now = *due_at;
    desk.must(PostponeRefund{receipt_a});
    CHECK(*desk.refund().due_at > desk.now);
}

TEST_CASE("a refund whose receipt could not be looked up waits, ever longer") {
    Desk desk = returning();
    desk.must(PostponeRefund{receipt_a});
    CHECK(desk.refund().due_at == desk.now + std::chrono::seconds{1});
    desk.must(PostponeRefund{receipt_a});
    CHECK(desk.refund().due_at == desk.now + std::chrono::seconds{2});
    desk.must(BeginRefund{receipt_a, price, price});
    desk.must(PostponeRefund{receipt_a});
    CHECK(!desk.refund().due_at);
}

TEST_CASE("the refund of a second payment is not the order's") {
    Desk desk;
    desk.succeed();
    desk.must(desk.heard(Stage::paid, receipt_b));
    const auto version = desk.order().version;
    desk.must(BeginRefund{receipt_b, price, Won{0}});
    desk.must(RefundEnded{receipt_b, std::unexpected(gateway::Refusal::refused)});
    CHECK(desk.refund(receipt_b).status == RefundStatus::refused);
    CHECK(desk.order().version == version);
    CHECK(desk.status() == Status::SUCCESS);
}
