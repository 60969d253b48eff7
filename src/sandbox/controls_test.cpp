#include "sandbox/fixture.hpp"

using namespace pay;
using namespace pay::sandbox;

TEST_CASE("a payment is paid at once unless it waits for its confirm") {
    Running sandbox;
    CHECK(sandbox.status_of(sandbox.paid()) == 1);
    CHECK(sandbox.status_of(sandbox.paid(R"(,"separately_confirmed":false)")) == 1);
    CHECK(sandbox.status_of(sandbox.approvable()) == 2);
    const auto totals = sandbox.get("/sandbox/totals");
    CHECK(totals.body == R"({"paid_count":2,"paid_amount":2000,"canceled_amount":0})");
}

TEST_CASE("a control says what it does not understand") {
    Running sandbox;
    struct Case {
        const char* target;
        const char* body;
        int status;
        const char* named;
    };
    for (const Case wrong : {
             Case{"/sandbox/pay", "{", 400, "JSON"},
             {"/sandbox/pay", "{}", 422, "order_id"},
             {"/sandbox/pay", R"({"order_id":"a"})", 422, "price"},
             {"/sandbox/pay", R"({"order_id":"a","price":0})", 422, "price"},
             {"/sandbox/pay", R"({"order_id":"a","price":1.5})", 422, "price"},
             {"/sandbox/pay", R"({"order_id":"a","price":1000000000001})", 422, "price"},
             {"/sandbox/pay", R"({"order_id":"a","price":99999999999999999999})", 422, "price"},
             {"/sandbox/pay", R"({"order_id":"a","price":1,"tax_free":2})", 422, "tax_free"},
             {"/sandbox/pay", R"({"order_id":"a","price":1,"method":"coin"})", 422, "method"},
             {"/sandbox/pay", R"({"order_id":"a","price":1,"user_id":7})", 422, "user_id"},
             {"/sandbox/pay", R"({"order_id":"a","price":1,"separately_confirmed":"maybe"})", 422,
              "separately"},
             {"/sandbox/pay", R"({"order_id":"a","price":1,"status":1})", 422, "status"},
             {"/sandbox/faults", "[]", 400, "JSON"},
             {"/sandbox/faults", R"({"fault":"earthquake"})", 422, "fault"},
             {"/sandbox/faults", R"({"times":1})", 422, "fault"},
             {"/sandbox/faults", R"({"fault":"delay","times":0})", 422, "times"},
             {"/sandbox/faults", R"({"fault":"delay","times":"often"})", 422, "times"},
             {"/sandbox/faults", R"({"fault":"delay","delay_ms":-1})", 422, "delay_ms"},
             {"/sandbox/faults", R"({"fault":"delay","path":"cancel"})", 422, "path"},
             {"/sandbox/faults", R"({"fault":"webhook_lost","path":"/v2/cancel"})", 422, "path"},
             {"/sandbox/faults", R"({"fault":"delay","delay":1})", 422, "delay"},
             {"/sandbox/pay", R"({"order_id":"a","price":1,"silent":"maybe"})", 422, "silent"},
             {"/sandbox/receipts/nothing", "{", 400, "JSON"},
             {"/sandbox/receipts/nothing", "{}", 422, "status"},
             {"/sandbox/receipts/nothing", R"({"paid":1})", 422, "paid"},
             {"/sandbox/receipts/nothing", R"({"price":"x"})", 422, "price"},
             {"/sandbox/receipts/nothing", R"({"status":7})", 422, "status"},
             {"/sandbox/receipts/nothing", R"({"order_id":7})", 422, "order_id"},
             {"/sandbox/receipts/nothing", R"({"price":7})", 404, "receipt"},
             {"/sandbox/receipts/nothing/expire", "", 404, "receipt"},
             {"/sandbox/billing-keys", "{", 400, "JSON"},
             {"/sandbox/billing-keys", R"({"user_id":7})", 422, "user_id"},
             {"/sandbox/billing-keys", R"({"card_no":"1"})", 422, "card_no"},
             {"/sandbox/deposit", "{}", 422, "receipt_id"},
             {"/sandbox/deposit", R"({"receipt_id":"nothing"})", 404, "receipt"},
         }) {
        CAPTURE(wrong.body);
        const auto answer = sandbox.post(wrong.target, wrong.body);
        CHECK(answer.status == wrong.status);
        CHECK(answer.text_of("message").find(wrong.named) != std::string::npos);
    }
    CHECK(sandbox.get("/sandbox/faults")["faults"].as_array().empty());
    CHECK(sandbox.get("/sandbox/totals").number("paid_count") == 0);
}

