#include "app/admin_desk.hpp"

#include <cstdio>
#include <future>

#include "app/security.hpp"
#include "core/http/client.hpp"
#include "core/http/token.hpp"
#include "core/ident/ident.hpp"
#include "core/json/read.hpp"

namespace pay::app {

/// Of a problem document, what a person is told.
struct ProblemView {
    std::string code;
    std::string title;
    std::optional<std::string> detail;
};
BOOST_DESCRIBE_STRUCT(ProblemView, (), (code, title, detail))
static_assert(json::whole<ProblemView>);

namespace {

constexpr Duration longest_call = std::chrono::minutes{2};
constexpr std::size_t largest_answer = 16 << 20;

constexpr Duration life_of_token = std::chrono::minutes{10};

/// An admin's token: the one that was given, or one that is signed and, half its life later, again.
class Credentials {
 public:
    Credentials(std::string token, const TokenSecret& signing)
        : x_token(std::move(token)), x_signing(signing) {
        if (x_token.empty()) x_secret = signing_secret(signing);
    }
    std::string authorization() {
        const Time now = SystemClock{}.now();
        if (!x_secret.empty() && now >= x_renew_at) {
            x_renew_at = now + life_of_token / 2;
            x_token = http::sign_token(claims_until(now + life_of_token), x_secret, now);
        }
        return "Bearer " + x_token;
    }

 private:
    http::TokenClaims claims_until(Time expires) const {
        http::TokenClaims claims;
        claims.user_id = "operator";
        claims.role = http::Role::admin;
        claims.expires = expires;
        claims.issuer = x_signing.issuer;
        claims.audience = x_signing.audience;
        return claims;
    }

    std::string x_token;
    TokenSecret x_signing;
    std::string x_secret;  // empty: a token was given
    Time x_renew_at{};
};

http::ClientOptions client_options(const std::string& url) {
    http::ClientOptions options;
    options.base_url = url;
    options.answer_limit = largest_answer;
    return options;
}

}  // namespace

struct AdminDesk::State {
    State(const std::string& its_url, const std::string& token, const TokenSecret& signing)
        : credentials(token, signing), url(its_url), client(io, client_options(its_url)) {}

    void complain(std::string_view service, const http::Answer& answer) {
        const auto problem = json::read<ProblemView>(answer.body, json::Unknown::ignore);
        std::string text = std::string(service) + " answers " + std::to_string(answer.status);
        if (problem) text += ": " + problem->detail.value_or(problem->title);
        complained = true;
        if (listener) return listener(text);
        std::fprintf(stderr, "payments: %s\n", text.c_str());
    }

    Credentials credentials;
    const std::string url;
    bool complained = false;
    std::function<void(const std::string&)> listener;
    http::Io io{1};
    http::Client client;
};

AdminDesk::AdminDesk(const std::string& url, const std::string& token, const TokenSecret& signing)
    : x_state(std::make_unique<State>(url, token, signing)) {}

AdminDesk::~AdminDesk() = default;

std::optional<std::string> AdminDesk::ask(
    http::Method method, std::string_view service, const std::string& below, std::string body
) {
    http::Call call;
    call.method = method;
    call.target = "/v1/admin/" + std::string(service) + below;
    call.headers.emplace_back("authorization", x_state->credentials.authorization());
    if (method == http::Method::post) {
        call.headers.emplace_back("content-type", "application/json");
        call.headers.emplace_back("idempotency-key", random_hex_128());
    }
    call.body = std::move(body);
    call.timeout = longest_call;
    std::promise<http::Outcome> answered;
    x_state->client.send(std::move(call), [&answered](http::Outcome outcome) {
        answered.set_value(std::move(outcome));
    });
    auto outcome = answered.get_future().get();
    if (!outcome) throw BadUse("no answer from " + x_state->url);
    if (outcome->status == 404) return std::nullopt;
    if (outcome->status == 200 || outcome->status == 202) return std::move(outcome->body);
    if (outcome->status == 401 || outcome->status == 403) {
        throw BadUse(x_state->url + " wants an admin's token: set PAYMENTS_TOKEN");
    }
    x_state->complain(service, *outcome);
    return std::nullopt;
}

std::optional<std::string> AdminDesk::ask_all(
    http::Method method, const std::string& below, const std::string& body
) {
    for (const auto service : services) {
        if (auto answer = ask(method, service, below, body)) return answer;
    }
    return std::nullopt;
}

void AdminDesk::complain_to(std::function<void(const std::string&)> listener) {
    x_state->listener = std::move(listener);
}

bool AdminDesk::complained() const {
    return x_state->complained;
}

}  // namespace pay::app
