#include "audit/shop.hpp"
#include "sandbox/fixture.hpp"

using namespace pay;
using namespace pay::audit;

namespace {

/// Books whose receipts a sandbox knows.
struct Paid {
    sandbox::Running sandbox;
    Shop shop;

    AuditOptions options() {
        auto options = shop.options();
        options.bootpay.emplace();
        options.bootpay->base_url = sandbox.sandbox().url() + "/v2";
        options.bootpay->application_id = "sandbox";
        options.bootpay->private_key = "sandbox";
        return options;
    }
    Report report() { return audit::audit(options()); }

    order::Order order(const std::string& id, order::Status status, const std::string& receipt) {
        auto order = order_of(id, "kim", status, receipt);
        order.amount = Won{1000};
        if (status == order::Status::FAIL) order.canceled_amount = Won{1000};
        return order;
    }
    std::string charge(const std::string& id) {
        const auto receipt = sandbox.paid("", id);
        shop.add(order(id, order::Status::SUCCESS, receipt));
        shop.credit("ptx_" + id, id, "kim");
        shop.save_item(id, "kim");
        return receipt;
    }
    order::Refund refund(const std::string& receipt, order::RefundStatus status) {
        order::Refund refund;
        refund.receipt_id = receipt;
        refund.order_id = "ord_1";
        refund.status = status;
        refund.created_at = noon;
        return refund;
    }
};

void check_single(const Report& report, const std::string& text) {
    REQUIRE(report.problems.size() == 1);
    CHECK(report.problems.front().rule == "gateway");
    CHECK(report.problems.front().text.find(text) != std::string::npos);
    CHECK_FALSE(report.balanced);
}

}  // namespace

