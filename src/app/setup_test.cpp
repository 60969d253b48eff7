#include "app/setup.hpp"

#include <doctest/doctest.h>

#include <array>
#include <future>

#include "app/application.hpp"
#include "app/sandbox_faults.hpp"
#include "app/security.hpp"
#include "app/selection.hpp"
#include "core/http/client.hpp"
#include "core/http/test_server.hpp"
#include "core/http/token.hpp"
#include "core/json/read.hpp"
#include "core/sql/scratch_folder.hpp"
#include "sandbox/sandbox.hpp"

namespace pay::app {
namespace {

using http::Method;

http::Answer ask(
    const std::string& url, Method method, std::string target, std::string body = {},
    const std::string& token = {}
) {
    http::Io io(1);
    http::ClientOptions options;
    options.base_url = url;
    http::Client client(io, options);
    http::Call call;
    call.method = method;
    call.target = std::move(target);
    if (!token.empty()) call.headers.emplace_back("authorization", "Bearer " + token);
    call.body = std::move(body);
    std::promise<http::Outcome> answered;
    client.send(std::move(call), [&answered](http::Outcome outcome) {
        answered.set_value(std::move(outcome));
    });
    auto outcome = answered.get_future().get();
    REQUIRE(outcome);
    return std::move(*outcome);
}

/// The application on free ports, over a folder of its own.
struct Served {
    explicit Served(ServeOptions given = {}) : application(over(std::move(given))) {
        application.start();
    }
    ServeOptions over(ServeOptions options) const {
        options.listen = "127.0.0.1:0";
        options.sandbox_listen = "127.0.0.1:0";
        options.database_url = folder.url();
        return options;
    }
    http::Answer ask(
        Method method, std::string target, std::string body = {}, const std::string& token = {}
    ) const {
        return app::ask(application.url(), method, std::move(target), std::move(body), token);
    }
    Setup setup() const {
        const auto answer = ask(Method::get, "/v1/setup");
        CHECK(answer.status == 200);
        const auto setup = json::read<Setup>(answer.body, json::Unknown::refuse);
        REQUIRE(setup);
        return *setup;
    }
    std::string token(std::string_view role) const {
        const auto answer =
            ask(Method::post, "/v1/test/token",
                R"({"user_id":"kim","role":")" + std::string(role) + "\"}");
        REQUIRE(answer.status == 201);
        const auto given = json::read<GivenToken>(answer.body, json::Unknown::refuse);
        REQUIRE(given);
        return given->token;
    }

