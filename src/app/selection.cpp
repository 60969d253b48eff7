#include "app/selection.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <set>

#include "core/http/base_url.hpp"
#include "core/http/networks.hpp"
#include "core/http/server.hpp"

namespace pay::app {
namespace {

struct Place {
    std::string_view service;
    std::string_view listen;
};
constexpr std::array<Place, 4> places{{
    {"order", "127.0.0.1:8081"},
    {"point", "127.0.0.1:8082"},
    {"order-item", "127.0.0.1:8083"},
    {"item", "127.0.0.1:8084"},
}};
constexpr std::string_view listen_of_several = "127.0.0.1:8080";
constexpr std::size_t longest_instance = 96;  // as the tables have it

/// As browsers write it in their Origin header; with nothing in it that a policy or a header could
/// take for something else.
bool is_origin(const std::string& text) {
    constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyz0123456789.-_:/[]";
    if (text.find_first_not_of(letters) != std::string::npos) return false;
    try {
        return http::parse_base_url(text).prefix.empty() && !text.ends_with('/');
    } catch (const std::runtime_error&) {
        return false;
    }
}

std::string host_name() {
    std::array<char, 65> name{};
    if (::gethostname(name.data(), name.size() - 1) != 0) return "host";
    return name.data();
}

/// What must hold between flags.
void check_combination(const ServeOptions& options) {
    const bool local = options.bus_url == "local:";
    // The URL is not repeated in the message: it may hold a password.
    if (!local && !options.bus_url.starts_with("kafka://")) {
        throw BadUse("--bus is not understood: write local: or kafka://HOST:PORT[,HOST:PORT]");
    }
    if (local && !serves_all(options)) {
        throw BadUse(
            "--bus local: ties all four services together in one process: name all or none, or "
            "give --bus kafka://HOST:PORT"
        );
    }
}

}  // namespace

bool serves(const ServeOptions& options, std::string_view service) {
    return options.services.empty() ||
           std::ranges::find(options.services, service) != options.services.end();
}

bool serves_all(const ServeOptions& options) {
    return std::ranges::all_of(places, [&](const Place& place) {
        return serves(options, place.service);
    });
}

std::string listen_of(const ServeOptions& options) {
    if (!options.listen.empty()) return options.listen;
    const std::set<std::string> named(options.services.begin(), options.services.end());
    if (named.size() != 1) return std::string(listen_of_several);
    const auto place = std::ranges::find(places, std::string_view{*named.begin()}, &Place::service);
    return std::string(place->listen);
}

std::string instance_of(const ServeOptions& options) {
    if (!options.instance.empty()) return options.instance;
    const std::string listen = listen_of(options);
    const std::string port = listen.substr(listen.rfind(':') + 1);
    // A port that is free by chance is another one after a restart.
    return host_name() + (port == "0" ? "/" + std::to_string(::getpid()) : ":" + port);
}

void check(const ServeOptions& options) {
    check_combination(options);
    if (options.instance.size() > longest_instance) {
        throw BadUse("--instance has at most 96 characters");
    }
    http::check_listen(listen_of(options));
    http::Networks{options.webhook_allow};
    http::Networks{options.webhooks.allowed};
    http::Networks{options.trusted_proxies};
    if (!options.cors_origin.empty() && !is_origin(options.cors_origin)) {
        throw BadUse("--cors-origin is http(s)://HOST[:PORT], without a slash at its end");
    }
    if (!std::ranges::all_of(options.page_token_origins, is_origin)) {
        throw BadUse("--page-token-origin is http(s)://HOST[:PORT], without a slash at its end");
    }
    if (options.bootpay_url == "sandbox:") {
        http::check_listen(options.sandbox_listen);
    } else {
        http::parse_base_url(options.bootpay_url);
    }
}

std::shared_ptr<const http::TokenVerifier> make_verifier(
    const ServeOptions& options, std::shared_ptr<const Clock> clock
) {
    const auto& token = options.token;
    return std::make_shared<http::TokenVerifier>(
        http::TokenOptions{token.secret, token.keys_file, token.issuer, token.audience},
        std::move(clock)
    );
}

}  // namespace pay::app
