#include "order/rules.hpp"

#include "order/desk.hpp"

using namespace pay;
using namespace pay::order;
using namespace pay::order::test;

TEST_CASE("a paid receipt pays the order once, whoever brings it") {
    Desk desk;
    desk.place();
    const auto paid = desk.must(desk.heard(Stage::paid));
    CHECK(paid.order.status == Status::PAID);
    CHECK(paid.order.receipt_id == receipt_a);
    CHECK(desk.told() == Types{"order.paid", "point.credit", "order-item.save"});
    // The webhook and the poller come without a user, the browser with its own.
    for (const std::string user : {"", "kim"}) {
        auto again = desk.heard(Stage::paid);
        again.user_id = user;
        CHECK(desk.must(again).order.version == paid.order.version);
        CHECK(desk.messages.empty());
        CHECK(desk.state.changed_orders.empty());
    }
}

TEST_CASE("somebody else's order is not found") {
    Desk desk;
    desk.place();
    auto command = desk.heard(Stage::paid);
    command.user_id = "lee";
    CHECK(desk.code_of(command) == Code::not_found);
    CHECK(desk.code_of(Confirm{"ord_x", "", command.payment}) == Code::not_found);
    CHECK(desk.status() == Status::PENDING);
}

TEST_CASE("an approvable receipt is claimed and approved once") {
    Desk desk;
    desk.place();
    const auto first = desk.must(desk.heard(Stage::approvable));
    CHECK(first.next == Next::approve);
    CHECK(first.order.receipt_id == receipt_a);
    CHECK(first.order.approval_at == desk.now);
    CHECK(desk.must(desk.heard(Stage::approvable)).next == Next::await);
    CHECK(desk.state.changed_orders.empty());
    SUBCASE("an approval without an outcome is asked for again, later") {
        desk.now += desk.settings.approval_recheck - Duration{1};
        CHECK(desk.must(desk.heard(Stage::approvable)).next == Next::await);
        desk.now += Duration{1};
        CHECK(desk.must(desk.heard(Stage::approvable)).next == Next::approve);
    }
    SUBCASE("an earlier call that never left does not end the one under way") {
        const Time earlier = desk.now;
        desk.now += desk.settings.approval_recheck;
        CHECK(desk.must(desk.heard(Stage::approvable)).next == Next::approve);
        desk.must(
            ApprovalEnded{"ord_a", receipt_a, std::unexpected(gateway::Refusal::not_sent), earlier}
        );
        CHECK(desk.must(desk.heard(Stage::approvable)).next == Next::await);
    }
    SUBCASE("approved is paid") {
        const auto ended =
            desk.must(ApprovalEnded{"ord_a", receipt_a, payment(receipt_a, "ord_a", Stage::paid)});
        CHECK(ended.order.status == Status::PAID);
        CHECK(!ended.order.approval_at);
    }
    SUBCASE("what never left the house can be asked for at once") {
        const auto ended = desk.must(
            ApprovalEnded{"ord_a", receipt_a, std::unexpected(gateway::Refusal::not_sent), desk.now}
        );
        CHECK(ended.refusal->code == Code::payment_gateway_unavailable);
        CHECK(!ended.order.approval_at);
        CHECK(desk.must(desk.heard(Stage::approvable)).next == Next::approve);
    }
    SUBCASE("an unknown outcome leaves the claim and the intent") {
        using enum gateway::Refusal;
        for (const auto refusal : {unknown, timed_out, not_ready, refused}) {
            const auto ended =
                desk.must(ApprovalEnded{"ord_a", receipt_a, std::unexpected(refusal)});
            CHECK(
                ended.refusal->code == (refusal == timed_out ? Code::payment_gateway_timeout
                                                             : Code::payment_gateway_unavailable)
            );
            CHECK(desk.status() == Status::PENDING);
            CHECK(desk.order().receipt_id == receipt_a);
            CHECK(desk.order().approval_at);
        }
    }
}