TEST_CASE("a deposit needs a virtual account that waits for one") {
    Running sandbox;
    CHECK(
        sandbox.post("/sandbox/deposit", R"({"receipt_id":")" + sandbox.paid() + "\"}").status ==
        409
    );
}

TEST_CASE("receipts are listed newest first, of one order or of all, as many as wanted") {
    Running sandbox;
    const auto first = sandbox.paid("", "a");
    const auto second = sandbox.paid("", "b");
    const auto all = sandbox.get("/sandbox/receipts");
    REQUIRE(all["data"].as_array().size() == 2);
    CHECK(text(all["data"].as_array()[0], "receipt_id") == second);
    CHECK(sandbox.get("/sandbox/receipts?limit=1")["data"].as_array().size() == 1);
    const auto of_order = sandbox.get("/sandbox/receipts?order_id=a");
    REQUIRE(of_order["data"].as_array().size() == 1);
    CHECK(text(of_order["data"].as_array()[0], "receipt_id") == first);
    for (const char* limit : {"0", "1001", "x", "-1", "1.5"}) {
        CHECK(sandbox.get(std::string("/sandbox/receipts?limit=") + limit).status == 422);
    }
}

TEST_CASE("reset forgets receipts, totals and faults, tokens stay good") {
    Running sandbox;
    const auto token = sandbox.bearer();
    const auto id = sandbox.paid();
    sandbox.fault("http_500", R"(,"times":null)");
    CHECK(sandbox.post("/sandbox/reset", "").number("paid_count") == 0);
    CHECK(sandbox.get("/v2/receipt/" + id, token).error_code() == "RC_NOT_FOUND");
    CHECK(sandbox.get("/sandbox/receipts")["data"].as_array().empty());
    CHECK(sandbox.get("/sandbox/faults")["faults"].as_array().empty());
}

TEST_CASE("the payment page carries nothing of its address, and only its own script may run") {
    Running sandbox;
    const auto page =
        sandbox.get("/sandbox/checkout?order_id=%3Cscript%3Ealert(1)%3C/script%3E&price=1");
    CHECK(page.status == 200);
    CHECK(page.body.find("alert(1)") == std::string::npos);
    CHECK(page.body.find("@nonce@") == std::string::npos);
    CHECK(page.body.find("innerHTML") == std::string::npos);
    CHECK(page.body != sandbox.get("/sandbox/checkout?order_id=a&price=1").body);
}

