#include "core/http/router.hpp"

#include <doctest/doctest.h>

#include "core/result/outage.hpp"

using namespace pay;
using namespace pay::http;

namespace {

const std::string secret = "a secret of at least thirty-two bytes";
const Time start = from_epoch_ms(1'772'414'130'000);

std::string bearer(std::string user, Role role = Role::user) {
    const TokenClaims claims{
        .user_id = std::move(user), .role = role, .expires = start + Duration{1000}
    };
    return "Bearer " + sign_token(claims, secret, start);
}

void show(Request request, Responder responder) {
    std::string text = request.path + '|' + request.caller.user_id + '|';
    for (const auto& value : request.parameters) text += value + ',';
    for (const auto& [name, value] : request.query) text += '|' + name + '=' + value;
    responder.send(json_response(200, text));
}

struct Routed {
    Routed()
        : router(std::make_shared<TokenVerifier>(
              TokenOptions{.secret = secret}, std::make_shared<ManualClock>(start)
          )) {
        router.add({
            {Method::get, "/", Access::open, show},
            {Method::get, "/v1/items/{id}", Access::open, show},
            {Method::post, "/v1/orders", Access::user, show},
            {Method::get, "/v1/orders", Access::user, show},
            {Method::post, "/v1/orders/{id}/confirm", Access::user, show},
            {Method::get, "/v1/points/ledger", Access::user, show},
            {Method::get, "/v1/points/{user_id}", Access::admin, show},
            {Method::get, "/v1/points/{user_id}/ledger", Access::admin, show},
            {Method::get, "/outage", Access::open,
             [](Request, Responder) { throw Outage("db at 10.0.0.1 gone"); }},
            {Method::get, "/bug", Access::open,
             [](Request, Responder) { throw std::logic_error("a bug"); }},
            {Method::get, "/late-bug", Access::open,
             [](Request, Responder responder) {
                 responder.send(json_response(200, "answered"));
                 throw std::logic_error("after the answer");
             }},
            {Method::get, "/own-500", Access::open,
             [](Request, Responder responder) { responder.send(json_response(500, "own")); }},
        });
    }

    Response ask(Request request) const {
        std::optional<Response> got;
        const auto language = request.language;
        const auto path = request.path;
        router.handle(
            std::move(request), Responder(
                                    [&](Response response) {
                                        REQUIRE_FALSE(got);
                                        got = std::move(response);
                                    },
                                    language, path
                                )
        );
        REQUIRE(got);
        return std::move(*got);
    }
    Response get(std::string path, Fields headers = {}) const {
        Request request;
        request.method = Method::get;
        request.path = std::move(path);
        request.headers = std::move(headers);
        return ask(std::move(request));
    }

    Router router;
};

bool has(std::string_view text, std::string_view part) {
    return text.find(part) != text.npos;
}

}  // namespace

TEST_CASE("a path finds its route, its parameters decoded, and literals go first") {
    const Routed routed;
    CHECK(routed.get("/v1/items/itm_1").body == "/v1/items/itm_1||itm_1,");
    CHECK(routed.get("/v1/items/a%40b%20%ED%95%9C").body == "/v1/items/a%40b%20%ED%95%9C||a@b 한,");
    CHECK(routed.get("/").status == 200);
    const Fields admin{{"authorization", bearer("boss", Role::admin)}};
    CHECK(routed.get("/v1/points/ledger", admin).body == "/v1/points/ledger|boss|");
    CHECK(routed.get("/v1/points/u1", admin).body == "/v1/points/u1|boss|u1,");
    CHECK(
        routed.get("/v1/points/ledger/ledger", admin).body ==
        "/v1/points/ledger/ledger|boss|ledger,"
    );
    CHECK(routed.router.listing().at(4) == "POST /v1/orders/{id}/confirm");
}