TEST_CASE("a decline lets the receipt go, and another one may be tried") {
    Desk desk;
    desk.place();
    desk.must(desk.heard(Stage::approvable));
    CHECK(
        desk.code_of(ApprovalEnded{"ord_a", receipt_a, std::unexpected(gateway::Refusal::declined)}
        ) == Code::payment_declined
    );
    CHECK(desk.status() == Status::PENDING);
    CHECK(desk.order().receipt_id.empty());
    CHECK(desk.state.order_of_receipt.empty());
    CHECK(desk.code_of(desk.heard(Stage::declined)) == Code::payment_declined);
    CHECK(desk.must(desk.heard(Stage::approvable, receipt_b)).next == Next::approve);
    CHECK(desk.must(desk.heard(Stage::paid, receipt_b)).order.status == Status::PAID);
}

TEST_CASE("a decline found by a look-up lets the receipt go too") {
    for (const auto stage : {Stage::declined, Stage::failed, Stage::canceled}) {
        Desk desk;
        desk.place();
        desk.must(desk.heard(Stage::approvable));
        const auto code = desk.code_of(desk.heard(stage));
        CHECK(code == (stage == Stage::declined ? Code::payment_declined : Code::receipt_invalid));
        CHECK(desk.order().receipt_id.empty());
        CHECK(desk.code_of(desk.heard(stage)) == code);
        CHECK(desk.status() == Status::PENDING);
    }
}

TEST_CASE("an approval that charged after its order went on loses no money") {
    Desk desk;
    desk.place();
    desk.must(desk.heard(Stage::approvable));
    desk.code_of(desk.heard(Stage::failed));
    const ApprovalEnded late{"ord_a", receipt_a, payment(receipt_a, "ord_a", Stage::paid)};
    SUBCASE("the order still waits: it is paid") {
        CHECK(desk.must(late).order.status == Status::PAID);
        CHECK(desk.state.refunds.empty());
    }
    SUBCASE("another receipt paid it: the money goes back") {
        desk.must(desk.heard(Stage::paid, receipt_b));
        const auto answer = desk.must(late);
        CHECK(answer.refusal->code == Code::receipt_invalid);
        CHECK(answer.next == Next::refund);
        CHECK(desk.refund().order_id == "ord_a");
        CHECK(desk.status() == Status::PAID);
    }
    SUBCASE("it expired: the money goes back") {
        desk.now += desk.settings.expire_after;
        desk.wake();
        CHECK(desk.must(late).next == Next::refund);
    }
    SUBCASE("another order was paid by it: it stays there") {
        desk.state.order_of_receipt.clear();
        desk.must(PlacePaid{wish("ord_b"), payment(receipt_a, "", Stage::paid)});
        CHECK(!desk.run(late));
        CHECK(desk.state.refunds.empty());
    }
    SUBCASE("a late refusal changes nothing") {
        desk.must(desk.heard(Stage::paid, receipt_b));
        CHECK(!desk.run(
            ApprovalEnded{"ord_a", receipt_a, std::unexpected(gateway::Refusal::declined)}
        ));
        CHECK(desk.status() == Status::PAID);
        CHECK(desk.order().receipt_id == receipt_b);
    }
}

TEST_CASE("a receipt that names another order is never touched") {
    Desk desk;
    desk.place("ord_a");
    desk.place("ord_b", "lee");
    for (const auto stage : {Stage::approvable, Stage::paid}) {
        const Confirm command{"ord_a", "kim", payment(receipt_a, "ord_b", stage)};
        CHECK(desk.code_of(command) == Code::receipt_invalid);
        CHECK(desk.code_of(PlacePaid{wish("ord_c"), command.payment}) == Code::receipt_invalid);
    }
    CHECK(desk.state.refunds.empty());
    CHECK(desk.state.order_of_receipt.empty());
    CHECK(desk.state.orders.size() == 2);
}