TEST_CASE("the payment page offers every method, and each can be paid") {
    Running sandbox;
    const auto page = sandbox.get("/sandbox/checkout?order_id=a&price=1");
    for (const std::string method : {"card", "phone", "vbank", "bank", "naver_point"}) {
        CAPTURE(method);
        CHECK(page.body.find(R"(name="method" value=")" + method + '"') != std::string::npos);
        sandbox.paid(R"(,"method":")" + method + '"');
    }
}

TEST_CASE("faults: declined and refused") {
    Running sandbox;
    const auto id = sandbox.approvable();
    sandbox.fault("decline_confirm");
    const auto declined = sandbox.confirm(id);
    CHECK(declined.status == 400);
    CHECK(declined.error_code() == "RC_CONFIRM_FAILED");
    CHECK(sandbox.status_of(id) == -2);

    const auto paid = sandbox.paid();
    sandbox.fault("refuse_cancel");
    CHECK(sandbox.cancel(paid).error_code() == "RC_CANCEL_SERVER_ERROR");
    CHECK(sandbox.get("/v2/receipt/" + paid).number("cancelled_price") == 0);
    CHECK(sandbox.cancel(paid).number("status") == 20);
}

TEST_CASE("faults: the connection drops after the deed, or before it") {
    Running sandbox;
    const auto id = sandbox.approvable();
    sandbox.fault("drop_after_confirm");
    CHECK(sandbox.confirm(id).status == 0);
    CHECK(sandbox.status_of(id) == 1);
    sandbox.fault("drop_after_cancel");
    CHECK(sandbox.cancel(id, R"(,"cancel_price":400)").status == 0);
    CHECK(sandbox.get("/v2/receipt/" + id).number("cancelled_price") == 400);

    const auto other = sandbox.approvable();
    sandbox.fault("refuse_connection");
    CHECK(sandbox.confirm(other).status == 0);
    CHECK(sandbox.status_of(other) == 2);
}

TEST_CASE("faults: 500 does nothing, garbage does what is asked and cannot be read") {
    Running sandbox;
    const auto id = sandbox.approvable();
    sandbox.fault("http_500");
    const auto broken = sandbox.confirm(id);
    CHECK(broken.status == 500);
    CHECK(broken.error_code() == "SERVER_ERROR");
    CHECK(sandbox.status_of(id) == 2);
    sandbox.fault("garbage");
    const auto garbled = sandbox.confirm(id);
    CHECK(garbled.status == 200);
    CHECK(garbled.json.is_null());
    CHECK(sandbox.status_of(id) == 1);
}

TEST_CASE("faults: a delayed call is looked at late, others meanwhile are not") {
    Running sandbox;
    const auto id = sandbox.paid();
    sandbox.fault("delay", R"(,"times":1,"delay_ms":600000)");
    http::Call late{.target = "/v2/receipt/" + id, .headers = {{"authorization", basic}}};
    late.timeout = Duration{50};
    CHECK(sandbox.send(std::move(late)).status == 0);
    CHECK(sandbox.get("/v2/receipt/" + id).status == 200);
    sandbox.fault("delay", R"(,"times":1,"delay_ms":1)");
    CHECK(sandbox.get("/v2/receipt/" + id).status == 200);
}

TEST_CASE("faults: an expired token strikes a call that brings one, a new token works") {
    Running sandbox;
    const auto id = sandbox.paid();
    const auto token = sandbox.bearer();
    sandbox.fault("expire_token");
    CHECK(sandbox.get("/v2/receipt/" + id).status == 200);  // Basic has no token to expire
    const auto refused = sandbox.get("/v2/receipt/" + id, token);
    CHECK(refused.status == 401);
    CHECK(refused.error_code() == "TOKEN_KEY_INVALID");
    CHECK(sandbox.get("/v2/receipt/" + id, token).status == 401);
    CHECK(sandbox.get("/v2/receipt/" + id, sandbox.bearer()).status == 200);
}

TEST_CASE("faults strike as often as told, are listed and taken back, and never strike a control") {
    Running sandbox;
    const auto id = sandbox.paid();
    sandbox.fault("http_500", R"(,"times":2)");
    sandbox.fault("refuse_connection", R"(,"times":null)");
    CHECK(sandbox.get("/sandbox/totals").status == 200);
    CHECK(
        sandbox.get("/sandbox/faults").body ==
        R"({"faults":[{"fault":"http_500","times":2,"delay_ms":2000},)"
        R"({"fault":"refuse_connection","times":null,"delay_ms":2000}]})"
    );
    for (int i = 0; i < 3; ++i) CHECK(sandbox.get("/v2/receipt/" + id).status == 0);
    CHECK(sandbox.del("/sandbox/faults").status == 200);
    CHECK(sandbox.get("/v2/receipt/" + id).status == 200);
    sandbox.fault("http_500", R"(,"times":2)");
    CHECK(sandbox.get("/v2/receipt/" + id).status == 500);
    CHECK(sandbox.get("/v2/receipt/" + id).status == 500);
    CHECK(sandbox.get("/v2/receipt/" + id).status == 200);
}

TEST_CASE("each method gives its own block, symbols and cancels") {
    struct Case {
        const char* method;
        const char* symbol;
        const char* origin;
        const char* block;
        bool in_parts;
    };
    Running sandbox;
    for (const Case expected :
         {Case{"card", "card", "card", "card_data", true},
          {"bank", "bank", "bank", "bank_data", true},
          {"phone", "phone", "phone", "phone_data", false},
          {"naver_point", "easy", "naver_point", "naver_point_data", false}}) {
        CAPTURE(expected.method);
        const auto id = sandbox.paid(std::string(R"(,"method":")") + expected.method + "\"");
        const auto receipt = sandbox.get("/v2/receipt/" + id);
        CHECK(receipt.text_of("method_symbol") == expected.symbol);
        CHECK(receipt.text_of("method_origin_symbol") == expected.origin);
        CHECK(text(receipt[expected.block], "tid") == "sandbox" + id);
        const auto part = sandbox.cancel(id, R"(,"cancel_price":100)");
        CHECK((part.status == 200) == expected.in_parts);
        CHECK(sandbox.cancel(id).number("status") == 20);
    }
    const auto id = sandbox.paid(R"(,"method":"phone")");
    sandbox.clock().advance(std::chrono::days{31});
    CHECK(sandbox.cancel(id).error_code() == "RC_CANCEL_SERVER_ERROR");
}

TEST_CASE("a record is altered, expired and removed behind the merchant's back") {
    Running sandbox;
    const auto id = sandbox.paid();
    const auto path = "/sandbox/receipts/" + id;
    CHECK(sandbox.post(path, R"({"price":900,"order_id":"order-2"})").number("price") == 900);
    const auto receipt = sandbox.get("/v2/receipt/" + id);
    CHECK(receipt.number("price") == 900);
    CHECK(receipt.text_of("order_id") == "order-2");
    CHECK(sandbox.get("/v2/lookup/order/order-1").json.as_array().empty());
    CHECK(sandbox.post(path, R"({"canceled_price":901})").status == 409);
    CHECK(sandbox.post(path, R"({"canceled_price":300})").number("status") == 1);
    CHECK(sandbox.cancel(id, R"(,"cancel_price":601)").error_code() == "RC_CANCEL_SERVER_ERROR");
    CHECK(sandbox.post(path, R"({"status":20})").number("cancelled_price") == 900);
    CHECK(sandbox.post(path + "/expire", "").status == 409);
    CHECK(sandbox.del(path).number("paid_count") == 0);
    CHECK(sandbox.del(path).status == 404);
    CHECK(sandbox.get("/v2/receipt/" + id).error_code() == "RC_NOT_FOUND");

    const auto account = sandbox.paid(R"(,"method":"vbank")");
    const auto expired = sandbox.post("/sandbox/receipts/" + account + "/expire", "");
    CHECK(expired.number("status") == -10);
    const auto late = sandbox.post("/sandbox/deposit", R"({"receipt_id":")" + account + "\"}");
    CHECK(late.status == 409);
}

