#include "order/saga.hpp"

#include "order/desk.hpp"

using namespace pay;
using namespace pay::order;
using namespace pay::order::test;
using PointAction = point::Action;
using ItemAction = order_item::Action;

namespace {

StepStatus point_step(Desk& desk) {
    return desk.order().point->status;
}
StepStatus item_step(Desk& desk) {
    return desk.order().order_item.status;
}

}  // namespace

TEST_CASE("both done, in either order and however often, is success once") {
    Desk desk;
    desk.pay();
    bool points_first = false;
    SUBCASE("points first") {
        points_first = true;
    }
    SUBCASE("item first") {
        points_first = false;
    }
    if (points_first) desk.points(PointAction::credit);
    desk.item(ItemAction::save);
    if (!points_first) desk.points(PointAction::credit);
    CHECK(desk.status() == Status::SUCCESS);
    CHECK(desk.told() == Types{"order.succeeded"});
    CHECK(!desk.order().due_at);
    CHECK(!desk.order().deadline_at);
    const auto version = desk.order().version;
    desk.points(PointAction::credit);
    desk.item(ItemAction::save);
    CHECK(desk.order().version == version);
    CHECK(desk.messages.empty());
}

TEST_CASE("content sold for money has no point step") {
    Desk desk;
    desk.place("ord_a", "kim", "itm_c");
    desk.must(Confirm{"ord_a", "kim", payment(receipt_a, "ord_a", Stage::paid, Won{300})});
    CHECK(desk.told() == Types{"order.paid", "order-item.save"});
    CHECK(!desk.order().point);
    CHECK(desk.code_of(PointReplied{{"ord_a", PointAction::credit, ""}, false}) == Code::not_found);
    SUBCASE("saved") {
        desk.item(ItemAction::save);
        CHECK(desk.status() == Status::SUCCESS);
    }
    SUBCASE("owned already: the money goes back at once") {
        const auto answer = desk.item(ItemAction::save, true);
        CHECK(answer.next == Next::refund);
        CHECK(desk.status() == Status::FAILING);
        CHECK(desk.messages.empty());
        desk.must(BeginRefund{receipt_a, Won{300}, Won{300}});
        CHECK(desk.status() == Status::FAIL);
        CHECK(desk.order().failure == Failure::ITEM_REFUSED);
    }
}

