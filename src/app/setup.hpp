#pragma once

#include <boost/describe.hpp>
#include <optional>
#include <string>
#include <vector>

#include "app/options.hpp"
#include "core/http/router.hpp"
#include "core/time/clock.hpp"
#include "pages/pages.hpp"

/// What the pages for people must know of this server, and what they may do on a developer's own
/// machine.
namespace pay::app {

/// Answer of GET /v1/setup. Nothing in it is secret.
struct Setup {
    std::string gateway;                     ///< `sandbox` or `bootpay`
    std::optional<std::string> sandbox_url;  ///< the sandbox's origin
    bool web_key_set = false;                ///< Bootpay's window can be opened
    bool development = false;                ///< POST /v1/test/token gives tokens
    bool test_clock = false;
    std::vector<std::string> token_origins;  ///< whose pages may hand a token to ours
    std::vector<std::string> languages;
    std::string version;
};
BOOST_DESCRIBE_STRUCT(
    Setup, (),
    (gateway, sandbox_url, web_key_set, development, test_clock, token_origins, languages, version)
)

struct TokenWish {
    std::string user_id;
    std::string role;  ///< `user` or `admin`
};
BOOST_DESCRIBE_STRUCT(TokenWish, (), (user_id, role))

struct GivenToken {
    std::string token;
    std::string expires_at;  ///< RFC 3339
};
BOOST_DESCRIBE_STRUCT(GivenToken, (), (token, expires_at))

/// Of options that are secured, the gateway's base URL filled in; `listen` is where they are
/// served.
Setup setup_of(const ServeOptions& options, const std::string& listen);
/// What the pages' policies must allow.
pages::Surroundings surroundings_of(const Setup& setup, const ServeOptions& options);

/// GET /v1/setup; and POST /v1/test/token in development, signed as `given` says.
std::vector<http::Route> setup_routes(
    const Setup& setup, const TokenSecret& given, std::shared_ptr<const Clock> system_clock
);

}  // namespace pay::app