TEST_CASE("reset forgets billing keys as well") {
    Running sandbox;
    const auto issued = sandbox.post("/sandbox/billing-keys", "{}").text_of("receipt_id");
    CHECK(sandbox.get("/v2/subscribe/billing_key/" + issued).status == 200);
    REQUIRE(sandbox.post("/sandbox/reset", "").status == 200);
    CHECK(sandbox.get("/v2/subscribe/billing_key/" + issued).error_code() == "RC_NOT_FOUND");
}

TEST_CASE("a sandbox with a test clock shows it and lets it be advanced") {
    SandboxOptions options;
    options.test_clock = std::make_shared<AdvancingClock>();
    Running sandbox(options);
    const auto now_of = [](const Answered& answer) {
        const auto now = parse_rfc3339(answer.text_of("now"));
        REQUIRE(now);
        return *now;
    };
    const Time before = now_of(sandbox.get("/sandbox/clock"));
    const auto answer = sandbox.post("/sandbox/clock", R"({"advance_s":1860})");
    CHECK(answer.status == 200);
    CHECK(now_of(answer) >= before + std::chrono::minutes{31});
    for (const auto* wrong :
         {"{}", R"({"advance_s":-1})", R"({"advance_s":1.5})", R"({"advance_s":316224001})",
          R"({"advance_s":1,"by":2})"}) {
        CAPTURE(wrong);
        CHECK(sandbox.post("/sandbox/clock", wrong).status == 422);
    }
    CHECK(Running().post("/sandbox/clock", R"({"advance_s":1})").status == 404);
}