TEST_CASE("a used receipt is a duplicate, and names the order to its own buyer only") {
    Desk desk;
    desk.pay("ord_a");
    desk.place("ord_b", "kim");
    desk.place("ord_c", "lee");
    const auto told = [&](const Command& command) {
        const auto result = desk.run(command);
        REQUIRE(!result);
        CHECK(result.error().code == Code::duplicate_receipt);
        return result.error().order_id;
    };
    const auto used = payment(receipt_a, "ord_a", Stage::paid);
    CHECK(told(Confirm{"ord_b", "kim", used}) == "ord_a");
    CHECK(told(Confirm{"ord_c", "lee", used}) == "");
    CHECK(told(PlacePaid{wish("ord_d", "kim"), used}) == "ord_a");
    CHECK(told(PlacePaid{wish("ord_d", "lee"), used}) == "");
    CHECK(told(Place{wish("ord_d", "kim"), receipt_a}) == "ord_a");
    CHECK(told(Place{wish("ord_d", "lee"), receipt_a}) == "");
    CHECK(desk.state.refunds.empty());
}

TEST_CASE("of two orders with one receipt in one batch the first gets it") {
    Desk desk;
    const auto shared = payment(receipt_a, "", Stage::approvable);
    CHECK(desk.must(PlacePaid{wish("ord_a"), shared}).next == Next::approve);
    const auto second = desk.run(PlacePaid{wish("ord_b"), shared});
    REQUIRE(!second);
    CHECK(second.error().code == Code::duplicate_receipt);
    CHECK(second.error().order_id == "ord_a");
    CHECK(!desk.state.orders.contains("ord_b"));
}