    sql::ScratchFolder folder;
    Application application;
};

constexpr std::string_view faults = "/v1/admin/order/sandbox/faults";

TEST_CASE("a developer's own machine is told apart") {
    ServeOptions options;
    options.page_token_origins = {"https://novels.example"};
    options.cors_origin = "http://localhost:3000";
    options.bootpay_web_key = "web-key";
    const Served served(options);
    const auto setup = served.setup();
    CHECK(setup.gateway == "sandbox");
    CHECK(setup.sandbox_url == served.application.sandbox_url());
    CHECK(setup.web_key_set);
    CHECK(setup.development);
    CHECK_FALSE(setup.test_clock);
    CHECK(setup.token_origins.size() == 2);
    CHECK(setup.languages == std::vector<std::string>{"ko", "en"});
    CHECK(!setup.version.empty());
    CHECK(served.ask(Method::get, "/v1/setup").body.find("web-key") == std::string::npos);
}

TEST_CASE("with a real gateway or a secret of one's own nothing is offered") {
    const auto setup_with = [](auto change, const std::string& listen = "127.0.0.1:8080") {
        ServeOptions options;
        options.bootpay_url = options.bootpay.base_url = "http://127.0.0.1:8090/v2";
        options.token.secret = development_secret;
        change(options);
        return setup_of(options, listen);
    };
    const auto plain = setup_with([](ServeOptions&) {});
    CHECK(plain.development);
    CHECK(plain.sandbox_url == "http://127.0.0.1:8090");
    CHECK_FALSE(plain.web_key_set);
    const auto real = setup_with([](ServeOptions& options) {
        options.bootpay_url = options.bootpay.base_url = "https://gateway.example/v2";
    });
    CHECK(real.gateway == "bootpay");
    CHECK_FALSE(real.sandbox_url);
    CHECK_FALSE(real.development);
    CHECK(surroundings_of(real, {}).sandbox_origin.empty());
    CHECK_FALSE(setup_with([](ServeOptions& options) {
                    options.token.secret = std::string(32, 's');
                }).development);
    CHECK_FALSE(setup_with([](ServeOptions&) {}, "0.0.0.0:8080").development);
}

TEST_CASE("a wish for a token is answered by one that works") {
    const Served served;
    CHECK(served.ask(Method::get, "/v1/points", {}, served.token("user")).status == 200);
    CHECK(served.ask(Method::get, std::string(faults), {}, served.token("user")).status == 403);
    CHECK(served.ask(Method::get, std::string(faults), {}, served.token("admin")).status == 200);
    for (const auto& [body, status] : std::array<std::pair<const char*, int>, 6>{{
             {"", 400},
             {R"({"user_id":1,"role":"user"})", 400},
             {R"({"user_id":"kim","role":"user","more":1})", 400},
             {R"({"user_id":"kim"})", 422},
             {R"({"user_id":"-kim","role":"user"})", 422},
             {R"({"user_id":"kim","role":"root"})", 422},
         }}) {
        CAPTURE(body);
        CHECK(served.ask(Method::post, "/v1/test/token", body).status == status);
    }
}

TEST_CASE("a secret of one's own gives no tokens away") {
    ServeOptions options;
    options.token.secret = std::string(32, 's');
    const Served served(options);
    CHECK_FALSE(served.setup().development);
    const auto* wish = R"({"user_id":"kim","role":"admin"})";
    CHECK(served.ask(Method::post, "/v1/test/token", wish).status == 404);
}

TEST_CASE("the hosted sandbox's faults are set, listed and taken back through the order service") {
    const Served served;
    const auto admin = served.token("admin");
    const auto call = [&](Method method, std::string body = {}) {
        return served.ask(method, std::string(faults), std::move(body), admin);
    };
    CHECK(call(Method::get).body == R"({"faults":[]})");
    const auto set = call(Method::post, R"({"fault":"http_500","times":2})");
    CHECK(set.status == 201);
    CHECK(set.body == R"({"fault":"http_500","times":2,"delay_ms":2000})");
    const std::string url = served.application.sandbox_url();
    CHECK(ask(url, Method::get, "/sandbox/faults").body == "{\"faults\":[" + set.body + "]}");
    const auto unknown = call(Method::post, R"({"fault":"rain"})");
    CHECK(unknown.status == 422);
    CHECK(unknown.body.find("error_code") != std::string::npos);
    CHECK(call(Method::post, "{").status == 400);
    CHECK(call(Method::del).body == R"({"faults":[]})");
    CHECK(served.ask(Method::del, std::string(faults)).status == 401);
}

TEST_CASE("the same with a sandbox that runs by itself, and once it is gone") {
    http::Io io(1);
    sandbox::SandboxOptions alone;
    alone.listen = "127.0.0.1:0";
    auto sandbox =
        std::make_unique<sandbox::Sandbox>(io, std::move(alone), std::make_shared<SystemClock>());
    sandbox->start();
    ServeOptions options;
    options.bootpay_url = sandbox->url() + "/v2";
    const Served served(options);
    CHECK(served.setup().sandbox_url == sandbox->url());
    const auto admin = served.token("admin");
    CHECK(served.ask(Method::get, std::string(faults), {}, admin).body == R"({"faults":[]})");
    sandbox->stop();
    sandbox.reset();
    const auto gone = served.ask(Method::get, std::string(faults), {}, admin);
    CHECK(gone.status == 503);
    CHECK(http::find(gone.headers, "content-type") == "application/problem+json");
    CHECK(gone.body.find("PAYMENT_GATEWAY_UNAVAILABLE") != std::string::npos);
    io.stop();
}

TEST_CASE("an origin is written as browsers write it") {
    const auto checked = [](std::vector<std::string> origins) {
        ServeOptions options;
        options.page_token_origins = std::move(origins);
        check(options);
    };
    CHECK_NOTHROW(checked({"https://novels.example", "http://127.0.0.1:3000"}));
    for (const auto* wrong :
         {"", "*", "novels.example", "https://novels.example/", "https://novels.example/a",
          "https://user@novels.example", "https://novels.example;script-src",
          "https://Novels.example", "https://a b", "javascript:alert(1)",
          "https://novels.example?x", "null"}) {
        CAPTURE(wrong);
        CHECK_THROWS_AS(checked({"https://fine.example", wrong}), BadUse);
    }
}

}  // namespace
}  // namespace pay::app
