#include "sandbox/credentials.hpp"

#include <doctest/doctest.h>

using namespace pay;
using namespace pay::sandbox;
using namespace std::chrono_literals;

namespace {

struct Case {
    std::shared_ptr<ManualClock> clock =
        std::make_shared<ManualClock>(from_epoch_ms(1'772'413'200'000));
    Credentials credentials{
        {.application_id = "app", .private_key = "private", .client_key = "ck", .secret_key = "sk"},
        clock
    };
    AccessToken token() { return credentials.issue("app", "private").value(); }
    bool good(const std::string& token) { return credentials.check("Bearer " + token).has_value(); }
    Refusal refusal(std::string_view header) { return credentials.check(header).error(); }
};

}  // namespace

TEST_CASE(
    "a token is the same one for 25 minutes, then a new one, and the old one lives on for five"
) {
    Case now;
    const auto first = now.token();
    CHECK(first.seconds_left == 1'800);
    now.clock->advance(24min + 59s);
    CHECK(now.token().text == first.text);
    CHECK(now.token().seconds_left == 301);
    now.clock->advance(1s);
    const auto second = now.token();
    CHECK(second.text != first.text);
    CHECK(second.seconds_left == 1'800);
    CHECK(now.good(first.text));
    CHECK(now.good(second.text));
    now.clock->advance(5min);
    CHECK_FALSE(now.good(first.text));
    CHECK(now.good(second.text));
    now.clock->advance(25min);
    CHECK_FALSE(now.good(second.text));
}

TEST_CASE("a token is refused to wrong keys") {
    Case now;
    CHECK(now.credentials.issue("other", "private").error() == Refusal::app_key_not_found);
    CHECK(now.credentials.issue("app", "other").error() == Refusal::app_sk_not_matched);
    CHECK(now.credentials.issue("", "").error() == Refusal::app_key_not_found);
}

TEST_CASE("the Basic form takes the client key and the secret key, and no others") {
    Case now;
    CHECK(now.credentials.check("Basic Y2s6c2s="));   // ck:sk
    CHECK(now.credentials.check("basic  Y2s6c2s="));  // the scheme's case does not matter
    CHECK(now.refusal("Basic eHg6c2s=") == Refusal::app_key_not_found);          // xx:sk
    CHECK(now.refusal("Basic Y2s6eHg=") == Refusal::app_sk_not_matched);         // ck:xx
    CHECK(now.refusal("Basic YXBwOnByaXZhdGU=") == Refusal::app_key_not_found);  // app:private
    CHECK(now.refusal("Basic Y2s=") == Refusal::token_key_invalid);              // no colon
    CHECK(now.refusal("Basic !!!!") == Refusal::token_key_invalid);
}

TEST_CASE("no header, an empty one, another scheme or an unknown token is TOKEN_KEY_INVALID") {
    Case now;
    for (const char* header : {"", "Bearer", "Bearer ", "Bearer nothing", "Digest x", "sandbox"}) {
        CAPTURE(header);
        CHECK(now.refusal(header) == Refusal::token_key_invalid);
    }
    CHECK(Credentials::is_bearer("bearer x"));
    CHECK_FALSE(Credentials::is_bearer("Basic x"));
}

TEST_CASE("revoked tokens stop working, the next one is new") {
    Case now;
    const auto first = now.token();
    now.credentials.revoke_tokens();
    CHECK_FALSE(now.good(first.text));
    CHECK(now.token().text != first.text);
}
