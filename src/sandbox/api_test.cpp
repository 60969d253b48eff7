#include "sandbox/fixture.hpp"

using namespace pay;
using namespace pay::sandbox;

TEST_CASE("token, receipt, confirm, cancel: the whole way with a token") {
    Running sandbox;
    const std::string token = sandbox.bearer();
    const std::string id = sandbox.paid(R"(,"separately_confirmed":true,"user_id":"kim")");

    const auto before = sandbox.get("/v2/receipt/" + id, token);
    CHECK(before.status == 200);
    CHECK(before.number("status") == 2);
    CHECK(before["metadata"].at("user_id") == "kim");
    CHECK_FALSE(before.json.as_object().contains("purchased_at"));
    CHECK_FALSE(before.json.as_object().contains("user"));
    const auto with_user = sandbox.get("/v2/receipt/" + id + "?lookup_user_data=true", token);
    CHECK(with_user["user"].at("id") == "kim");

    const auto confirmed = sandbox.post("/v2/confirm", R"({"receipt_id":")" + id + "\"}", token);
    CHECK(confirmed.status == 200);
    CHECK(confirmed.number("status") == 1);
    CHECK(confirmed.text_of("purchased_at") == "2026-03-02T10:15:42+09:00");

    const auto part =
        sandbox.post("/v2/cancel", R"({"receipt_id":")" + id + R"(","cancel_price":400})", token);
    CHECK(part.number("status") == 1);
    CHECK(part.number("cancelled_price") == 400);
    const auto rest = sandbox.post("/v2/cancel", R"({"receipt_id":")" + id + "\"}", token);
    CHECK(rest.number("status") == 20);
    CHECK(rest.number("cancelled_price") == 1'000);
    CHECK(sandbox.cancel(id).error_code() == "RC_ALREADY_CANCELLED");
}

