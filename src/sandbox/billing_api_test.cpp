#include "sandbox/fixture.hpp"

using namespace pay;
using namespace pay::sandbox;

namespace {

const std::string card = R"({"pg":"나이스페이","order_name":"monthly","subscription_id":"sub-1",)"
                         R"("card_no":"1234567812349012","card_pw":"11",)"
                         R"("card_identity_no":"900101","card_expire_year":"30",)"
                         R"("card_expire_month":"12","user":{"id":"kim"})";
const std::string account =
    R"({"pg":"나이스페이","order_name":"monthly","subscription_id":"sub-1",)"
    R"("username":"홍길동","bank_name":"국민","bank_account":"1234567890",)"
    R"("identity_no":"900101"})";

/// A sandbox, and somebody who stores a card in the browser.
struct Case {
    explicit Case(const SandboxOptions& options = {}) : sandbox(options) {}

    std::string key() {
        const auto issued = sandbox.post("/sandbox/billing-keys", R"({"user_id":"kim"})");
        REQUIRE(issued.status == 201);
        CHECK(issued.json.as_object().if_contains("billing_key") == nullptr);
        const auto found = sandbox.get("/v2/subscribe/billing_key/" + issued.text_of("receipt_id"));
        return found.text_of("billing_key");
    }
    Answered charge(const std::string& billing_key, const std::string& more = "") {
        return sandbox.post("/v2/subscribe/payment", body(billing_key, more));
    }
    Answered reserve(
        const std::string& billing_key, const std::string& at = "2026-03-03T00:00:00Z"
    ) {
        return sandbox.post(
            "/v2/subscribe/payment/reserve",
            body(billing_key, R"(,"reserve_execute_at":")" + at + "\"")
        );
    }
    Answered reservation(const std::string& reserve_id) {
        return sandbox.get("/v2/subscribe/payment/reserve/" + reserve_id);
    }
    Answered del(const std::string& target) {
        return sandbox.send({
            .method = http::Method::del,
            .target = target,
            .headers = {{"authorization", basic}},
        });
    }
    static std::string body(const std::string& billing_key, const std::string& more) {
        return R"({"billing_key":")" + billing_key +
               R"(","order_name":"500 points","order_id":"auto-1","price":5000,)"
               R"("metadata":{"user_id":"kim"})" +
               more + "}";
    }

    Running sandbox;
};

/// Reserved charges are looked at often, so that no test waits.
SandboxOptions prompt() {
    SandboxOptions options;
    options.due_check = Duration{2};
    return options;
}

}  // namespace

TEST_CASE("a card stored in the browser: found by its receipt and by itself, charged, destroyed") {
    Case now;
    const auto issued = now.sandbox.post("/sandbox/billing-keys", R"({"user_id":"kim"})");
    const auto found = now.sandbox.get("/v2/subscribe/billing_key/" + issued.text_of("receipt_id"));
    CHECK(found.number("status") == 11);
    CHECK(found.text_of("status_locale") == "빌링키발급완료");
    CHECK(found["metadata"].at("user_id") == "kim");
    CHECK(found["billing_data"].at("card_no") == "12345678****9012");
    CHECK(found.text_of("billing_expire_at") == "2099-12-31T23:59:59+09:00");
    const auto key = found.text_of("billing_key");
    CHECK(now.sandbox.get("/v2/billing_key/" + key).body == found.body);

    const auto paid = now.charge(key);
    CHECK(paid.number("status") == 1);
    CHECK(paid.text_of("order_id") == "auto-1");
    CHECK(paid.text_of("method_symbol") == "card_rebill");
    CHECK(paid.text_of("method_origin_symbol") == "card");
    CHECK(paid["metadata"].at("user_id") == "kim");
    CHECK(
        now.sandbox.cancel(paid.text_of("receipt_id"), R"(,"cancel_price":100)")
            .number("cancelled_price") == 100
    );

    const auto gone = now.del("/v2/subscribe/billing_key/" + key);
    CHECK(gone.body == R"({"billing_key":")" + key + "\"}");
    CHECK(now.sandbox.get("/v2/billing_key/" + key).number("status") == -11);
    CHECK(now.charge(key).error_code() == "SUBSCRIBE_BK_EXPIRED");
    CHECK(now.reserve(key).error_code() == "SUBSCRIBE_BK_EXPIRED");
    CHECK(now.del("/v2/subscribe/billing_key/" + key).error_code() == "SUBSCRIBE_BK_EXPIRED");
}

