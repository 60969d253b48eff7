#include "sandbox/fixture.hpp"

using namespace pay;
using namespace pay::sandbox;

namespace {

/// Retries follow at once, so that no test waits.
SandboxOptions eager() {
    SandboxOptions options;
    options.webhooks.first_retry = Duration{1};
    options.webhooks.longest_retry = Duration{1};
    return options;
}

struct Case {
    explicit Case(const SandboxOptions& options = eager())
        : sandbox(options), receiver(sandbox.io()) {
        sandbox.sandbox().set_webhook_url(receiver.url());
    }
    Running sandbox;
    Receiver receiver;
};

std::string type_of(const boost::json::value& webhook) {
    return std::string(webhook.at("webhook_type").as_string());
}

}  // namespace

TEST_CASE("charges and cancels are told, with the types and statuses of Bootpay's table") {
    Case now;
    const auto id = now.sandbox.approvable();
    REQUIRE(now.sandbox.confirm(id).status == 200);
    const auto completed = now.receiver.next();  // the first one: none for status 2
    CHECK(type_of(completed) == "PAYMENT_COMPLETED");
    CHECK(completed.at("status") == 1);
    CHECK(text(completed, "receipt_id") == id);
    CHECK(completed.at("price") == 1'000);
    CHECK(completed.at("order_id") == "order-1");

    REQUIRE(now.sandbox.cancel(id, R"(,"cancel_price":400)").status == 200);
    const auto part = now.receiver.next();
    CHECK(type_of(part) == "PAYMENT_PARTIAL_CANCELLED");
    CHECK(part.at("status") == 20);
    CHECK(part.at("status_locale") == "결제취소완료");
    CHECK(part.at("cancelled_price") == 400);
    CHECK(now.sandbox.status_of(id) == 1);

    REQUIRE(now.sandbox.cancel(id).status == 200);
    const auto whole = now.receiver.next();
    CHECK(type_of(whole) == "PAYMENT_CANCELLED");
    CHECK(whole.at("cancelled_price") == 1'000);
}

TEST_CASE("a repeated confirm tells nothing again") {
    Case now;
    const auto id = now.sandbox.approvable();
    REQUIRE(now.sandbox.confirm(id).status == 200);
    REQUIRE(now.sandbox.confirm(id).status == 200);
    now.receiver.next();
    const auto other = now.sandbox.paid();
    CHECK(text(now.receiver.next(), "receipt_id") == other);
}

TEST_CASE("a virtual account is told when it is issued and when it is paid into") {
    Case now;
    const auto id = now.sandbox.paid(R"(,"method":"vbank")");
    const auto issued = now.receiver.next();
    CHECK(type_of(issued) == "PAYMENT_VIRTUAL_ACCOUNT_ISSUED");
    CHECK(issued.at("status") == 5);
    REQUIRE(now.sandbox.post("/sandbox/deposit", R"({"receipt_id":")" + id + "\"}").status == 200);
    CHECK(type_of(now.receiver.next()) == "PAYMENT_COMPLETED");
}

TEST_CASE("only 200 and success true end the tries") {
    Case now;
    now.receiver.will_answer(http::json_response(500, R"({"success":true})"));
    now.receiver.will_answer(http::json_response(201, R"({"success":true})"));
    now.receiver.will_answer(http::json_response(200, R"({"success":"true"})"));
    now.receiver.will_answer(http::json_response(200, R"({"status":200})"));
    now.receiver.will_answer(http::json_response(200, "OK"));
    now.receiver.will_answer(http::no_answer());
    const auto id = now.sandbox.paid();
    for (int i = 0; i < 7; ++i) CHECK(text(now.receiver.next(), "receipt_id") == id);
    const auto other = now.sandbox.paid();
    CHECK(text(now.receiver.next(), "receipt_id") == other);
}

TEST_CASE("after its last try a webhook is given up") {
    auto options = eager();
    options.webhooks.attempts = 3;
    Case now(options);
    for (int i = 0; i < 3; ++i) now.receiver.will_answer(http::json_response(503, "{}"));
    const auto id = now.sandbox.paid();
    for (int i = 0; i < 3; ++i) CHECK(text(now.receiver.next(), "receipt_id") == id);
    const auto other = now.sandbox.paid();
    CHECK(text(now.receiver.next(), "receipt_id") == other);
}

TEST_CASE("payments go on while nobody listens for webhooks") {
    auto options = eager();
    options.webhook_url = "http://127.0.0.1:1/nobody";
    options.webhooks.attempts = 2;
    Running sandbox(options);
    const auto id = sandbox.approvable();
    CHECK(sandbox.confirm(id).status == 200);
    CHECK(sandbox.cancel(id).number("status") == 20);
}

TEST_CASE("fault: a lost webhook never comes") {
    Case now;
    now.sandbox.fault("webhook_lost");
    now.sandbox.paid();
    const auto other = now.sandbox.paid();
    CHECK(text(now.receiver.next(), "receipt_id") == other);
}

TEST_CASE("fault: a doubled webhook comes twice") {
    Case now;
    now.sandbox.fault("webhook_double");
    const auto id = now.sandbox.paid();
    CHECK(text(now.receiver.next(), "receipt_id") == id);
    CHECK(text(now.receiver.next(), "receipt_id") == id);
    const auto other = now.sandbox.paid();
    CHECK(text(now.receiver.next(), "receipt_id") == other);
}

TEST_CASE("fault: a reordered webhook comes after the next one") {
    Case now;
    now.sandbox.fault("webhook_reorder", R"(,"times":1,"delay_ms":600000)");
    const auto first = now.sandbox.paid();
    const auto second = now.sandbox.paid();
    CHECK(text(now.receiver.next(), "receipt_id") == second);
    CHECK(text(now.receiver.next(), "receipt_id") == first);
}

TEST_CASE("fault: a reordered webhook that none follows comes after its delay") {
    Case now;
    now.sandbox.fault("webhook_reorder", R"(,"times":1,"delay_ms":1)");
    const auto id = now.sandbox.paid();
    CHECK(text(now.receiver.next(), "receipt_id") == id);
}

TEST_CASE("fault: a late webhook lets others pass") {
    Case now;
    now.sandbox.fault("webhook_late", R"(,"times":1,"delay_ms":600000)");
    now.sandbox.paid();
    const auto other = now.sandbox.paid();
    CHECK(text(now.receiver.next(), "receipt_id") == other);
}

TEST_CASE("fault: a late webhook comes in the end") {
    Case now;
    now.sandbox.fault("webhook_late", R"(,"times":1,"delay_ms":1)");
    const auto late = now.sandbox.paid();
    CHECK(text(now.receiver.next(), "receipt_id") == late);
}

TEST_CASE("a reset forgets the webhooks that wait") {
    Case now;
    now.sandbox.fault("webhook_late", R"(,"times":1,"delay_ms":600000)");
    now.sandbox.paid();
    now.sandbox.fault("webhook_reorder", R"(,"times":1,"delay_ms":600000)");
    now.sandbox.paid();
    REQUIRE(now.sandbox.post("/sandbox/reset", "").status == 200);
    const auto other = now.sandbox.paid();
    CHECK(text(now.receiver.next(), "receipt_id") == other);
    CHECK(now.receiver.waiting() == 0);
}

TEST_CASE("the notifier takes no more than its limit, and no URL that is none") {
    http::Io io(1);
    Faults faults;
    Notifier notifier(io, faults, {.limit = 2});
    CHECK_THROWS_AS(notifier.set_url("ftp://127.0.0.1/"), std::runtime_error);
    CHECK_THROWS_AS(notifier.set_url("127.0.0.1"), std::runtime_error);
    notifier.notify("{}");
    CHECK(notifier.pending() == 0);  // nobody to tell
    notifier.set_url("http://127.0.0.1:1/");
    faults.set(Fault::webhook_late, {.times = std::nullopt, .delay = std::chrono::minutes{10}});
    for (int i = 0; i < 5; ++i) notifier.notify("{}");
    CHECK(notifier.pending() == 2);
    notifier.stop();
    notifier.notify("{}");
}

TEST_CASE("what happens behind the merchant's back is told to nobody") {
    Case now;
    const auto silent = now.sandbox.paid(R"(,"silent":true)", "order-2");
    const auto path = "/sandbox/receipts/" + silent;
    REQUIRE(now.sandbox.post(path, R"({"canceled_price":300})").status == 200);
    REQUIRE(now.sandbox.post(path, R"({"status":20})").status == 200);
    REQUIRE(now.sandbox.del(path).status == 200);
    const auto waiting = now.sandbox.approvable();
    REQUIRE(now.sandbox.post("/sandbox/receipts/" + waiting + "/expire", "").status == 200);
    const auto told = now.sandbox.paid();
    CHECK(text(now.receiver.next(), "receipt_id") == told);
}

TEST_CASE("a charge of a billing key is told as any other") {
    Case now;
    const auto issued = now.sandbox.post("/sandbox/billing-keys", "{}").text_of("receipt_id");
    const auto key = now.sandbox.get("/v2/subscribe/billing_key/" + issued).text_of("billing_key");
    const auto body =
        R"({"billing_key":")" + key + R"(","order_name":"n","order_id":"auto-1","price":700})";
    REQUIRE(now.sandbox.post("/v2/subscribe/payment", body).status == 200);
    const auto webhook = now.receiver.next();
    CHECK(type_of(webhook) == "PAYMENT_COMPLETED");
    CHECK(text(webhook, "order_id") == "auto-1");
}