TEST_CASE("receipts that are as the orders say") {
    Paid paid;
    for (int i = 1; i <= 100; ++i) paid.charge("ord_" + std::to_string(i));
    const auto failed = paid.sandbox.paid("", "ord_f");
    paid.sandbox.cancel(failed);
    paid.shop.add(paid.order("ord_f", order::Status::FAIL, failed));
    paid.shop.add(paid.order("ord_w", order::Status::PENDING, paid.sandbox.approvable()));
    const auto report = paid.report();
    CHECK_MESSAGE(report.balanced, to_json(report));
    CHECK(report.unclaimed.empty());
    CHECK(report.amount == Won{100'000});
}

TEST_CASE("a payment returned behind an order's back is found") {
    Paid paid;
    const auto receipt = paid.charge("ord_1");
    paid.sandbox.cancel(receipt, R"(,"cancel_price":300)");
    check_single(
        paid.report(), "Order ord_1 (SUCCESS) says that 1000 won stand paid by receipt " + receipt +
                           ", but the gateway says 700 won"
    );
}

TEST_CASE("what was kept of a canceled amount stands paid") {
    Paid paid;
    const auto receipt = paid.sandbox.paid("", "ord_1");
    paid.sandbox.cancel(receipt, R"(,"cancel_price":900)");
    auto canceled = paid.order("ord_1", order::Status::CANCELED, receipt);
    canceled.payment.status = order::StepStatus::reversed;
    canceled.canceled_amount = Won{1000};
    canceled.cancel_fee = Won{100};
    paid.shop.add(canceled);
    paid.shop.order().execute(
        "INSERT INTO cancellation (id, order_id, phase, origin, amount, fee, points, bonus, "
        "asked_by, reason, failure, created_at, updated_at) "
        "VALUES ('can_1', 'ord_1', 'done', 'user', 1000, 100, 0, 0, 'kim', 'x', 'NONE', 1, 1)"
    );
    CHECK_MESSAGE(paid.report().balanced, to_json(paid.report()));
    CHECK(paid.report().amount == Won{100});
    paid.sandbox.cancel(receipt, R"(,"cancel_price":100)");
    check_single(paid.report(), "ord_1 (CANCELED) says that 100 won stand paid");
}

TEST_CASE("an order that failed although its payment stands is found") {
    Paid paid;
    const auto receipt = paid.sandbox.paid();
    paid.shop.add(paid.order("ord_1", order::Status::FAIL, receipt));
    check_single(paid.report(), "says that 0 won stand paid");
    // Until it is returned, and where it was paid back by other means, that is as it should be.
    paid.shop.add(paid.refund(receipt, order::RefundStatus::open));
    CHECK(paid.report().balanced);
    paid.shop.order().execute("UPDATE refund SET status = 'refused'");
    CHECK(paid.report().balanced);
    paid.shop.order().execute("UPDATE refund SET status = 'done'");
    CHECK_FALSE(paid.report().balanced);
}

TEST_CASE("a receipt the gateway does not know is found, whatever its form") {
    for (const auto& receipt : {receipt_1, std::string("no receipt/../at all")}) {
        Paid paid;
        paid.shop.charge("ord_1", "kim", receipt);
        check_single(paid.report(), "but the gateway knows no such receipt");
    }
}

TEST_CASE("a further payment that our books call returned is found if it is not") {
    Paid paid;
    paid.charge("ord_1");
    const auto second = paid.sandbox.paid("", "ord_1");
    paid.shop.add(paid.refund(second, order::RefundStatus::done));
    check_single(paid.report(), second + ", a further payment for order ord_1");
    paid.sandbox.cancel(second);
    CHECK(paid.report().balanced);
}

TEST_CASE("payments that no order has taken are listed and no problem") {
    Paid paid;
    const auto held = paid.sandbox.paid("", "ord_1");
    paid.shop.add(paid.order("ord_1", order::Status::PENDING, held));
    auto presenting = paid.order("ord_2", order::Status::PENDING, "");
    presenting.presented_receipt_id = paid.sandbox.paid("", "browser-2");
    paid.shop.add(presenting);
    // Someone else's receipt, handed in: not unclaimed.
    auto thief = paid.order("ord_3", order::Status::PENDING, "");
    thief.presented_receipt_id = paid.charge("ord_4");
    paid.shop.add(thief);
    const auto report = paid.report();
    CHECK(report.balanced);
    REQUIRE(report.unclaimed.size() == 2);
    for (const auto& payment : report.unclaimed) {
        CHECK(payment.amount == Won{1000});
        CHECK((payment.receipt_id == held || payment.receipt_id == presenting.presented_receipt_id)
        );
    }
}

TEST_CASE("payments of nobody are listed as long as they stand") {
    Paid paid;
    order::Webhook webhook;
    webhook.receipt_id = paid.sandbox.paid("", "elsewhere-1");
    webhook.receipt_status = 1;
    webhook.order_id = "elsewhere-1";
    webhook.price = Won{1000};
    webhook.status = order::WebhookStatus::unclaimed;
    paid.shop.add(webhook);
    for (const auto& options : {paid.shop.options(), paid.options()}) {
        const auto report = audit::audit(options);
        CHECK(report.balanced);
        REQUIRE(report.unclaimed.size() == 1);
        CHECK(report.unclaimed.front().receipt_id == webhook.receipt_id);
        CHECK(report.unclaimed.front().order_id == "elsewhere-1");
        CHECK(report.unclaimed.front().amount == Won{1000});
    }
    paid.sandbox.cancel(webhook.receipt_id);
    CHECK(paid.report().unclaimed.empty());
    // An order took it after the webhook was stored.
    paid.shop.add(paid.order("ord_1", order::Status::PENDING, webhook.receipt_id));
    CHECK(audit::audit(paid.shop.options()).unclaimed.empty());
}

TEST_CASE("a payment taken before the second look is not listed") {
    Paid paid;
    paid.shop.add(paid.order("ord_1", order::Status::PENDING, paid.sandbox.paid()));
    const auto report =
        audit::audit(paid.options(), [&](std::string_view what, std::int64_t, std::int64_t) {
            if (!what.starts_with("suspicions")) return;
            paid.shop.order().execute("UPDATE purchase_order SET status = 'PAID', version = 2");
        });
    CHECK(report.balanced);
    CHECK(report.unclaimed.empty());
}

TEST_CASE("a gateway that cannot be asked ends the audit") {
    Paid paid;
    for (int i = 1; i <= 40; ++i) paid.charge("ord_" + std::to_string(i));
    auto options = paid.options();
    options.bootpay->private_key = "wrong";
    CHECK_THROWS_AS(audit::audit(options), Outage);
    paid.sandbox.fault("http_500", R"(,"times":null)");
    CHECK_THROWS_AS(audit::audit(paid.options()), Outage);
}
