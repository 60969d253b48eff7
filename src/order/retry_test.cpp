#include "order/desk.hpp"

using namespace pay;
using namespace pay::order;
using namespace pay::order::test;

namespace {

const Won price{5'000};
const Retry again{"ord_a"};
const BeginRefund nothing_returned{receipt_a, price, Won{0}};

/// An order that was turned round, as far as its refund.
Desk returning() {
    Desk desk;
    desk.pay();
    desk.points(point::Action::credit, true);
    desk.item(order_item::Action::revoke);
    REQUIRE(desk.refund().status == RefundStatus::open);
    return desk;
}

void refuse_refund(Desk& desk) {
    desk.must(nothing_returned);
    desk.must(RefundEnded{receipt_a, std::unexpected(gateway::Refusal::refused)});
    REQUIRE(desk.order().failure == Failure::REFUND_REFUSED);
}

}  // namespace

TEST_CASE("what an order waits for is due now, and nobody else sees a change") {
    Desk desk;
    desk.place();
    const auto version = desk.order().version;
    desk.now += Duration{5};
    CHECK(desk.must(again).next == Next::nothing);
    CHECK(desk.order().due_at == desk.now);
    CHECK(desk.state.changed_orders.contains("ord_a"));
    CHECK(desk.order().version == version);

    desk.must(desk.heard(Stage::paid));
    REQUIRE(desk.status() == Status::PAID);
    desk.now += Duration{5};
    REQUIRE(desk.order().due_at > desk.now);
    desk.must(again);
    CHECK(desk.order().due_at == desk.now);
    desk.must(Wake{"ord_a"});
    CHECK(desk.told() == Types{"point.credit", "order-item.save"});

    desk.points(point::Action::credit, true);
    REQUIRE(desk.status() == Status::FAILING);
    desk.now += Duration{5};
    desk.must(again);
    desk.must(Wake{"ord_a"});
    CHECK(desk.told() == Types{"order-item.revoke"});
}

TEST_CASE("an approval that may be under way is left alone") {
    Desk desk;
    desk.place();
    CHECK(desk.must(desk.heard(Stage::approvable)).next == Next::approve);
    const auto due_at = desk.order().due_at;
    CHECK(desk.code_of(again) == Code::conflict);
    CHECK(desk.order().due_at == due_at);
    desk.now += desk.settings.approval_recheck;
    desk.must(again);
    CHECK(desk.order().due_at == desk.now);
}

TEST_CASE("a refund is due now, unless its call may be under way") {
    Desk desk = returning();
    desk.must(PostponeRefund{receipt_a});
    REQUIRE(desk.refund().due_at > desk.now);
    const auto answer = desk.must(again);
    CHECK(answer.next == Next::refund);
    CHECK(answer.refund->receipt_id == receipt_a);
    CHECK(desk.refund().due_at == desk.now);
    desk.must(nothing_returned);
    CHECK(desk.code_of(again) == Code::conflict);
    desk.now += desk.settings.refund_recheck;
    CHECK(desk.must(again).next == Next::refund);
    CHECK(desk.must(nothing_returned).next == Next::cancel);
}

TEST_CASE("a refund that was refused is opened again, and nobody closes the order meanwhile") {
    Desk desk = returning();
    refuse_refund(desk);
    const auto version = desk.order().version;
    CHECK(desk.must(again).next == Next::refund);
    CHECK(desk.refund().status == RefundStatus::open);
    CHECK(desk.order().failure == Failure::POINTS_REFUSED);
    CHECK(desk.order().version == version + 1);
    CHECK(desk.code_of(CloseRefused{"ord_a"}) == Code::conflict);
    refuse_refund(desk);
    desk.must(again);
    desk.must(nothing_returned);
    desk.must(RefundEnded{receipt_a, payment(receipt_a, "ord_a", Stage::canceled)});
    CHECK(desk.status() == Status::FAIL);
    CHECK(desk.order().failure == Failure::POINTS_REFUSED);
}

TEST_CASE("why an order was turned round is told by its steps once its refund is open again") {
    const auto failure_of = [](auto turn) {
        Desk desk;
        desk.place();
        turn(desk);
        REQUIRE(desk.state.refunds.contains(receipt_a));
        refuse_refund(desk);
        desk.must(again);
        return desk.order().failure;
    };
    CHECK(failure_of([](Desk& desk) {
              desk.must(desk.heard(Stage::paid));
              desk.now += Duration{1};
              desk.item(order_item::Action::save, true);
              desk.points(point::Action::reverse);
          }) == Failure::ITEM_REFUSED);
    CHECK(failure_of([](Desk& desk) {
              auto other = desk.heard(Stage::paid);
              other.payment.price = Won{4'000};
              static_cast<void>(desk.run(other));
          }) == Failure::AMOUNT_MISMATCH);
    CHECK(failure_of([](Desk& desk) {
              desk.must(desk.heard(Stage::paid));
              desk.now += desk.settings.saga_deadline;
              desk.must(Wake{"ord_a"});
              desk.points(point::Action::reverse);
              desk.item(order_item::Action::revoke);
          }) == Failure::TIMED_OUT);
}

TEST_CASE("there is nothing to retry of an order that waits for nothing") {
    Desk desk;
    CHECK(desk.code_of(again) == Code::not_found);
    desk.succeed();
    CHECK(desk.code_of(again) == Code::conflict);
    CHECK(desk.state.changed_orders.empty());
    Desk failed = returning();
    failed.must(nothing_returned);
    failed.must(RefundEnded{receipt_a, payment(receipt_a, "ord_a", Stage::canceled)});
    CHECK(failed.code_of(again) == Code::conflict);
    CHECK(failed.state.changed_refunds.empty());
}