TEST_CASE("a receipt made before the order must be the caller's, for the price, and good") {
    Desk desk;
    const auto code = [&](const Payment& given) {
        const auto result = desk.code_of(PlacePaid{wish("ord_a"), given});
        CHECK(desk.state.orders.empty());
        return result;
    };
    CHECK(code(payment(receipt_a, "", Stage::paid, Won{5'000}, "lee")) == Code::receipt_invalid);
    CHECK(code(payment(receipt_a, "", Stage::paid, Won{4'000})) == Code::amount_mismatch);
    CHECK(code(payment(receipt_a, "", Stage::approvable, Won{4'000})) == Code::amount_mismatch);
    CHECK(code(payment(receipt_a, "", Stage::declined)) == Code::payment_declined);
    CHECK(code(payment(receipt_a, "", Stage::canceled)) == Code::receipt_invalid);
    CHECK(code(payment(receipt_a, "", Stage::failed)) == Code::receipt_invalid);
    const auto made = desk.must(PlacePaid{wish("ord_a"), payment(receipt_a, "his-1", Stage::paid)});
    CHECK(made.order.status == Status::PAID);
    CHECK(made.order.version == 1);
}

TEST_CASE("a receipt that goes back pays nothing any more") {
    Desk desk;
    desk.pay("ord_a");
    desk.must(desk.heard(Stage::paid, receipt_b));
    REQUIRE(desk.state.refunds.contains(receipt_b));
    CHECK(
        desk.code_of(PlacePaid{wish("ord_b"), payment(receipt_b, "ord_a", Stage::paid)}) !=
        Code::internal
    );
    CHECK(!desk.state.orders.contains("ord_b"));
    CHECK(desk.code_of(desk.heard(Stage::paid, receipt_b)) == Code::receipt_invalid);
    CHECK(desk.state.refunds.size() == 1);
}

TEST_CASE("the receipt handed in while the gateway was silent pays the order when it speaks") {
    Desk desk;
    desk.must(Place{wish("ord_a"), receipt_a});
    CHECK(desk.order().presented_receipt_id == receipt_a);
    CHECK(desk.order().due_at == desk.now + desk.settings.resend_after);
    const auto heard = [](Stage stage, Won price = Won{5'000}, std::string user = "kim") {
        return Confirm{"ord_a", "", payment(receipt_a, "his-1", stage, price, std::move(user))};
    };
    SUBCASE("paid") {
        CHECK(desk.must(heard(Stage::paid)).order.status == Status::PAID);
    }
    SUBCASE("approvable") {
        CHECK(desk.must(heard(Stage::approvable)).next == Next::approve);
    }
    SUBCASE("not yet") {
        CHECK(desk.must(heard(Stage::not_yet)).order.receipt_id.empty());
        CHECK(desk.status() == Status::PENDING);
    }
    SUBCASE("another amount: not ours to return") {
        CHECK(desk.code_of(heard(Stage::paid, Won{1'000})) == Code::amount_mismatch);
        CHECK(desk.status() == Status::PENDING);
        CHECK(desk.state.refunds.empty());
    }
    SUBCASE("somebody else's") {
        CHECK(desk.code_of(heard(Stage::paid, Won{5'000}, "lee")) == Code::receipt_invalid);
    }
    SUBCASE("another order was quicker") {
        desk.must(PlacePaid{wish("ord_b"), payment(receipt_a, "his-1", Stage::paid)});
        CHECK(desk.code_of(heard(Stage::paid)) == Code::duplicate_receipt);
    }
    SUBCASE("declined") {
        desk.must(heard(Stage::approvable));
        desk.must(ApprovalEnded{"ord_a", receipt_a, std::unexpected(gateway::Refusal::declined)});
        CHECK(desk.code_of(heard(Stage::declined)) == Code::payment_declined);
    }
}

TEST_CASE("another amount: not approved, or returned if it was charged") {
    Desk desk;
    desk.place();
    const auto wrong = [](Stage stage) {
        return Confirm{"ord_a", "kim", payment(receipt_a, "ord_a", stage, Won{4'000})};
    };
    SUBCASE("approvable") {
        const auto answer = desk.must(wrong(Stage::approvable));
        CHECK(answer.refusal->code == Code::amount_mismatch);
        CHECK(answer.next == Next::nothing);
        CHECK(desk.status() == Status::FAIL);
        CHECK(desk.order().failure == Failure::AMOUNT_MISMATCH);
        CHECK(desk.state.refunds.empty());
        CHECK(desk.told() == Types{"order.failed"});
        CHECK(desk.code_of(wrong(Stage::approvable)) == Code::amount_mismatch);
        CHECK(desk.code_of(wrong(Stage::paid)) == Code::amount_mismatch);
        CHECK(desk.state.refunds.contains(receipt_a));  // charged after all: it goes back
    }
    SUBCASE("charged") {
        const auto answer = desk.must(wrong(Stage::paid));
        CHECK(answer.refusal->code == Code::amount_mismatch);
        CHECK(answer.next == Next::refund);
        CHECK(desk.status() == Status::FAILING);
        CHECK(desk.messages.empty());  // no service ever heard of it
        CHECK(desk.must(BeginRefund{receipt_a, Won{4'000}, Won{0}}).next == Next::cancel);
        desk.must(RefundEnded{
            receipt_a,
            part_returned(payment(receipt_a, "ord_a", Stage::canceled, Won{4'000}), Won{4'000})
        });
        CHECK(desk.status() == Status::FAIL);
        CHECK(desk.told() == Types{"order.failed"});
        CHECK(desk.code_of(wrong(Stage::canceled)) == Code::amount_mismatch);
    }
    SUBCASE("found only when it was approved") {
        desk.must(desk.heard(Stage::approvable));
        const auto answer = desk.must(
            ApprovalEnded{"ord_a", receipt_a, payment(receipt_a, "ord_a", Stage::paid, Won{4'000})}
        );
        CHECK(answer.refusal->code == Code::amount_mismatch);
        CHECK(desk.status() == Status::FAILING);
    }
    SUBCASE("a part was returned before the order heard of it") {
        const auto less = part_returned(payment(receipt_a, "ord_a", Stage::paid), Won{1'000});
        CHECK(desk.code_of(Confirm{"ord_a", "kim", less}) == Code::amount_mismatch);
        CHECK(desk.status() == Status::FAILING);
    }
}

TEST_CASE("an order paid with points takes no receipt") {
    Desk desk;
    desk.place();
    desk.order().payment_method = PaymentMethod::points;
    CHECK(desk.code_of(desk.heard(Stage::paid)) == Code::conflict);
}
