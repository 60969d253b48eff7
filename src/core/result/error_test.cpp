#include "core/result/error.hpp"

#include <doctest/doctest.h>

#include <set>
#include <string>
#include <utility>

using namespace pay;

TEST_CASE("each code stands in the table under its own name") {
    CHECK(facts(Code::bad_request).name == "BAD_REQUEST");
    CHECK(facts(Code::amount_mismatch).name == "AMOUNT_MISMATCH");
    CHECK(facts(Code::duplicate_receipt).status == 409);
    CHECK(facts(Code::payload_too_large).status == 413);
    CHECK(facts(Code::unavailable).name == "UNAVAILABLE");
    CHECK(facts(Code::internal).name == "INTERNAL");
    for (int i = 0; i <= std::to_underlying(Code::internal); ++i) {
        const auto& entry = facts(static_cast<Code>(i));
        CHECK_FALSE(entry.title.en.empty());
        CHECK_FALSE(entry.title.ko.empty());
    }
}

TEST_CASE("only outages are worth the same call again") {
    CHECK(retryable(Code::unavailable));
    CHECK(retryable(Code::payment_gateway_timeout));
    CHECK(retryable(Code::too_many_requests));
    CHECK_FALSE(retryable(Code::payment_declined));
    CHECK_FALSE(retryable(Code::not_found));
}
