#include "bootpay/wire.hpp"

#include <doctest/doctest.h>

using namespace pay;
using namespace pay::bootpay;
using gateway::Stage;

namespace {

const std::string receipt = "0123456789abcdef01234567";

std::string body_of(int status, std::string price, std::string canceled) {
    return R"({"receipt_id":")" + receipt + R"(","order_id":"ord_1","price":)" + price +
           R"(,"cancelled_price":)" + canceled + R"(,"metadata":{"user_id":"kim"},"status":)" +
           std::to_string(status) + R"(,"card_data":{"tid":"t"},"sandbox":true})";
}

}  // namespace

TEST_CASE("the stage comes from the status and, where money moved, from the amounts") {
    struct Line {
        int status;
        std::string canceled;
        Stage stage;
        std::int64_t returned;
    };
    const std::vector<Line> lines{
        {0, "0", Stage::not_yet, 0},          {1, "0", Stage::paid, 0},
        {1, "400", Stage::paid, 400},         {1, "1000", Stage::canceled, 1000},
        {20, "400", Stage::paid, 400},        {20, "1000", Stage::canceled, 1000},
        {20, "0", Stage::canceled, 1000},     {2, "0", Stage::approvable, 0},
        {3, "0", Stage::in_progress, 0},      {4, "0", Stage::in_progress, 0},
        {5, "0", Stage::awaiting_deposit, 0}, {-2, "0", Stage::declined, 0},
        {-1, "0", Stage::failed, 0},          {-3, "0", Stage::failed, 0},
        {-4, "0", Stage::failed, 0},          {-10, "0", Stage::failed, 0},
        {99, "0", Stage::not_yet, 0},         {-99, "0", Stage::not_yet, 0},
    };
    for (const auto& line : lines) {
        CAPTURE(line.status);
        const auto payment = read_payment(body_of(line.status, "1000", line.canceled));
        REQUIRE(payment);
        CHECK(payment->stage == line.stage);
        CHECK(payment->canceled == Won{line.returned});
        CHECK(payment->price == Won{1000});
    }
}

TEST_CASE("a payment as Bootpay writes it, with numbers in any form") {
    const auto payment = read_payment(body_of(1, "1000.0", "2.5e2"));
    REQUIRE(payment);
    CHECK(payment->receipt_id == receipt);
    CHECK(payment->order_id == "ord_1");
    CHECK(payment->user_id == "kim");
    CHECK(payment->price == Won{1000});
    CHECK(payment->standing() == Won{750});
    CHECK(!payment->deposit_deadline);
}

TEST_CASE("what may be missing or null") {
    const auto bare =
        read_payment(R"({"receipt_id":"r","price":100,"status":2,"cancelled_price":null,
        "metadata":null,"order_id":null})");
    REQUIRE(bare);
    CHECK(bare->order_id.empty());
    CHECK(bare->user_id.empty());
    CHECK(bare->canceled == Won{0});
    CHECK(read_payment(R"({"receipt_id":"r","price":1,"status":1,"metadata":{"user_id":7}})")
              ->user_id.empty());
}

TEST_CASE("a deposit's deadline") {
    const auto payment =
        read_payment(R"({"receipt_id":"r","price":100,"status":5,)"
                     R"("vbank_data":{"expired_at":"2026-03-04T09:00:00+09:00"}})");
    REQUIRE(payment);
    CHECK(payment->deposit_deadline == parse_rfc3339("2026-03-04T00:00:00Z"));
    const auto odd =
        read_payment(R"({"receipt_id":"r","price":1,"status":5,"vbank_data":{"expired_at":"soon"}})"
        );
    REQUIRE(odd);
    CHECK(!odd->deposit_deadline);
}

