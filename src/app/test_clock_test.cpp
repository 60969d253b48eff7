#include "app/test_clock.hpp"

#include <doctest/doctest.h>

#include <future>

#include "app/application.hpp"
#include "app/security.hpp"
#include "core/http/client.hpp"
#include "core/json/read.hpp"
#include "core/sql/scratch_folder.hpp"

namespace pay::app {
namespace {

ServeOptions over(const sql::ScratchFolder& folder) {
    ServeOptions options;
    options.listen = "127.0.0.1:0";
    options.sandbox_listen = "127.0.0.1:0";
    options.database_url = folder.url();
    options.test_clock = true;
    return options;
}

std::string token(http::Role role) {
    const Time now = SystemClock{}.now();
    http::TokenClaims claims;
    claims.user_id = "root";
    claims.role = role;
    claims.expires = now + std::chrono::hours{1};
    return http::sign_token(claims, development_secret, now);
}

http::Answer ask(const Application& application, std::string body, http::Role role) {
    http::Io io(1);
    http::ClientOptions options;
    options.base_url = application.url();
    http::Client client(io, options);
    http::Call call;
    call.method = body.empty() ? http::Method::get : http::Method::post;
    call.target = "/v1/test/clock";
    call.headers.emplace_back("authorization", "Bearer " + token(role));
    call.body = std::move(body);
    std::promise<http::Outcome> answered;
    client.send(std::move(call), [&answered](http::Outcome outcome) {
        answered.set_value(std::move(outcome));
    });
    auto outcome = answered.get_future().get();
    REQUIRE(outcome);
    return std::move(*outcome);
}

Time now_in(const http::Answer& answer) {
    CHECK(answer.status == 200);
    const auto view = json::read<ClockView>(answer.body, json::Unknown::refuse);
    REQUIRE(view);
    const auto now = parse_rfc3339(view->now);
    REQUIRE(now);
    return *now;
}

}  // namespace

TEST_CASE("an admin advances the test clock, and no token ends by that") {
    const sql::ScratchFolder folder;
    Application application(over(folder));
    application.start();
    const auto admin = http::Role::admin;
    const Time before = now_in(ask(application, "", admin));
    const auto year = std::chrono::days{365};
    CHECK(now_in(ask(application, R"({"advance_s":31536000})", admin)) >= before + year);
    CHECK(now_in(ask(application, R"({"advance_s":0})", admin)) >= before + year);
    CHECK(ask(application, R"({"advance_s":1})", http::Role::user).status == 403);
    for (const auto* wrong : {"{}", R"({"advance_s":-1})", R"({"advance_s":316224001})"}) {
        CAPTURE(wrong);
        CHECK(ask(application, wrong, admin).status == 422);
    }
    CHECK(ask(application, R"({"advance_s":1.5})", admin).status == 400);
    CHECK(ask(application, R"({"by":1})", admin).status == 400);
    CHECK(now_in(ask(application, "", admin)) < before + year + std::chrono::hours{1});
}

TEST_CASE("without the flag there is no test clock") {
    const sql::ScratchFolder folder;
    auto options = over(folder);
    options.test_clock = false;
    Application application(options);
    application.start();
    CHECK(ask(application, "", http::Role::admin).status == 404);
    CHECK(ask(application, R"({"advance_s":1})", http::Role::admin).status == 404);
}

TEST_CASE("a test clock goes with the sandbox and the development secret only") {
    const auto secured = [](auto change, const std::string& listen = "127.0.0.1:8080") {
        ServeOptions options;
        options.test_clock = true;
        change(options);
        secure(options, listen);
    };
    CHECK_NOTHROW(secured([](ServeOptions&) {}));
    CHECK_NOTHROW(secured([](ServeOptions& options) {
        options.bootpay_url = "http://127.0.0.1:8090/v2";
        options.token.secret = development_secret;
    }));
    CHECK_THROWS_AS(
        secured([](ServeOptions& options) { options.token.secret = std::string(32, 's'); }), BadUse
    );
    CHECK_THROWS_AS(
        secured([](ServeOptions& options) { options.token.keys_file = "keys.pem"; }), BadUse
    );
    CHECK_THROWS_AS(
        secured([](ServeOptions& options) {
            options.bootpay_url = "https://gateway.example/v2";
            options.bootpay.application_id = "id";
            options.bootpay.private_key = "key";
        }),
        BadUse
    );
    CHECK_THROWS_AS(
        secured(
            [](ServeOptions& options) { options.token.secret = development_secret; }, "0.0.0.0:8080"
        ),
        BadUse
    );
}

}  // namespace pay::app
