#include "order/desk.hpp"
#include "order/saga.hpp"

/// Orders paid with points: held, saved, settled, and every way back.
namespace pay::order::test {
namespace {

using point::Action;

struct PointsDesk : Desk {
    Place buy(std::string id = "ord_a", std::string user = "kim") const {
        auto wanted = test::wish(std::move(id), std::move(user), "itm_c");
        wanted.payment_method = PaymentMethod::points;
        return {wanted, {}};
    }
    void answer(Action action, bool refused = false, std::string id = "ord_a") {
        point::Reply reply{id, action, refused ? "INSUFFICIENT_POINTS" : ""};
        reply.hold_id = id;
        must(PointReplied{reply, refused});
    }
    void own(std::string id = "ord_a") {
        must(buy(id));
        answer(Action::hold, false, id);
        item(order_item::Action::save, false, id);
        answer(Action::settle, false, id);
    }
};

}  // namespace

TEST_CASE("content is bought with points: held, saved, settled") {
    PointsDesk desk;
    const auto placed = desk.must(desk.buy());
    CHECK(placed.order.status == Status::PENDING);
    CHECK_FALSE(placed.order.amount);
    CHECK(placed.order.points == Points{3});
    CHECK(desk.told() == Types{"point.hold"});
    desk.answer(Action::hold);
    CHECK(desk.status() == Status::PAID);
    CHECK(desk.told() == Types{"order.paid", "order-item.save"});
    desk.item(order_item::Action::save);
    CHECK(desk.status() == Status::PAID);
    CHECK(desk.told() == Types{"point.settle"});
    desk.answer(Action::settle);
    CHECK(desk.status() == Status::SUCCESS);
    CHECK(desk.told() == Types{"order.succeeded"});
    CHECK_FALSE(desk.order().due_at);
}

TEST_CASE("too few points end the order with nothing moved") {
    PointsDesk desk;
    desk.must(desk.buy());
    desk.answer(Action::hold, true);
    CHECK(desk.status() == Status::FAIL);
    CHECK(desk.order().failure == Failure::INSUFFICIENT_POINTS);
    CHECK(desk.told() == Types{"order.failed"});
    CHECK_FALSE(desk.order().due_at);
    CHECK(desk.state.owned.empty());
}

TEST_CASE("an item that is refused has the points released") {
    PointsDesk desk;
    desk.must(desk.buy());
    desk.answer(Action::hold);
    desk.item(order_item::Action::save, true);
    CHECK(desk.status() == Status::FAILING);
    CHECK(desk.told() == Types{"point.release"});
    desk.answer(Action::release);
    CHECK(desk.status() == Status::FAIL);
    CHECK(desk.order().failure == Failure::ITEM_REFUSED);
    CHECK(desk.order().payment.status == StepStatus::reversed);
}

TEST_CASE("the deadline turns it round until the item is saved, and not after") {
    PointsDesk desk;
    desk.must(desk.buy());
    desk.now += desk.settings.saga_deadline;
    desk.must(Wake{"ord_a"});
    CHECK(desk.status() == Status::FAILING);
    CHECK(desk.told() == Types{"order-item.revoke"});
    desk.answer(Action::hold);  // late: it is released all the same
    desk.item(order_item::Action::revoke);
    CHECK(desk.told() == Types{"point.release"});
    desk.answer(Action::release);
    CHECK(desk.status() == Status::FAIL);

    desk.must(desk.buy("ord_b"));
    desk.answer(Action::hold, false, "ord_b");
    desk.item(order_item::Action::save, false, "ord_b");
    desk.now += 2 * desk.settings.saga_deadline;
    desk.must(Wake{"ord_b"});
    CHECK(desk.status("ord_b") == Status::PAID);
    CHECK(desk.told() == Types{"point.settle"});
}

TEST_CASE("what is not answered is asked again") {
    PointsDesk desk;
    desk.must(desk.buy());
    desk.wake();
    CHECK(desk.told() == Types{"point.hold"});
    desk.answer(Action::hold);
    desk.wake();
    CHECK(desk.told() == Types{"order-item.save"});
}

TEST_CASE("content that a user has cannot be ordered again, until it is canceled") {
    PointsDesk desk;
    desk.own();
    const auto again = desk.run(desk.buy("ord_b"));
    REQUIRE_FALSE(again);
    CHECK(again.error().code == Code::conflict);
    CHECK(again.error().order_id == "ord_a");
    CHECK(desk.run(desk.buy("ord_c", "lee")));

    Cancel wish;
    wish.cancellation_id = "can_a";
    wish.order_id = "ord_a";
    wish.user_id = wish.asked_by = "kim";
    wish.amount = Won{1};
    CHECK(desk.code_of(wish) == Code::invalid);
    wish.amount.reset();
    desk.must(wish);
    CHECK(desk.told() == Types{"order-item.revoke"});
    desk.item(order_item::Action::revoke);
    CHECK(desk.told() == Types{"point.reverse"});
    desk.points(Action::reverse);
    CHECK(desk.status() == Status::CANCELED);
    CHECK(desk.order().canceled_amount == Won{0});
    CHECK(desk.run(desk.buy("ord_d")));
}

TEST_CASE("an order paid with points takes no receipt and no amount") {
    PointsDesk desk;
    auto wanted = desk.buy();
    wanted.order.stated_amount = Won{300};
    CHECK(desk.code_of(wanted) == Code::invalid);
    desk.must(desk.buy());
    CHECK(desk.code_of(desk.heard(Stage::paid)) == Code::conflict);
    wanted = desk.buy("ord_p");
    wanted.order.stated_amount.reset();
    wanted.order.item_id = "itm_p";
    CHECK(desk.code_of(wanted) == Code::invalid);
}

}  // namespace pay::order::test
