#include "app/setup.hpp"

#include "app/security.hpp"
#include "core/http/base_url.hpp"
#include "core/http/token.hpp"
#include "core/json/read.hpp"
#include "core/json/write.hpp"

namespace pay::app {

static_assert(json::whole<Setup>);
static_assert(json::whole<TokenWish>);
static_assert(json::whole<GivenToken>);

namespace {

constexpr Duration token_life = std::chrono::hours{12};

constexpr Text bad_user{
    "It must be 1 to 64 of A-Z a-z 0-9 . _ @ - that begin with a letter or a digit.",
    "영문자나 숫자로 시작하는 1~64자의 A-Z a-z 0-9 . _ @ -여야 합니다."
};
constexpr Text bad_role{"It must be user or admin.", "user 또는 admin이어야 합니다."};

Result<TokenWish> read_wish(std::string_view body) {
    auto wish = json::read<TokenWish>(body, json::Unknown::refuse);
    if (!wish) return wish;
    Error error{Code::invalid};
    if (!http::is_user_id(wish->user_id)) error.fields.push_back({"user_id", bad_user});
    if (wish->role != "user" && wish->role != "admin") error.fields.push_back({"role", bad_role});
    if (error.fields.empty()) return wish;
    return error;
}

GivenToken sign(const TokenWish& wish, const TokenSecret& given, Time now) {
    http::TokenClaims claims;
    claims.user_id = wish.user_id;
    claims.role = wish.role == "admin" ? http::Role::admin : http::Role::user;
    // Tokens tell whole seconds.
    claims.expires = std::chrono::floor<std::chrono::seconds>(now) + token_life;
    claims.issuer = given.issuer;
    claims.audience = given.audience;
    return {http::sign_token(claims, given.secret, now), to_rfc3339(claims.expires)};
}

std::string origin_of(const std::string& base_url) {
    const auto base = http::parse_base_url(base_url);
    return (base.tls ? "https://" : "http://") + base.authority;
}

http::Response fresh(int status, std::string body) {
    auto response = http::json_response(status, std::move(body));
    response.headers.emplace_back("cache-control", "no-store");
    return response;
}

}  // namespace

Setup setup_of(const ServeOptions& options, const std::string& listen) {
    Setup setup;
    const bool sandbox = is_loopback_gateway(options.bootpay_url);
    setup.gateway = sandbox ? "sandbox" : "bootpay";
    if (sandbox) setup.sandbox_url = origin_of(options.bootpay.base_url);
    setup.web_key_set = !options.bootpay_web_key.empty();
    // Whoever reaches this server can sign for themselves then; it must be the developer alone.
    setup.development =
        sandbox && options.token.secret == development_secret && is_loopback_address(listen);
    setup.test_clock = options.test_clock;
    setup.token_origins = options.page_token_origins;
    if (!options.cors_origin.empty()) setup.token_origins.push_back(options.cors_origin);
    setup.languages = {"ko", "en"};
    setup.version = PAY_VERSION;
    return setup;
}

pages::Surroundings surroundings_of(const Setup& setup, const ServeOptions& options) {
    return {setup.sandbox_url.value_or(""), options.page_token_origins};
}

std::vector<http::Route> setup_routes(
    const Setup& setup, const TokenSecret& given, std::shared_ptr<const Clock> system_clock
) {
    using http::Access;
    using http::Request;
    using http::Responder;
    std::vector<http::Route> routes{
        {http::Method::get, "/v1/setup", Access::open,
         [text = json::to_text(setup)](const Request&, Responder responder) {
             responder.send(fresh(200, text));
         }},
    };
    if (!setup.development) return routes;
    routes.push_back(
        {http::Method::post, "/v1/test/token", Access::open,
         [given, clock = std::move(system_clock)](const Request& request, Responder responder) {
             const auto wish = read_wish(request.body);
             if (!wish) return responder.refuse(wish.error());
             responder.send(fresh(201, json::to_text(sign(*wish, given, clock->now()))));
         }}
    );
    return routes;
}

}  // namespace pay::app