TEST_CASE("a receipt reads as Bootpay writes it") {
    Running sandbox;
    const auto card =
        sandbox.get("/v2/receipt/" + sandbox.paid(R"(,"order_name":"500 \"포인트\"")"));
    CHECK(card.text_of("order_name") == "500 \"포인트\"");
    CHECK(card.text_of("method") == "카드");
    CHECK(card.text_of("method_symbol") == "card");
    CHECK(card.text_of("status_locale") == "결제완료");
    CHECK(card.text_of("requested_at") == "2026-03-02T10:15:42+09:00");
    CHECK(card["sandbox"].as_bool());
    CHECK(card["metadata"].as_object().empty());
    CHECK(card["card_data"].at("card_quota") == "00");
    CHECK_FALSE(card.json.as_object().contains("vbank_data"));
    CHECK_FALSE(card.json.as_object().contains("webhook_type"));
    CHECK_FALSE(card.json.as_object().contains("error_code"));

    const auto bank = sandbox.get("/v2/receipt/" + sandbox.paid(R"(,"method":"bank")"));
    CHECK(bank["bank_data"].at("bank_code") == "088");
    const auto account = sandbox.get("/v2/receipt/" + sandbox.paid(R"(,"method":"vbank")"));
    CHECK(account.number("status") == 5);
    CHECK(account["vbank_data"].at("expired_at") == "2026-03-05T10:15:42+09:00");
}

TEST_CASE("receipts of an order: an array, newest first, empty for an unknown order") {
    Running sandbox;
    const auto first = sandbox.paid("", "주문 1");
    const auto second = sandbox.paid("", "주문 1");
    const auto found = sandbox.get("/v2/lookup/order/%EC%A3%BC%EB%AC%B8%201");
    REQUIRE(found.json.as_array().size() == 2);
    CHECK(text(found.json.as_array()[0], "receipt_id") == second);
    CHECK(text(found.json.as_array()[1], "receipt_id") == first);
    const auto none = sandbox.get("/v2/lookup/order/nothing");
    CHECK(none.status == 200);
    CHECK(none.body == "[]");
}

TEST_CASE("both forms of authentication, and what is wrong with others") {
    Running sandbox;
    const std::string id = sandbox.paid();
    const std::string target = "/v2/receipt/" + id;
    CHECK(sandbox.get(target).status == 200);
    CHECK(sandbox.get(target, sandbox.bearer()).status == 200);
    struct Wrong {
        const char* authorization;
        const char* error_code;
    };
    for (const Wrong wrong :
         {Wrong{"", "TOKEN_KEY_INVALID"},
          {"Bearer nothing", "TOKEN_KEY_INVALID"},
          {"Basic eDpzYW5kYm94", "APP_KEY_NOT_FOUND"},
          {"Basic c2FuZGJveDp4", "APP_SK_NOT_MATCHED"}}) {
        CAPTURE(wrong.authorization);
        const auto refused = sandbox.get(target, wrong.authorization);
        CHECK(refused.status == 401);
        CHECK(refused.error_code() == wrong.error_code);
    }
    const auto token = sandbox.post(
        "/v2/request/token", R"({"application_id":"sandbox","private_key":"wrong"})", ""
    );
    CHECK(token.status == 401);
    CHECK(token.error_code() == "APP_SK_NOT_MATCHED");
}

TEST_CASE("a token for a user is given to a token only") {
    Running sandbox;
    const std::string body = R"({"user_id":"kim"})";
    CHECK(sandbox.post("/v2/request/user/token", body).error_code() == "TOKEN_KEY_INVALID");
    const auto given = sandbox.post("/v2/request/user/token", body, sandbox.bearer());
    CHECK(given.status == 200);
    CHECK(given.text_of("expired_at") == "2026-03-02T10:45:42+09:00");
    CHECK_FALSE(given.text_of("user_token").empty());
    CHECK(sandbox.post("/v2/request/user/token", "{}", sandbox.bearer()).status == 400);
}

TEST_CASE("refusals have Bootpay's codes and statuses") {
    Running sandbox;
    CHECK(sandbox.get("/v2/receipt/nothing").status == 404);
    CHECK(sandbox.get("/v2/receipt/nothing").error_code() == "RC_NOT_FOUND");
    CHECK(sandbox.confirm("nothing").error_code() == "RC_NOT_FOUND");
    CHECK(sandbox.cancel("nothing").error_code() == "RC_NOT_FOUND");
    const auto paid = sandbox.paid();
    CHECK(sandbox.confirm(paid).status == 400);
    CHECK(sandbox.confirm(paid).error_code() == "RC_NOT_CONFIRM_READY");
    CHECK(sandbox.cancel(paid, R"(,"cancel_price":1001)").error_code() == "RC_CANCEL_SERVER_ERROR");
    CHECK(sandbox.cancel(paid, R"(,"cancel_price":10.5)").error_code() == "RC_CANCEL_SERVER_ERROR");
    CHECK(
        sandbox.cancel(paid, R"(,"cancel_price":"much")").error_code() == "RC_CANCEL_SERVER_ERROR"
    );
    CHECK(sandbox.post("/v2/cancel", "[]").error_code() == "API_PARAM_INVALID");
    CHECK(sandbox.post("/v2/confirm", "not json").error_code() == "RC_NOT_FOUND");
}

TEST_CASE("whatever is not there is an error object too") {
    Running sandbox;
    for (const char* target :
         {"/v2", "/v2/", "/v2/wallet", "/v2/receipt", "/v2//confirm", "/v2/confirm/x"}) {
        CAPTURE(target);
        const auto answer = sandbox.get(target);
        CHECK(answer.status == 404);
        CHECK(answer.error_code() == "API_NOT_FOUND");
    }
    CHECK(sandbox.get("/v2/confirm").status == 404);  // a GET of a POST
}

TEST_CASE("a repeated confirm answers for ten seconds, a repeated cancel_id never") {
    Running sandbox;
    const auto id = sandbox.approvable();
    REQUIRE(sandbox.confirm(id).status == 200);
    CHECK(sandbox.confirm(id).number("status") == 1);
    sandbox.clock().advance(std::chrono::seconds{11});
    CHECK(sandbox.confirm(id).error_code() == "RC_NOT_CONFIRM_READY");
    const std::string part = R"(,"cancel_price":100,"cancel_id":"c1")";
    CHECK(sandbox.cancel(id, part).number("cancelled_price") == 100);
    CHECK(sandbox.cancel(id, part).status == 400);
    CHECK(sandbox.get("/v2/receipt/" + id).number("cancelled_price") == 100);
}

TEST_CASE("what the SDKs of Bootpay are known to send is understood") {
    Running sandbox;
    const std::string id = sandbox.approvable();
    // .NET: .json on the path. Node: a content type on a GET. Ruby: a body on it.
    CHECK(sandbox.get("/v2/receipt/" + id + ".json").status == 200);
    http::Call call{.target = "/v2/receipt/" + id, .headers = {}, .body = "{}"};
    call.headers = {{"authorization", basic}, {"content-type", "application/json"}};
    CHECK(sandbox.send(call).status == 200);
    // PHP: an empty Authorization before it has a token.
    CHECK(
        sandbox
            .post(
                "/v2/request/token.json", R"({"application_id":"sandbox","private_key":"sandbox"})",
                ""
            )
            .status == 200
    );
    CHECK(sandbox.post("/v2/confirm.json", R"({"receipt_id":")" + id + "\"}").status == 200);
    // Java: amounts as floating point. Python: null and "" for all it does not set.
    CHECK(
        sandbox.cancel(id, R"(,"cancel_price":100.0,"cancel_tax_free":0.0)")
            .number("cancelled_price") == 100
    );
    const std::string unset =
        R"(,"cancel_id":"","metadata":{},"cancel_username":"","cancel_message":"",)"
        R"("cancel_price":null,)"
        R"("cancel_tax_free":null,"refund":null,"items":null)";
    CHECK(
        sandbox.cancel(id, R"(,"cancel_price":"200","cancel_id":"")").number("cancelled_price") ==
        300
    );
    CHECK(sandbox.cancel(id, unset).number("cancelled_price") == 1'000);
}

TEST_CASE("a form is as good as JSON") {
    Running sandbox;
    const std::string form = "application/x-www-form-urlencoded; charset=utf-8";
    const auto paid = sandbox.post(
        "/sandbox/pay",
        "order_id=order+1&price=700&order_name=%ED%8F%AC%EC%9D%B8%ED%8A%B8&separately_confirmed="
        "true",
        "", form
    );
    CHECK(paid.status == 201);
    CHECK(paid.text_of("order_id") == "order 1");
    CHECK(paid.text_of("order_name") == "포인트");
    CHECK(paid.number("status") == 2);
    const auto confirmed =
        sandbox.post("/v2/confirm", "receipt_id=" + paid.text_of("receipt_id"), basic, form);
    CHECK(confirmed.number("status") == 1);
}

TEST_CASE("a virtual account is paid by a deposit and refunded to an account") {
    Running sandbox;
    const auto id = sandbox.paid(R"(,"method":"vbank","separately_confirmed":true)");
    CHECK(sandbox.status_of(id) == 5);
    CHECK(sandbox.confirm(id).error_code() == "RC_NOT_CONFIRM_READY");
    CHECK(
        sandbox.post("/sandbox/deposit", R"({"receipt_id":")" + id + "\"}").number("status") == 1
    );
    CHECK(sandbox.cancel(id).error_code() == "RC_CANCEL_SERVER_ERROR");
    const std::string refund =
        R"(,"refund":{"bank_account":"1","bank_username":"u","bank_code":"004"})";
    CHECK(sandbox.cancel(id, refund).number("status") == 20);
}