TEST_CASE("what is no payment is none") {
    for (const std::string_view text : {
             "",
             "garbage",
             "[]",
             "null",
             "{}",
             "{\"receipt_id\":\"r\"}",
             R"({"receipt_id":"r","price":100})",
             R"({"receipt_id":"r","status":1})",
             R"({"price":100,"status":1})",
             R"({"receipt_id":"","price":100,"status":1})",
             R"({"receipt_id":7,"price":100,"status":1})",
             R"({"receipt_id":"r","price":-1,"status":1})",
             R"({"receipt_id":"r","price":"100","status":1})",
             R"({"receipt_id":"r","price":100.5,"status":1})",
             R"({"receipt_id":"r","price":1e300,"status":1})",
             R"({"receipt_id":"r","price":100,"status":"1"})",
             R"({"receipt_id":"r","price":100,"status":1,"cancelled_price":-5})",
             R"({"receipt_id":"r","price":100,"status":1)",
         }) {
        CAPTURE(text);
        CHECK(!read_payment(text));
    }
    CHECK(!read_payment(std::string(100'000, '[')));
}

TEST_CASE("payments of an order") {
    CHECK(read_payments("[]")->empty());
    const auto two = read_payments('[' + body_of(1, "5", "0") + ',' + body_of(2, "6", "0") + ']');
    REQUIRE(two);
    CHECK(two->size() == 2);
    CHECK(two->at(1).stage == Stage::approvable);
    CHECK(!read_payments('[' + body_of(1, "5", "0") + ",{}]"));  // one unread is not one less
    CHECK(!read_payments(body_of(1, "5", "0")));
    CHECK(!read_payments("oops"));
}

TEST_CASE("tokens and error codes") {
    const auto token = read_token(R"({"access_token":"abc","expire_in":1800})");
    REQUIRE(token);
    CHECK(token->text == "abc");
    CHECK(token->life == std::chrono::minutes{30});
    CHECK(!read_token(R"({"access_token":"","expire_in":1800})"));
    CHECK(!read_token(R"({"access_token":"abc"})"));
    CHECK(!read_token(R"({"access_token":"abc","expire_in":-1})"));
    CHECK(!read_token("no"));
    CHECK(read_error_code(R"({"error_code":"RC_NOT_FOUND","message":"없음"})") == "RC_NOT_FOUND");
    CHECK(read_error_code(R"({"error_code":-100})").empty());
    CHECK(read_error_code("<html>").empty());
}

TEST_CASE("requests") {
    CHECK(token_request("a\"b", "k") == R"({"application_id":"a\"b","private_key":"k"})");
    CHECK(approve_request(receipt) == R"({"receipt_id":")" + receipt + "\"}");
    gateway::Cancel cancel{receipt, "c1", {}, "취소"};
    CHECK(
        cancel_request(cancel) ==
        R"({"receipt_id":")" + receipt +
            R"(","cancel_id":"c1","cancel_username":"payments","cancel_message":"취소"})"
    );
    cancel.part = Won{300};
    CHECK(cancel_request(cancel).ends_with(R"("cancel_price":300})"));
}

TEST_CASE("a receipt id is 24 lower-case hex digits") {
    CHECK(is_receipt_id(receipt));
    for (const std::string_view text :
         {"", "0123456789abcdef0123456", "0123456789abcdef012345678", "0123456789ABCDEF01234567",
          "0123456789abcdef0123456g", "../../../../../etc/passw"}) {
        CHECK(!is_receipt_id(text));
    }
}

TEST_CASE("a webhook in JSON and as a form says the same") {
    const auto json = read_notice(body_of(1, "1000", "400"), false);
    const auto form = read_notice(
        "receipt_id=" + receipt + "&order_id=ord%5F1&status=1&cancelled_price=400&price=1000", true
    );
    for (const auto& notice : {json, form}) {
        REQUIRE(notice);
        CHECK(notice->receipt_id == receipt);
        CHECK(notice->order_id == "ord_1");
        CHECK(notice->status == 1);
        CHECK(notice->canceled == Won{400});
    }
    CHECK(read_notice("receipt_id=" + receipt + "&status=-2", true)->canceled == Won{0});
    CHECK(read_notice("order_name=a%0Ab&%ff=&x=%zz&receipt_id=" + receipt + "&status=1", true));
}

TEST_CASE("a malformed webhook is none") {
    const std::string good = "receipt_id=" + receipt;
    for (const auto& form :
         {good, good + "&status=", good + "&status=x", good + "&status=1x",
          good + "&status=1&cancelled_price=-1", good + "&status=1&cancelled_price=1.5",
          std::string("receipt_id=short&status=1"), std::string("status=1"),
          good + "&status=1&order_id=" + std::string(97, 'o')}) {
        CAPTURE(form);
        CHECK(!read_notice(form, true));
    }
    CHECK(!read_notice(good + "&status=1", false));
    CHECK(!read_notice(R"({"receipt_id":"short","status":1})", false));
    CHECK(!read_notice(R"({"receipt_id":")" + receipt + "\"}", false));
    CHECK(!read_notice(
        R"({"receipt_id":")" + receipt + R"(","status":1,"cancelled_price":-1})", false
    ));
    CHECK(!read_notice("[]", false));
    CHECK(!read_notice("", false));
}

TEST_CASE("how and when it was paid, by the method that was really used") {
    const auto payment = read_payment(R"({"receipt_id":"r","price":100,"status":1,
        "method_symbol":"easy","method_origin_symbol":"card",
        "purchased_at":"2026-03-02T10:15:42+09:00"})");
    REQUIRE(payment);
    CHECK(payment->method == "card");
    CHECK(payment->paid_at == parse_rfc3339("2026-03-02T01:15:42Z"));
    const auto plain =
        read_payment(R"({"receipt_id":"r","price":100,"status":2,"method_symbol":"phone",
        "method_origin_symbol":null,"purchased_at":null})");
    REQUIRE(plain);
    CHECK(plain->method == "phone");
    CHECK(!plain->paid_at);
}

TEST_CASE("a cancel names the account that the money of a virtual account goes back to") {
    const gateway::RefundAccount account{.bank_code = "004", .account = "123", .holder = "홍길동"};
    CHECK(
        cancel_request({receipt, "c1", Won{500}, "why", account}) ==
        R"({"receipt_id":")" + receipt +
            R"(","cancel_id":"c1","cancel_username":"payments","cancel_message":"why",)"
            R"("cancel_price":500,"refund":{"bank_account":"123","bank_username":"홍길동",)"
            R"("bank_code":"004"}})"
    );
}