TEST_CASE("a card stored by REST, with a first payment if there is a price") {
    Case now;
    const auto plain = now.sandbox.post("/v2/request/subscribe", card + "}");
    CHECK(plain.number("status") == 11);
    CHECK(plain.text_of("subscription_id") == "sub-1");
    CHECK(plain.text_of("method_symbol") == "card_rebill_rest");
    CHECK(plain["metadata"].at("user_id") == "kim");
    CHECK(plain["receipt_data"].as_object().empty());
    CHECK(plain.body.find("1234567812349012") == std::string::npos);
    CHECK(now.charge(plain.text_of("billing_key")).status == 200);

    const auto paying = now.sandbox.post("/v2/request/subscribe", card + R"(,"price":900.0})");
    CHECK(paying["receipt_data"].at("price") == 900);
    CHECK(paying["receipt_data"].at("order_id") == "sub-1");
    now.sandbox.fault("decline_charge");
    const auto declined = now.sandbox.post("/v2/request/subscribe", card + R"(,"price":900})");
    CHECK(declined.error_code() == "RC_CONFIRM_FAILED");
}

TEST_CASE("a bank account is stored in two steps, the consent between them") {
    Case now;
    const auto asked = now.sandbox.post("/v2/request/subscribe/automatic-transfer", account);
    CHECK(asked.number("status") == 41);
    CHECK(asked.json.as_object().if_contains("billing_key") == nullptr);
    const auto receipt_id = asked.text_of("receipt_id");
    const auto early = now.sandbox.get("/v2/subscribe/billing_key/" + receipt_id);
    CHECK(early.error_code() == "SUBSCRIBE_PUBLISH_NOT_READY");

    const auto publish = [&](const std::string& id) {
        return now.sandbox.post(
            "/v2/request/subscribe/automatic-transfer/publish", R"({"receipt_id":")" + id + "\"}"
        );
    };
    now.sandbox.fault("withhold_consent");
    CHECK(publish(receipt_id).error_code() == "SUBSCRIBE_REQUEST_FAILED");
    const auto issued = publish(receipt_id);
    CHECK(issued.number("status") == 11);
    CHECK(issued["billing_data"].at("bank_account") == "123456******");
    CHECK(issued["billing_data"].at("username") == "홍길동");
    CHECK(publish("000000000000000000000000").error_code() == "RC_NOT_FOUND");
    const auto paid = now.charge(issued.text_of("billing_key"));
    CHECK(paid.text_of("method_origin_symbol") == "bank");
    CHECK(paid.json.as_object().if_contains("bank_data") != nullptr);
}

TEST_CASE("what a key is asked for in vain") {
    Case now;
    const auto key = now.key();
    const auto absent = std::string("000000000000000000000000");
    const auto code = [&](const std::string& target) {
        return now.sandbox.get(target).error_code();
    };
    CHECK(code("/v2/subscribe/billing_key/" + now.sandbox.paid()) == "RC_NOT_SUBSCRIBE");
    CHECK(code("/v2/subscribe/billing_key/" + absent) == "RC_NOT_FOUND");
    CHECK(code("/v2/billing_key/" + absent) == "RC_NOT_FOUND");
    CHECK(code("/v2/subscribe/payment/reserve/" + absent) == "RC_NOT_FOUND");
    CHECK(now.charge(absent).error_code() == "RC_NOT_FOUND");
    CHECK(now.reserve(absent).error_code() == "RC_NOT_FOUND");
    CHECK(now.del("/v2/subscribe/payment/reserve/" + absent).error_code() == "RC_NOT_FOUND");
    CHECK(now.del("/v2/subscribe/billing_key/" + absent).error_code() == "RC_NOT_FOUND");
    CHECK(now.sandbox.get("/v2/billing_key/" + key, "").status == 401);
    for (const char* body :
         {"{", "{}", R"({"billing_key":"b","order_id":"o","price":1})",
          R"({"billing_key":"b","order_name":"n","order_id":"o"})",
          R"({"billing_key":"b","order_name":"n","order_id":"o","price":0})",
          R"({"billing_key":"b","order_name":"n","order_id":"o","price":"x"})"}) {
        CAPTURE(body);
        for (const char* path : {"/v2/subscribe/payment", "/v2/subscribe/payment/reserve"}) {
            CHECK(now.sandbox.post(path, body).error_code() == "API_PARAM_INVALID");
        }
    }
    CHECK(now.reserve(key, "tomorrow").error_code() == "API_PARAM_INVALID");
}

TEST_CASE("a card or an account that cannot be stored") {
    Case now;
    const auto refused = [&](const std::string& path, std::string body, const std::string& from,
                             const std::string& to) {
        body.replace(body.find(from), from.size(), to);
        return now.sandbox.post(path, body).error_code();
    };
    const std::string whole = card + "}";
    const std::string path = "/v2/request/subscribe";
    CHECK(
        refused(path, whole, R"("card_expire_month":"12")", R"("card_expire_month":"13")") ==
        "RC_INVALID_EXP_MONTH"
    );
    CHECK(
        refused(path, whole, R"("card_expire_month":"12")", R"("card_expire_month":"1")") ==
        "RC_INVALID_EXP_MONTH"
    );
    CHECK(refused(path, whole, "1234567812349012", "12345678") == "API_PARAM_INVALID");
    CHECK(refused(path, whole, "1234567812349012", "1234-5678-1234-90") == "API_PARAM_INVALID");
    CHECK(refused(path, whole, R"("card_pw":"11",)", "") == "API_PARAM_INVALID");
    CHECK(refused(path, whole, R"("subscription_id":"sub-1",)", "") == "API_PARAM_INVALID");
    CHECK(
        refused(path + "/automatic-transfer", account, R"("bank_name":"국민",)", "") ==
        "API_PARAM_INVALID"
    );
    CHECK(now.sandbox.post(path, "[]").error_code() == "API_PARAM_INVALID");
}

