#include "order/cancel_desk.hpp"

/// Cancels: who may, what they take back and return, and every way they end.
namespace pay::order::test {
using point::Action;

TEST_CASE("a whole cancel holds the points, returns the money, settles and revokes") {
    CancelDesk desk;
    desk.succeed();
    const auto begun = desk.must(desk.wish());
    CHECK(begun.order.status == Status::CANCELING);
    CHECK(desk.told() == Types{"point.hold"});
    CHECK(desk.sent_hold().points == Points{500});
    CHECK_FALSE(desk.sent_hold().owed);
    desk.held(Action::hold);
    CHECK(desk.refund().due_at == desk.now);
    desk.returned(Won{5'000});
    CHECK_FALSE(desk.part);  // all that is left
    CHECK(desk.told() == Types{"point.settle"});
    desk.held(Action::settle);
    CHECK(desk.told() == Types{"order-item.revoke"});
    desk.item(order_item::Action::revoke);
    CHECK(desk.status() == Status::CANCELED);
    CHECK(desk.told() == Types{"order.canceled"});
    CHECK(desk.order().canceled_amount == Won{5'000});
    CHECK(desk.order().payment.status == StepStatus::reversed);
    CHECK(desk.last().phase == Phase::done);
    CHECK_FALSE(desk.order().due_at);
}

TEST_CASE("parts take the points of the running total, rounded up, and never more than all") {
    CancelDesk desk;
    desk.succeed();
    Points taken;
    Won total;
    for (const auto& [amount, points] :
         {std::pair{1, 1}, {1'000, 100}, {999, 99}, {2'999, 300}, {1, 0}}) {
        CAPTURE(amount);
        desk.must(desk.wish(Won{amount}));
        total += Won{amount};
        taken += Points{points};
        CHECK(desk.last().points == Points{points});
        if (points > 0) desk.held(Action::hold);
        desk.returned(total);
        if (total < Won{5'000}) CHECK(desk.part == Won{amount});
        if (points > 0) desk.held(Action::settle);
        if (total == Won{5'000}) desk.item(order_item::Action::revoke);
        CHECK(desk.order().canceled_amount == total);
        CHECK(desk.status() == (total == Won{5'000} ? Status::CANCELED : Status::SUCCESS));
    }
    CHECK(taken == Points{500});
    CHECK(desk.code_of(desk.wish()) == Code::not_cancelable);
}

TEST_CASE("points that are spent stop a cancel before the gateway is asked") {
    CancelDesk desk;
    desk.succeed();
    desk.must(desk.wish());
    desk.held(Action::hold, true);
    CHECK(desk.status() == Status::SUCCESS);
    CHECK(desk.order().failure == Failure::POINTS_SPENT);
    CHECK(desk.last().phase == Phase::refused);
    CHECK(desk.state.refunds.empty());
    // The next one starts afresh.
    desk.must(desk.wish(Won{1'000}));
    CHECK(desk.order().failure == Failure::NONE);
    CHECK(desk.sent_hold().points == Points{100});
}

TEST_CASE("a gateway that refuses has the points released, and the order stands") {
    CancelDesk desk;
    desk.succeed();
    desk.must(desk.wish(Won{2'000}));
    desk.held(Action::hold);
    desk.gateway_refuses();
    CHECK(desk.status() == Status::CANCELING);
    CHECK(desk.told() == Types{"point.release"});
    desk.held(Action::release);
    CHECK(desk.status() == Status::SUCCESS);
    CHECK(desk.order().failure == Failure::CANCEL_REFUSED);
    CHECK(desk.order().canceled_amount == Won{0});
    // The same receipt can be tried again.
    desk.must(desk.wish(Won{2'000}));
    desk.held(Action::hold);
    CHECK(desk.refund().status == RefundStatus::open);
    desk.returned(Won{2'000});
    desk.held(Action::settle);
    CHECK(desk.order().canceled_amount == Won{2'000});
}

TEST_CASE("what is not answered is asked again, in every phase") {
    CancelDesk desk;
    desk.succeed();
    desk.must(desk.wish());
    desk.wake();
    CHECK(desk.told() == Types{"point.hold"});
    desk.held(Action::hold);
    CHECK_FALSE(desk.order().due_at);  // the refund has its own time table
    desk.returned(Won{5'000});
    desk.wake();
    CHECK(desk.told() == Types{"point.settle"});
    desk.held(Action::settle);
    desk.wake();
    CHECK(desk.told() == Types{"order-item.revoke"});
    desk.item(order_item::Action::revoke);
    CHECK(desk.status() == Status::CANCELED);
}

TEST_CASE("replies that come twice or late change nothing") {
    CancelDesk desk;
    desk.succeed();
    desk.must(desk.wish());
    desk.points(Action::credit);
    desk.item(order_item::Action::save);
    desk.held(Action::settle);
    desk.held(Action::release);
    CHECK(desk.last().phase == Phase::holding);
    desk.held(Action::hold);
    desk.held(Action::hold);
    CHECK(desk.last().phase == Phase::returning);
    desk.returned(Won{5'000});
    desk.held(Action::hold, true);
    CHECK(desk.last().phase == Phase::settling);
    desk.held(Action::settle);
    desk.held(Action::settle);
    desk.item(order_item::Action::revoke);
    const auto version = desk.order().version;
    desk.item(order_item::Action::revoke);
    desk.held(Action::settle);
    CHECK(desk.order().version == version);
    CHECK(desk.status() == Status::CANCELED);
}

TEST_CASE("who may cancel what") {
    CancelDesk desk;
    desk.place();
    CHECK(desk.code_of(desk.wish()) == Code::not_cancelable);
    CHECK(desk.code_of(desk.wish({}, "lee")) == Code::not_found);
    desk.must(desk.heard(Stage::paid));
    CHECK(desk.code_of(desk.wish()) == Code::not_cancelable);
    desk.points(Action::credit);
    desk.item(order_item::Action::save);
    CHECK(desk.code_of(desk.wish(Won{0})) == Code::invalid);
    CHECK(desk.code_of(desk.wish(Won{5'001})) == Code::invalid);
    auto silent = desk.wish({}, "");
    silent.reason.clear();
    CHECK(desk.code_of(silent) == Code::invalid);
    desk.now += std::chrono::days{7};
    CHECK(desk.code_of(desk.wish()) == Code::not_cancelable);
    const auto by_admin = desk.must(desk.wish({}, ""));
    CHECK(by_admin.cancellation->origin == Origin::admin);
    CHECK(desk.code_of(desk.wish({}, "")) == Code::not_cancelable);
}

TEST_CASE("what the way of paying allows") {
    CancelDesk desk;
    desk.succeed();
    desk.order().gateway_method = "phone";
    CHECK(desk.code_of(desk.wish(Won{1'000})) == Code::invalid);
    desk.now = *parse_rfc3339("2026-03-31T14:59:59Z");  // still March in Korea
    desk.order().paid_at = *parse_rfc3339("2026-02-28T15:00:00Z");
    desk.settings.cancel.cool_off = std::chrono::days{365};
    auto preview = desk.wish();
    preview.simulate = true;
    CHECK(desk.run(preview));
    desk.now += std::chrono::seconds{1};
    CHECK(desk.code_of(desk.wish()) == Code::not_cancelable);
    CHECK(desk.code_of(desk.wish({}, "")) == Code::not_cancelable);

    desk.order().gateway_method = "vbank";
    CHECK(desk.code_of(desk.wish()) == Code::invalid);
    auto wish = desk.wish();
    wish.account = gateway::RefundAccount{"004", "123", "kim"};
    desk.must(wish);
    CHECK(desk.last().account);
    desk.held(Action::hold);
    CHECK_FALSE(desk.last().account);
    REQUIRE(desk.refund().account);
    CHECK(desk.refund().account->account == "123");
    desk.returned(Won{5'000});
    CHECK_FALSE(desk.refund().account);
}

TEST_CASE("the buyer of an order that failed says where the money of a virtual account goes") {
    CancelDesk desk;
    desk.pay();
    auto wish = desk.wish();
    wish.account = gateway::RefundAccount{"004", "123", "kim"};
    CHECK(desk.code_of(wish) == Code::not_cancelable);
    desk.item(order_item::Action::save, true);
    desk.points(Action::reverse);
    CHECK(desk.code_of(wish) == Code::not_cancelable);  // it is not refused yet
    desk.gateway_refuses();
    CHECK(desk.order().failure == Failure::REFUND_REFUSED);
    const auto again = desk.must(wish);
    CHECK(again.order.status == Status::FAILING);
    CHECK(again.next == Next::refund);
    desk.returned(Won{5'000});
    CHECK_FALSE(desk.refund().account);
    CHECK(desk.status() == Status::FAIL);
}

TEST_CASE("a fee is kept of what users cancel, not of what admins do") {
    CancelDesk desk;
    desk.settings.cancel.fee_permille = 100;
    desk.succeed();
    desk.must(desk.wish(Won{2'005}));
    CHECK(desk.last().fee == Won{200});
    desk.held(Action::hold);
    desk.returned(Won{1'805});
    CHECK(desk.part == Won{1'805});
    desk.held(Action::settle);
    CHECK(desk.order().canceled_amount == Won{2'005});
    CHECK(desk.order().cancel_fee == Won{200});
    desk.must(desk.wish({}, ""));
    CHECK(desk.last().fee == Won{0});
    desk.held(Action::hold);
    desk.returned(Won{4'800});
    CHECK(desk.part == Won{2'995});
    desk.held(Action::settle);
    desk.item(order_item::Action::revoke);
    CHECK(desk.status() == Status::CANCELED);
    CHECK(desk.order().cancel_fee == Won{200});
}

TEST_CASE("bonus points are taken back in proportion") {
    CancelDesk desk;
    desk.succeed();
    desk.order().bonus = Points{33};
    desk.must(desk.wish(Won{2'500}));
    CHECK(desk.sent_hold().points == Points{250});
    CHECK(desk.sent_hold().bonus == Points{17});
    desk.held(Action::hold);
    desk.returned(Won{2'500});
    desk.held(Action::settle);
    desk.must(desk.wish());
    CHECK(desk.sent_hold().points == Points{250});
    CHECK(desk.sent_hold().bonus == Points{16});
}

TEST_CASE("a simulated cancel asks the point service and changes nothing") {
    CancelDesk desk;
    desk.succeed();
    const auto before = desk.order().version;
    auto wish = desk.wish(Won{1'000});
    wish.simulate = true;
    const auto asked = desk.must(wish);
    CHECK(desk.sent_hold().simulate);
    CHECK(desk.status() == Status::SUCCESS);
    const auto& id = asked.cancellation->id;
    for (const bool refused : {true, false}) {
        point::Reply reply{"ord_a", Action::hold, refused ? "INSUFFICIENT_POINTS" : ""};
        reply.hold_id = id;
        desk.must(PointReplied{reply, refused});
    }
    CHECK(desk.state.cancellations.at(id).phase == Phase::refused);
    CHECK(desk.state.cancellations.at(id).failure == Failure::POINTS_SPENT);
    CHECK(desk.status() == Status::SUCCESS);
    CHECK(desk.order().version == before);
    CHECK(desk.state.refunds.empty());
}

TEST_CASE("content paid with money is canceled whole, without points") {
    CancelDesk desk;
    desk.place("ord_a", "kim", "itm_c");
    desk.must(Confirm{"ord_a", "kim", payment(receipt_a, "ord_a", Stage::paid, Won{300})});
    desk.item(order_item::Action::save);
    CHECK(desk.state.owned.at("kim/itm_c") == "ord_a");
    Won before;
    SUBCASE("all of it") {}
    SUBCASE("all that is left, after the back office returned a part") {
        before = Won{100};
        auto heard = desk.heard(Stage::paid);
        heard.payment = payment(receipt_a, "ord_a", Stage::paid, Won{300});
        heard.payment.canceled = before;
        heard.cancellation_id = "can_g";
        desk.must(heard);
    }
    CHECK(desk.code_of(desk.wish(Won{100})) == Code::invalid);
    desk.must(desk.wish());
    CHECK(desk.last().phase == Phase::returning);
    auto shown = payment(receipt_a, "ord_a", Stage::canceled, Won{300});
    const auto begun = desk.must(BeginRefund{receipt_a, Won{300}, before});
    desk.must(RefundEnded{receipt_a, shown, begun.refund->called_at});
    desk.item(order_item::Action::revoke);
    CHECK(desk.status() == Status::CANCELED);
    CHECK(desk.state.owned.empty());
}

TEST_CASE("shares are rounded up without overflow") {
    CHECK(share_of(Points{500}, Won{0}, Won{5'000}) == Points{0});
    CHECK(share_of(Points{500}, Won{1}, Won{5'000}) == Points{1});
    CHECK(share_of(Points{500}, Won{5'000}, Won{5'000}) == Points{500});
    const Points most{largest_amount};
    CHECK(share_of(most, Won{largest_amount}, Won{largest_amount}) == most);
    CHECK(
        share_of(most, Won{largest_amount - 1}, Won{largest_amount}) == Points{largest_amount - 1}
    );
}

}  // namespace pay::order::test
