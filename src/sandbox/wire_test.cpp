#include "sandbox/wire.hpp"

#include <doctest/doctest.h>

using namespace pay;
using namespace pay::sandbox;

namespace {

Receipt full() {
    const Time start = from_epoch_ms(1'772'414'142'123);
    Receipt receipt;
    receipt.number = 7;
    receipt.receipt_id = "0123456789abcdef01234567";
    receipt.order_id = "order \"1\"\n";
    receipt.order_name = "포인트 <500>";
    receipt.user_id = "kim";
    receipt.price = Won{1'000};
    receipt.tax_free = Won{100};
    receipt.canceled_price = Won{300};
    receipt.canceled_tax_free = Won{30};
    receipt.method = PayMethod::virtual_account;
    receipt.status = Status::paid;
    receipt.requested_at = start;
    receipt.purchased_at = start + Duration{1};
    receipt.confirmed_at = start + Duration{2};
    receipt.canceled_at = start + Duration{3};
    receipt.deposit_until = start + Duration{4};
    receipt.cancel_ids = {"c1", "\"c2\""};
    return receipt;
}

http::Request request(std::string body, std::string type = "application/json") {
    http::Request request;
    request.headers = {{"content-type", std::move(type)}};
    request.body = std::move(body);
    return request;
}

}  // namespace

TEST_CASE("a stored receipt comes back whole") {
    const Receipt receipt = full();
    Receipt back = receipt_from_document(to_document(receipt));
    CHECK(back.number == 0);  // a column of its own
    CHECK(to_document(back) == to_document(receipt));
    CHECK(back.cancel_ids == receipt.cancel_ids);
    CHECK(back.confirmed_at == receipt.confirmed_at);
    CHECK(back.order_id == receipt.order_id);
    const Receipt bare = receipt_from_document(to_document(Receipt{}));
    CHECK_FALSE(bare.purchased_at);
    CHECK(bare.cancel_ids.empty());
}

TEST_CASE("a webhook is told only of what Bootpay tells") {
    CHECK(webhook_body(full(), Effect::none).empty());
    const auto body = webhook_body(full(), Effect::partially_canceled);
    CHECK(body.find(R"("status":20)") != std::string::npos);
    CHECK(body.find(R"("webhook_type":"PAYMENT_PARTIAL_CANCELLED")") != std::string::npos);
}

TEST_CASE("every refusal has a code, a status and a message") {
    for (int i = 0; i <= static_cast<int>(Refusal::server_error); ++i) {
        const RefusalFacts& told = facts(static_cast<Refusal>(i));
        CHECK_FALSE(told.error_code.empty());
        CHECK(told.status >= 400);
        CHECK_FALSE(told.message.empty());
    }
    CHECK(facts(Refusal::server_error).error_code == "SERVER_ERROR");
    CHECK(facts(Refusal::rc_not_found).status == 404);
}

TEST_CASE("null, an empty text, absence and a wrong type are no text") {
    for (const char* body :
         {R"({"receipt_id":null})", R"({"receipt_id":""})", "{}", "", "[1]", R"({"receipt_id":7})"
         }) {
        CHECK(read_text(request(body), "receipt_id").empty());
    }
    CHECK(read_text(request(R"({"receipt_id":"r1","more":[1]})"), "receipt_id") == "r1");
}

TEST_CASE("a form may have broken escapes, no values and nothing at all") {
    const std::string form = "application/x-www-form-urlencoded";
    CHECK(read_text(request("a=1&receipt_id=r%201%2&b", form), "receipt_id") == "r 1%2");
    CHECK(read_text(request("receipt_id", form), "receipt_id").empty());
    CHECK(read_text(request("", form), "receipt_id").empty());
    CHECK(read_text(request("&&=&receipt_id=%zz", form), "receipt_id") == "%zz");
}

TEST_CASE("JSON that is called a form is read as JSON") {
    const std::string form = "application/x-www-form-urlencoded";
    CHECK(read_text(request(R"({"receipt_id":"r1"})", form), "receipt_id") == "r1");
}

TEST_CASE("amounts of any spelling, as long as they are whole") {
    const auto price_of = [](const std::string& text) {
        return read_cancel(request(R"({"receipt_id":"r","cancel_price":)" + text + "}"));
    };
    for (const char* text : {"1000", "1000.0", "1e3", "\"1000\"", "\"1000.0\""}) {
        CAPTURE(text);
        CHECK(price_of(text).value().price == Won{1'000});
    }
    for (const char* text : {"null", "\"\""}) CHECK_FALSE(price_of(text).value().price);
    for (const char* text :
         {"1000.5", "true", "[]", "{}", "\"x\"", "1e300", "\"\\\"1\\\"\"", "9223372036854775808"}) {
        CAPTURE(text);
        CHECK(price_of(text).error() == Refusal::rc_cancel_server_error);
    }
}

TEST_CASE("a refund account counts only if it is complete") {
    const auto complete = [](const std::string& refund) {
        return read_cancel(request(R"({"receipt_id":"r","refund":)" + refund + "}"))
            .value()
            .refund_account;
    };
    CHECK(complete(R"({"bank_account":"1","bank_username":"u","bank_code":"004"})"));
    CHECK_FALSE(complete(R"({"bank_account":"1","bank_username":"u","bank_code":""})"));
    CHECK_FALSE(complete(R"({"bank_account":"1"})"));
    CHECK_FALSE(complete("null"));
    CHECK_FALSE(complete("[]"));
}

TEST_CASE("a refund account must look like one") {
    const auto fits = [](const std::string& account, const std::string& code) {
        return read_cancel(
                   request(
                       R"({"receipt_id":"r","refund":{"bank_username":"u","bank_account":")" +
                       account + R"(","bank_code":")" + code + "\"}}"
                   )
        )
            .value()
            .refund_account;
    };
    CHECK(fits("110-123-456789", "088"));
    CHECK_FALSE(fits("account", "088"));
    CHECK_FALSE(fits("110123456789", "88"));
    CHECK_FALSE(fits("110123456789", "KB1"));
    CHECK_FALSE(fits("123456789012345678901", "088"));
}
