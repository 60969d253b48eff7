#include "order/cancel_desk.hpp"

/// What the gateway returned without being asked: the order follows.
namespace pay::order::test {

using point::Action;

TEST_CASE("what the gateway returned behind our back is followed; spent points are owed") {
    CancelDesk desk;
    desk.succeed();
    auto heard = desk.heard(Stage::paid);
    heard.payment.canceled = Won{1'500};
    heard.cancellation_id = "can_g1";
    desk.must(heard);
    CHECK(desk.status() == Status::CANCELING);
    CHECK(desk.sent_hold().owed);
    CHECK(desk.sent_hold().points == Points{150});
    desk.must(heard);  // the same news again
    desk.held(Action::hold);
    CHECK(desk.told() == Types{"point.settle"});  // nothing is asked of the gateway
    desk.held(Action::settle);
    CHECK(desk.status() == Status::SUCCESS);
    CHECK(desk.order().canceled_amount == Won{1'500});
    desk.must(heard);
    CHECK(desk.status() == Status::SUCCESS);

    auto all = desk.heard(Stage::canceled);
    all.cancellation_id = "can_g2";
    desk.must(all);
    desk.held(Action::hold);
    desk.held(Action::settle);
    desk.item(order_item::Action::revoke);
    CHECK(desk.status() == Status::CANCELED);
    CHECK(desk.order().canceled_amount == Won{5'000});
    CHECK(desk.order().cancel_fee == Won{0});
    CHECK(desk.state.refunds.empty());
}

TEST_CASE("a fee that was kept goes back when the gateway returns everything") {
    CancelDesk desk;
    desk.settings.cancel.fee_permille = 100;
    desk.succeed();
    desk.must(desk.wish(Won{2'000}));
    desk.held(Action::hold);
    desk.returned(Won{1'800});
    desk.held(Action::settle);
    auto all = desk.heard(Stage::canceled);
    all.cancellation_id = "can_g";
    desk.must(all);
    CHECK(desk.last().amount == Won{3'000});
    CHECK(desk.last().fee == Won{-200});
    desk.held(Action::hold);
    desk.held(Action::settle);
    desk.item(order_item::Action::revoke);
    CHECK(desk.order().returned() == Won{5'000});
    CHECK(desk.order().cancel_fee == Won{0});
}

TEST_CASE("a payment canceled at the gateway while the services work turns the order round") {
    CancelDesk desk;
    desk.pay();
    desk.must(desk.heard(Stage::canceled));
    CHECK(desk.status() == Status::FAILING);
    CHECK(desk.order().failure == Failure::PAYMENT_CANCELED);
    desk.points(Action::reverse);
    desk.item(order_item::Action::revoke);
    desk.must(BeginRefund{receipt_a, Won{5'000}, Won{5'000}});
    CHECK(desk.status() == Status::FAIL);
}

}  // namespace pay::order::test