TEST_CASE("any path that is none of ours is 404, whatever its form") {
    const Routed routed;
    for (const auto* path :
         {"",
          "*",
          "//",
          "/v1",
          "/v1/",
          "/v1/orders/",
          "//v1/orders",
          "/v1//orders",
          "/v1/./orders",
          "/v1/../v1/orders",
          "/v1/orders/..",
          "/v1/items/.",
          "/v1/items/..",
          "/v1/items/%2e%2e",
          "/v1/items/%2E",
          "/v1/items/a%2fb",
          "/v1/items/%00",
          "/v1/items/a%00b",
          "/v1/items/%",
          "/v1/items/%g1",
          "/v1/items/%1",
          "/v1/items/%ff",
          "/v1/items/%c0%ae",
          "/v1/items/%0d%0aset-cookie:x",
          "/v1/items/",
          "/v1/items/x/y",
          "v1/orders",
          "http://host/v1/orders",
          "/V1/orders",
          "/v1/orders;x=1",
          "/v1/order%73",
          "/v1\\orders",
          "/v1/orders#x"}) {
        const auto answer = routed.get(path);
        CHECK_MESSAGE(answer.status == 404, path);
        CHECK(has(answer.body, "\"code\":\"NOT_FOUND\""));
    }
    CHECK(routed.get("/v1/items/" + std::string(10'000, '/')).status == 404);
}

TEST_CASE("another method on a known path is 405 with what is allowed, before any token") {
    const Routed routed;
    for (const auto method :
         {Method::put, Method::del, Method::patch, Method::options, Method::other}) {
        Request request;
        request.method = method;
        request.path = "/v1/orders";
        const auto answer = routed.ask(std::move(request));
        CHECK(answer.status == 405);
        CHECK(find(answer.headers, "allow") == "GET, HEAD, POST");
        CHECK(has(answer.body, "METHOD_NOT_ALLOWED"));
    }
}

TEST_CASE("HEAD is served by GET") {
    const Routed routed;
    Request request;
    request.method = Method::head;
    request.path = "/v1/items/x";
    CHECK(routed.ask(std::move(request)).status == 200);
}

TEST_CASE("a route asks for the token it needs") {
    const Routed routed;
    const auto none = routed.get("/v1/orders");
    CHECK(none.status == 401);
    CHECK(has(none.body, "\"code\":\"UNAUTHORIZED\""));
    CHECK(find(none.headers, "www-authenticate") == "Bearer");
    const auto bad = routed.get("/v1/orders", {{"authorization", "Bearer x.y.z"}});
    CHECK(bad.status == 401);
    CHECK(has(bad.body, "\"code\":\"INVALID_TOKEN\""));
    CHECK(find(bad.headers, "www-authenticate") == "Bearer");
    CHECK(routed.get("/v1/orders", {{"authorization", bearer("u")}}).body == "/v1/orders|u|");
    CHECK(routed.get("/v1/points/u", {{"authorization", bearer("u")}}).status == 403);
    CHECK(routed.get("/v1/points/u", {{"authorization", bearer("a", Role::admin)}}).status == 200);
}

TEST_CASE("an open route knows the caller of a token that holds and ignores another") {
    const Routed routed;
    CHECK(routed.get("/v1/items/x", {{"authorization", bearer("u")}}).body == "/v1/items/x|u|x,");
    CHECK(routed.get("/v1/items/x", {{"authorization", "Bearer x.y.z"}}).body == "/v1/items/x||x,");
}

TEST_CASE("queries and bodies that are not text are 400") {
    const Routed routed;
    const auto ask = [&](std::string query, std::string body) {
        Request request;
        request.method = Method::get;
        request.path = "/v1/items/x";
        request.query_text = std::move(query);
        request.body = std::move(body);
        return routed.ask(std::move(request));
    };
    CHECK(ask("a=1&b=%20", "한글").body == "/v1/items/x||x,|a=1|b= ");
    CHECK(ask("a=%zz", "").status == 400);
    CHECK(ask("a=%ff", "").status == 400);
    CHECK(ask("", "\xff\xfe").status == 400);
    CHECK(has(ask("", "\xc3").body, "\"code\":\"BAD_REQUEST\""));
}

TEST_CASE("what a handler throws becomes 503 or 500 and tells nothing") {
    const Routed routed;
    const auto outage = routed.get("/outage");
    CHECK(outage.status == 503);
    CHECK(has(outage.body, "\"code\":\"UNAVAILABLE\""));
    CHECK_FALSE(has(outage.body, "10.0.0.1"));
    const auto bug = routed.get("/bug");
    CHECK(bug.status == 500);
    CHECK(has(bug.body, "\"code\":\"INTERNAL\""));
    CHECK_FALSE(has(bug.body, "a bug"));
    CHECK(routed.get("/late-bug").body == "answered");
    CHECK(routed.get("/own-500").body == "own");
}

TEST_CASE("a problem has the contract's members in the caller's language") {
    Error error{
        Code::invalid, {"No good", "안 됩니다"}, {{"amount", {"too \"small\"", "너무 작습니다"}}}
    };
    error.order_id = "ord_1";
    const auto english = problem(error, Language::en, "/v1/x\n");
    CHECK(english.status == 422);
    CHECK(english.content_type == "application/problem+json");
    CHECK(find(english.headers, "content-language") == "en");
    CHECK(
        english.body ==
        R"({"type":"urn:payments:error:INVALID","title":"A value breaks a rule","status":422,)"
        R"("detail":"No good","code":"INVALID","instance":"/v1/x\n",)"
        R"("errors":[{"field":"amount","detail":"too \"small\""}],"order_id":"ord_1"})"
    );
    const auto korean = problem(Error{Code::not_found}, Language::ko, "/");
    CHECK(find(korean.headers, "content-language") == "ko");
    CHECK(has(korean.body, R"("title":"찾을 수 없습니다","status":404,"detail":"찾을 수 없습니다")")
    );
}