TEST_CASE("a reserved charge: looked up, revoked, and never more than ten wait") {
    Case now;
    const auto key = now.key();
    const auto reserved = now.reserve(key, "2026-03-03T09:00:00+09:00");
    CHECK(reserved.status == 200);
    CHECK(reserved.text_of("reserve_execute_at") == "2026-03-03T09:00:00+09:00");
    const auto id = reserved.text_of("reserve_id");
    const auto waiting = now.reservation(id);
    CHECK(waiting.number("status") == 0);
    CHECK(waiting.text_of("order_id") == "auto-1");
    CHECK(waiting.number("price") == 5'000);
    CHECK(waiting.json.as_object().if_contains("receipt_id") == nullptr);
    const auto path = "/v2/subscribe/payment/reserve/" + id;
    CHECK(now.del(path).body == R"({"reserve_id":")" + id + R"(","success":true})");
    CHECK(now.reservation(id).number("status") == 20);
    CHECK(now.del(path).error_code() == "RC_ALREADY_CANCELLED");
    for (int i = 0; i < 10; ++i) REQUIRE(now.reserve(key).status == 200);
    CHECK(now.reserve(key).status == 400);
    REQUIRE(now.del("/v2/subscribe/billing_key/" + key).status == 200);
    CHECK(now.del(path).error_code() == "SUBSCRIBE_BK_EXPIRED");
}

TEST_CASE("a reserved charge is made when its time comes, and its webhook sent") {
    Case now(prompt());
    Receiver receiver(now.sandbox.io());
    now.sandbox.sandbox().set_webhook_url(receiver.url());
    const auto key = now.key();
    const auto late = now.reserve(key, "2026-03-04T00:00:00Z").text_of("reserve_id");
    const auto soon = now.reserve(key).text_of("reserve_id");
    now.sandbox.clock().advance(std::chrono::hours{24});
    const auto webhook = receiver.next();
    CHECK(text(webhook, "webhook_type") == "PAYMENT_COMPLETED");
    CHECK(text(webhook, "order_id") == "auto-1");
    const auto done = now.reservation(soon);
    CHECK(done.number("status") == 1);
    CHECK(done.text_of("receipt_id") == text(webhook, "receipt_id"));
    CHECK(now.reservation(late).number("status") == 0);
    const auto revoked = now.del("/v2/subscribe/payment/reserve/" + soon);
    CHECK(revoked.error_code() == "RC_CANCEL_SERVER_ERROR");

    // On a dead key, and on a card that is declined, it fails: no payment.
    REQUIRE(now.del("/v2/subscribe/billing_key/" + key).status == 200);
    const auto declined = now.reserve(now.key(), "2026-03-04T00:00:00Z").text_of("reserve_id");
    now.sandbox.fault("decline_charge");
    now.sandbox.clock().advance(std::chrono::hours{24});
    const auto last = now.reserve(now.key(), "2026-03-04T00:00:01Z");
    receiver.next();  // of the last one: the others had their turn before it
    CHECK(now.reservation(late).number("status") == -1);
    CHECK(now.reservation(declined).number("status") == -1);
    CHECK(now.reservation(declined).json.as_object().if_contains("receipt_id") == nullptr);
    CHECK(now.reservation(last.text_of("reserve_id")).number("status") == 1);
    CHECK(now.sandbox.get("/sandbox/totals").number("paid_count") == 2);
}

TEST_CASE("faults: charges declined and dropped") {
    Case now;
    const auto key = now.key();
    const auto of_order = [&] {
        return now.sandbox.get("/v2/lookup/order/auto-1").json.as_array();
    };
    now.sandbox.fault("decline_charge");
    CHECK(now.charge(key).error_code() == "RC_CONFIRM_FAILED");
    REQUIRE(of_order().size() == 1);
    CHECK(of_order()[0].at("status") == -2);
    now.sandbox.fault("drop_after_charge");
    CHECK(now.charge(key).status == 0);
    REQUIRE(of_order().size() == 2);
    CHECK(of_order()[0].at("status") == 1);
    now.sandbox.fault("drop_after_reserve");
    CHECK(now.reserve(key).status == 0);
    now.sandbox.fault("http_500");
    CHECK(now.charge(key).status == 500);
    CHECK(of_order().size() == 2);
    now.sandbox.fault("garbage");
    CHECK(now.charge(key).body.starts_with("<html>"));
    CHECK(of_order().size() == 3);
    now.sandbox.fault("refuse_connection");
    CHECK(now.charge(key).status == 0);
    CHECK(of_order().size() == 3);
}
