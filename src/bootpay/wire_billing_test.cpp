#include "bootpay/wire_billing.hpp"

#include <doctest/doctest.h>

using namespace pay;
using namespace pay::bootpay;

namespace {

std::string issue_of(int status, const std::string& more) {
    return R"({"receipt_id":"r1","metadata":{"user_id":"kim"},"status":)" + std::to_string(status) +
           more + '}';
}

}  // namespace

TEST_CASE("a billing key as Bootpay writes it") {
    const auto card = read_issue(issue_of(11, R"(,"billing_key":"b1","method_symbol":"card_rebill",
        "method_origin_symbol":"card_rebill_rest","billing_expire_at":"2099-12-31T23:59:59+09:00",
        "billing_data":{"card_no":"12345678****9012","card_company":"비씨"})"));
    REQUIRE(card);
    CHECK(card->alive);
    CHECK(card->key.key == "b1");
    CHECK(card->key.receipt_id == "r1");
    CHECK(card->key.user_id == "kim");
    CHECK(card->key.method == "card_rebill_rest");
    CHECK(card->key.label == "비씨 9012");
    CHECK(card->key.expires_at == parse_rfc3339("2099-12-31T14:59:59Z"));
}

TEST_CASE("a label shows the last digits, if Bootpay shows them") {
    const auto label = [](const std::string& billing_data) {
        const auto issue =
            read_issue(issue_of(11, R"(,"billing_key":"b1","billing_data":)" + billing_data));
        return issue ? issue->key.label : "?";
    };
    CHECK(label(R"({"bank_name":"국민","bank_account":"123456******"})") == "국민");
    CHECK(label(R"({"card_no":"9012"})") == "9012");
    CHECK(label("{}").empty());
    CHECK(label("null").empty());
}

TEST_CASE("only an issued key is alive, and it has a key") {
    for (const int status : {0, 41, -11}) {
        const auto issue = read_issue(issue_of(status, ""));
        REQUIRE(issue);
        CHECK(!issue->alive);
    }
    CHECK(!read_issue(issue_of(11, "")));
    for (const char* text : {"", "[]", "{}", R"({"receipt_id":"r"})", R"({"status":11})"}) {
        CHECK(!read_issue(text));
    }
}

TEST_CASE("a reservation: waiting, run, revoked, or none") {
    const auto waiting =
        read_reservation(R"({"reserve_id":"v1","reserve_execute_at":"2030-01-01T09:00:00+09:00"})");
    REQUIRE(waiting);
    CHECK(waiting->execute_at == parse_rfc3339("2030-01-01T00:00:00Z"));
    CHECK(!waiting->receipt_id);
    CHECK(!waiting->finished_at);
    const auto run = read_reservation(
        R"({"reserve_id":"v1","reserve_execute_at":"2030-01-01T00:00:00Z","order_id":"o1",
        "receipt_id":"r1","reserve_finished_at":"2030-01-01T00:00:02Z","reserve_revoked_at":null})"
    );
    REQUIRE(run);
    CHECK(run->order_id == "o1");
    CHECK(run->receipt_id == "r1");
    CHECK(run->finished_at == parse_rfc3339("2030-01-01T00:00:02Z"));
    CHECK(!run->revoked_at);
    for (const char* text :
         {"", "[]", "{}", R"({"reserve_id":"v1"})",
          R"({"reserve_id":"v1","reserve_execute_at":"soon"})"}) {
        CHECK(!read_reservation(text));
    }
}

TEST_CASE("what is gone is named, and nothing says it failed") {
    CHECK(says_gone(R"({"billing_key":"b1"})", "billing_key", "b1"));
    CHECK(says_gone(R"({"reserve_id":"v1","success":true})", "reserve_id", "v1"));
    CHECK(!says_gone(R"({"reserve_id":"v1","success":false})", "reserve_id", "v1"));
    CHECK(!says_gone(R"({"reserve_id":"v2","success":true})", "reserve_id", "v1"));
    CHECK(!says_gone("<html>", "reserve_id", "v1"));
}

TEST_CASE("charges, now and at a time") {
    const gateway::Charge charge{"b1", "o1", "500 포인트", Won{5'000}, "kim"};
    const std::string same =
        R"({"billing_key":"b1","order_name":"500 포인트","price":5000,"order_id":"o1",)"
        R"("metadata":{"user_id":"kim"})";
    CHECK(charge_request(charge) == same + '}');
    CHECK(
        reserve_request(charge, from_epoch_ms(1'772'414'142'000)) ==
        same + R"(,"reserve_execute_at":"2026-03-02T01:15:42.000Z"})"
    );
}

TEST_CASE("an id that can stand in a path") {
    CHECK(is_plain_id("0123456789abcdef01234567"));
    CHECK(is_plain_id("a-B_9"));
    for (const std::string& text :
         {std::string(), std::string(129, 'a'), std::string("a/b"), std::string(".."),
          std::string("a?b"), std::string("a b")}) {
        CHECK(!is_plain_id(text));
    }
}