TEST_CASE("a refused item is undone: points first, then the payment") {
    Desk desk;
    desk.pay();
    desk.points(PointAction::credit);
    desk.item(ItemAction::save, true);
    CHECK(desk.status() == Status::FAILING);
    CHECK(desk.told() == Types{"point.reverse"});
    CHECK(desk.state.refunds.empty());
    const auto answer = desk.points(PointAction::reverse);
    CHECK(answer.next == Next::refund);
    CHECK(point_step(desk) == StepStatus::reversed);
    CHECK(!desk.order().due_at);
    CHECK(desk.refund().due_at == desk.now);
    desk.must(BeginRefund{receipt_a, Won{5'000}, Won{5'000}});
    CHECK(desk.status() == Status::FAIL);
    CHECK(desk.order().payment.status == StepStatus::reversed);
    CHECK(desk.order().canceled_amount == Won{5'000});
    CHECK(desk.told() == Types{"order.failed"});
}

TEST_CASE("refused points are undone: the item, then the payment") {
    Desk desk;
    desk.pay();
    desk.item(ItemAction::save);
    desk.points(PointAction::credit, true);
    CHECK(desk.status() == Status::FAILING);
    CHECK(desk.order().failure == Failure::POINTS_REFUSED);
    CHECK(desk.told() == Types{"order-item.revoke"});
    CHECK(desk.item(ItemAction::revoke).next == Next::refund);
    CHECK(item_step(desk) == StepStatus::reversed);
}

TEST_CASE("the deadline turns the saga round, once") {
    Desk desk;
    desk.pay();
    desk.points(PointAction::credit);
    const Time deadline = *desk.order().deadline_at;
    CHECK(deadline == desk.now + desk.settings.saga_deadline);
    while (desk.status() == Status::PAID) desk.wake();
    CHECK(desk.now == deadline);
    CHECK(desk.order().failure == Failure::TIMED_OUT);
    CHECK(desk.told() == Types{"point.reverse"});
    CHECK(!desk.order().deadline_at);

    SUBCASE("the points are spent: forward again, and no deadline any more") {
        desk.points(PointAction::reverse, true);
        CHECK(desk.status() == Status::PAID);
        CHECK(desk.order().failure == Failure::NONE);
        CHECK(desk.told() == Types{"order-item.save"});
        for (int i = 0; i < 20; ++i) {
            desk.wake();
            CHECK(desk.status() == Status::PAID);
            CHECK(desk.told() == Types{"order-item.save"});
        }
        desk.item(ItemAction::save);
        CHECK(desk.status() == Status::SUCCESS);
    }
    SUBCASE("the item was saved meanwhile and the points are spent") {
        desk.item(ItemAction::save);
        CHECK(desk.status() == Status::FAILING);
        desk.points(PointAction::reverse, true);
        CHECK(desk.status() == Status::SUCCESS);
        CHECK(desk.told() == Types{"order.succeeded"});
    }
    SUBCASE("both are undone, one after the other") {
        desk.points(PointAction::reverse);
        CHECK(desk.told() == Types{"order-item.revoke"});
        desk.item(ItemAction::revoke);
        CHECK(desk.refund().status == RefundStatus::open);
    }
}

TEST_CASE("points that are spent and an item that is refused still come to an end") {
    Desk desk;
    desk.pay();
    desk.points(PointAction::credit);
    SUBCASE("the item first") {
        desk.item(ItemAction::save, true);
        desk.points(PointAction::reverse, true);
    }
    SUBCASE("the item last") {
        while (desk.status() == Status::PAID) desk.wake();
        desk.points(PointAction::reverse, true);
        desk.item(ItemAction::save, true);
    }
    CHECK(desk.status() == Status::SUCCESS);
    CHECK(item_step(desk) == StepStatus::failed);
    CHECK(desk.state.refunds.empty());
    CHECK(!desk.order().due_at);
}

TEST_CASE("late replies to the credit and the save") {
    Desk desk;
    desk.pay();
    while (desk.status() == Status::PAID) desk.wake();
    SUBCASE("a credit that came in time is reversed all the same") {
        desk.points(PointAction::credit);
        CHECK(desk.status() == Status::FAILING);
        CHECK(point_step(desk) == StepStatus::done);
        desk.points(PointAction::reverse);
        CHECK(point_step(desk) == StepStatus::reversed);
    }
    SUBCASE("a credit refused by the reversal is no news") {
        desk.points(PointAction::credit, true);
        CHECK(point_step(desk) == StepStatus::pending);
        desk.points(PointAction::reverse);
        desk.points(PointAction::credit, true);
        desk.points(PointAction::credit);
        CHECK(point_step(desk) == StepStatus::reversed);
    }
    SUBCASE("a save that came in time is revoked") {
        desk.item(ItemAction::save);
        desk.points(PointAction::reverse);
        CHECK(desk.told() == Types{"order-item.revoke"});
        desk.item(ItemAction::revoke);
        desk.item(ItemAction::save);
        desk.item(ItemAction::save, true);
        CHECK(item_step(desk) == StepStatus::reversed);
    }
    CHECK(desk.status() == Status::FAILING);
}

TEST_CASE("replies nobody waits for leave every other status alone") {
    for (const auto status :
         {Status::SUCCESS, Status::FAIL, Status::CANCELED, Status::EXPIRED, Status::PENDING}) {
        Desk desk;
        desk.succeed();
        desk.order().status = status;
        const auto before = desk.order();
        desk.points(PointAction::reverse);
        desk.points(PointAction::reverse, true);
        desk.points(PointAction::credit, true);
        desk.item(ItemAction::revoke);
        desk.item(ItemAction::save, true);
        CHECK(desk.order().version == before.version);
        CHECK(desk.status() == status);
        CHECK(desk.messages.empty());
    }
}

TEST_CASE("what is not answered is sent again, ever more slowly") {
    Desk desk;
    desk.pay();
    const auto version = desk.order().version;
    desk.points(PointAction::credit);
    Duration last{0};
    for (int i = 0; i < 4; ++i) {
        const Time before = desk.now;
        desk.wake();
        CHECK(desk.told() == Types{"order-item.save"});
        CHECK(desk.now - before >= last);
        last = desk.now - before;
    }
    CHECK(desk.order().version == version + 1);
    desk.item(ItemAction::save, true);
    for (int i = 0; i < 8; ++i) {
        desk.wake();
        CHECK(desk.told() == Types{"point.reverse"});
        CHECK(desk.order().due_at > desk.now);
    }
}
