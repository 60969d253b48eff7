#include "order/rules.hpp"

#include "order/desk.hpp"

using namespace pay;
using namespace pay::order;
using namespace pay::order::test;

namespace {

constexpr std::array all_statuses{Status::PENDING,  Status::PAID,   Status::SUCCESS,
                                  Status::FAILING,  Status::FAIL,   Status::CANCELING,
                                  Status::CANCELED, Status::EXPIRED};

/// An order of this status that holds receipt_a as one that came there would.
Desk in(Status status) {
    Desk desk;
    switch (status) {
        case Status::PENDING:
            desk.place();
            desk.must(desk.heard(Stage::approvable));
            break;
        case Status::PAID:
            desk.pay();
            break;
        case Status::SUCCESS:
        case Status::CANCELING:
        case Status::CANCELED:
            desk.succeed();
            desk.order().status = status;
            break;
        case Status::FAILING:
        case Status::FAIL:
            desk.pay();
            desk.item(order_item::Action::save, true);
            if (status == Status::FAILING) break;
            desk.points(point::Action::reverse);
            desk.must(BeginRefund{receipt_a, Won{5'000}, Won{5'000}});
            break;
        case Status::EXPIRED:
            desk.place();
            desk.now += desk.settings.expire_after;
            desk.wake();
            break;
    }
    REQUIRE(desk.status() == status);
    return desk;
}

}  // namespace

TEST_CASE("an order takes its price, name and points from the catalogue") {
    Desk desk;
    auto wanted = wish("ord_a");
    wanted.stated_amount = Won{5'000};
    const auto made = desk.must(Place{wanted, {}}).order;
    CHECK(made.amount == Won{5'000});
    CHECK(made.points == Points{500});
    CHECK(made.item_name == "500 포인트");
    CHECK(made.item_version == 3);
    CHECK(made.status == Status::PENDING);
    CHECK(made.version == 1);
    CHECK(made.due_at == desk.now + desk.settings.poll_after);
    CHECK(made.point);
    CHECK(desk.messages.empty());
    desk.place("ord_c", "kim", "itm_c");
    CHECK(!desk.order("ord_c").point);
    CHECK(desk.order("ord_c").amount == Won{300});
}

TEST_CASE("what is no valid wish makes no order") {
    Desk desk;
    const auto refused = [&](auto change) {
        auto wanted = wish("ord_a");
        change(wanted);
        const auto code = desk.code_of(Place{wanted, {}});
        CHECK(desk.state.orders.empty());
        CHECK(code == desk.code_of(PlacePaid{wanted, payment(receipt_a, "", Stage::paid)}));
        CHECK(desk.state.orders.empty());
        CHECK(desk.state.order_of_receipt.empty());
        return code;
    };
    CHECK(refused([](auto& wanted) {
              wanted.stated_amount = Won{4'999};
          }) == Code::amount_mismatch);
    CHECK(refused([](auto& wanted) { wanted.item_id = "itm_x"; }) == Code::not_found);
    CHECK(refused([](auto& wanted) {
              wanted.payment_method = PaymentMethod::points;
          }) == Code::invalid);
    CHECK(refused([](auto& wanted) {
              wanted.item_id = "itm_c";
              wanted.payment_method.reset();
          }) == Code::invalid);
    desk.state.items["itm_p"].status = item::Status::archived;
    CHECK(refused([](auto&) {}) == Code::conflict);
}

TEST_CASE("the copy of the catalogue never goes back") {
    Desk desk;
    auto changed = package();
    changed.version = 4;
    changed.amount = Won{6'000};
    desk.must(changed);
    CHECK(desk.state.changed_items.contains("itm_p"));
    desk.must(package());
    CHECK(desk.state.changed_items.empty());
    CHECK(desk.state.items["itm_p"].amount == Won{6'000});
}

TEST_CASE("a second payment, and one that comes too late, is not approved, or is returned") {
    for (const auto status : all_statuses) {
        CAPTURE(json::name_of(status));
        Desk desk = in(status);
        const auto refunds = desk.state.refunds.size();
        CHECK(desk.code_of(desk.heard(Stage::approvable, receipt_b)) == Code::receipt_invalid);
        CHECK(desk.state.refunds.size() == refunds);
        const auto answer = desk.must(desk.heard(Stage::paid, receipt_b));
        CHECK(answer.refusal->code == Code::receipt_invalid);
        CHECK(answer.next == Next::refund);
        CHECK(desk.state.refunds.size() == refunds + 1);
        CHECK(desk.status() == status);
        // Its return is not the order's.
        desk.must(BeginRefund{receipt_b, Won{5'000}, Won{5'000}});
        CHECK(desk.status() == status);
        CHECK(desk.refund(receipt_b).status == RefundStatus::done);
    }
}

TEST_CASE("a repeated confirm of the own receipt gives the same answer in every status") {
    for (const auto status : all_statuses) {
        if (status == Status::EXPIRED || status == Status::PENDING) continue;
        CAPTURE(json::name_of(status));
        Desk desk = in(status);
        const auto version = desk.order().version;
        const auto stage = status == Status::FAIL ? Stage::canceled : Stage::paid;
        const auto answer = desk.must(desk.heard(stage));
        CHECK(!answer.refusal);
        CHECK(answer.order.status == status);
        CHECK(desk.order().version == version);
        CHECK(desk.messages.empty());
    }
}

TEST_CASE("what is not yet paid never fails and never expires an order that holds it") {
    for (const auto stage : {Stage::in_progress, Stage::awaiting_deposit, Stage::not_yet}) {
        Desk desk;
        desk.place();
        desk.must(desk.heard(Stage::approvable));
        desk.must(desk.heard(stage));
        const auto version = desk.order().version;
        for (int i = 0; i < 30; ++i) {
            CHECK(!desk.must(desk.heard(stage)).refusal);
            desk.wake();
            CHECK(desk.order().due_at > desk.now);
        }
        CHECK(desk.now > noon + desk.settings.expire_after);
        CHECK(desk.status() == Status::PENDING);
        CHECK(desk.order().receipt_id == receipt_a);
        CHECK(desk.order().version == version);  // no news, no new version
        CHECK(desk.must(desk.heard(Stage::paid)).order.status == Status::PAID);
    }
}

TEST_CASE("a deposit is waited for until its deadline, and one that comes later goes back") {
    Desk desk;
    desk.place();
    auto deposit = desk.heard(Stage::awaiting_deposit);
    deposit.payment.deposit_deadline = noon + std::chrono::hours{24};
    CHECK(desk.must(deposit).order.deadline_at == deposit.payment.deposit_deadline);
    desk.now = noon + std::chrono::hours{23};
    desk.wake();
    CHECK(desk.status() == Status::PENDING);
    SUBCASE("not paid in time") {
        desk.now = noon + std::chrono::hours{25};
        desk.wake();
        CHECK(desk.status() == Status::EXPIRED);
        const auto late = desk.must(desk.heard(Stage::paid));
        CHECK(late.refusal);
        CHECK(late.next == Next::refund);
        CHECK(desk.refund().order_id == "ord_a");
        desk.must(BeginRefund{receipt_a, Won{5'000}, Won{5'000}});
        CHECK(desk.status() == Status::EXPIRED);
    }
    SUBCASE("in progress at the deadline") {
        desk.must(desk.heard(Stage::in_progress));
        desk.now = noon + std::chrono::hours{25};
        desk.wake();
        CHECK(desk.status() == Status::PENDING);
    }
}

TEST_CASE("an order expires only after the gateway was asked") {
    Desk desk;
    desk.place();
    desk.now = noon + desk.settings.expire_after + Duration{1};
    desk.wake("ord_a", false);
    CHECK(desk.status() == Status::PENDING);
    CHECK(desk.order().due_at > desk.now);
    desk.wake("ord_a", true);
    CHECK(desk.status() == Status::EXPIRED);
    CHECK(!desk.order().due_at);
    CHECK(desk.told() == Types{"order.expired"});
}

TEST_CASE("an order that waits is looked at ever more slowly, and at its end") {
    Desk desk;
    desk.place();
    Time last = desk.now;
    int turns = 0;
    while (desk.status() == Status::PENDING) {
        desk.wake();
        if (desk.status() == Status::PENDING) CHECK(*desk.order().due_at > last);
        last = desk.now;
        REQUIRE(++turns < 50);
    }
    CHECK(desk.now == noon + desk.settings.expire_after);
}

TEST_CASE("an order does not expire on what the gateway said before its time was over") {
    Desk desk;
    desk.place();
    const Time over = noon + desk.settings.expire_after;
    desk.now = over + std::chrono::seconds{1};
    desk.must(Wake{"ord_a", true, over - Duration{1}});  // whoever asked has slept since
    CHECK(desk.status() == Status::PENDING);
    CHECK(*desk.order().due_at > desk.now);
    SUBCASE("no payment came") {
        desk.now = *desk.order().due_at;
        desk.must(Wake{"ord_a", true, desk.now});
        CHECK(desk.status() == Status::EXPIRED);
    }
    SUBCASE("one came") {
        desk.must(desk.heard(Stage::paid));
        CHECK(desk.status() == Status::PAID);
    }
}

TEST_CASE("what comes too early or for nothing changes nothing") {
    Desk desk;
    desk.place();
    desk.must(Wake{"ord_a", true});
    CHECK(desk.state.changed_orders.empty());
    CHECK(desk.code_of(Wake{"ord_x", true}) == Code::not_found);
    CHECK(
        desk.code_of(PointReplied{{"ord_x", point::Action::credit, ""}, false}) == Code::not_found
    );
    CHECK(
        desk.code_of(OrderItemReplied{{"ord_x", order_item::Action::save, ""}, false}) ==
        Code::not_found
    );
    CHECK(
        desk.code_of(ApprovalEnded{"ord_x", receipt_a, std::unexpected(gateway::Refusal::declined)}
        ) == Code::not_found
    );
    CHECK(desk.code_of(CloseRefused{"ord_x"}) == Code::not_found);
    CHECK(desk.code_of(BeginRefund{receipt_a, Won{1}, Won{0}}) == Code::not_found);
    CHECK(
        desk.code_of(RefundEnded{receipt_a, std::unexpected(gateway::Refusal::unknown)}) ==
        Code::not_found
    );
    CHECK(desk.code_of(PostponeRefund{receipt_a}) == Code::not_found);
}

TEST_CASE("a final order is woken once more and then never") {
    for (const auto status : {Status::SUCCESS, Status::FAIL, Status::CANCELED, Status::EXPIRED}) {
        Desk desk = in(status);
        CHECK(!desk.order().due_at);
        desk.order().due_at = desk.now;
        desk.wake();
        CHECK(!desk.order().due_at);
        CHECK(desk.status() == status);
        CHECK(desk.messages.empty());
    }
}
