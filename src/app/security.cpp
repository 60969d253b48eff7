#include "app/security.hpp"

#include <cstdio>

#include "core/http/base_url.hpp"
#include "core/http/token.hpp"

namespace pay::app {
namespace {

constexpr std::string_view sandbox_key = "sandbox";

std::string_view host_of(std::string_view address) {
    if (address.starts_with('[')) return address.substr(1, address.find(']') - 1);
    return address.substr(0, address.find(':'));
}

bool is_loopback_host(std::string_view host) {
    // A name that begins like an address (127.evil.example) is none.
    const bool numeric = host.find_first_not_of("0123456789.") == std::string_view::npos;
    return host == "localhost" || host == "::1" || (host.starts_with("127.") && numeric);
}

/// Half a pair of keys is a mistake, never a wish.
void check_pairs(const bootpay::Options& options) {
    if (options.application_id.empty() != options.private_key.empty()) {
        throw BadUse("--bootpay-application-id and --bootpay-private-key go together");
    }
    if (options.client_key.empty() != options.secret_key.empty()) {
        throw BadUse("--bootpay-client-key and --bootpay-secret-key go together");
    }
}

/// Whoever can turn the time can expire what others own.
void check_test_clock(const ServeOptions& options, const std::string& listen) {
    const auto& token = options.token;
    const bool develops =
        token.keys_file.empty() && (token.secret.empty() || token.secret == development_secret);
    if (develops && is_loopback_address(listen) && is_loopback_gateway(options.bootpay_url)) return;
    throw BadUse(
        "--test-clock lets callers turn the time: it goes with the sandbox, the development secret "
        "and a loopback address only"
    );
}

}  // namespace

bool is_loopback_address(const std::string& host_and_port) {
    return is_loopback_host(host_of(host_and_port));
}

bool is_loopback_gateway(const std::string& bootpay_url) {
    if (bootpay_url == "sandbox:") return true;
    // Read as the client will read it: a second opinion about the host would be a hole.
    return is_loopback_host(http::parse_base_url(bootpay_url).host);
}

void complete_credentials(bootpay::Options& options, const std::string& bootpay_url) {
    check_pairs(options);
    if (!options.application_id.empty() || !options.client_key.empty()) return;
    if (!is_loopback_gateway(bootpay_url)) {
        throw BadUse(
            "a gateway on another machine needs credentials: set PAYMENTS_BOOTPAY_APPLICATION_ID "
            "and PAYMENTS_BOOTPAY_PRIVATE_KEY, or PAYMENTS_BOOTPAY_CLIENT_KEY and "
            "PAYMENTS_BOOTPAY_SECRET_KEY"
        );
    }
    options.application_id = sandbox_key;
    options.private_key = sandbox_key;
}

sandbox::Keys sandbox_keys(const bootpay::Options& given) {
    check_pairs(given);
    sandbox::Keys keys;
    if (!given.application_id.empty()) {
        keys.application_id = given.application_id;
        keys.private_key = given.private_key;
    }
    if (!given.client_key.empty()) {
        keys.client_key = given.client_key;
        keys.secret_key = given.secret_key;
    }
    return keys;
}

void secure(ServeOptions& options, const std::string& listen) {
    if (options.bootpay_url == "sandbox:" && !is_loopback_address(options.sandbox_listen)) {
        throw BadUse(
            "the hosted sandbox lets anybody pay without money: --sandbox-listen must be a "
            "loopback "
            "address"
        );
    }
    complete_credentials(options.bootpay, options.bootpay_url);
    auto& token = options.token;
    if (!token.secret.empty() && !token.keys_file.empty()) {
        throw BadUse("give either --jwt-secret or --jwt-keys, not both");
    }
    if (options.test_clock) check_test_clock(options, listen);
    if (!token.secret.empty() || !token.keys_file.empty()) return;
    if (!is_loopback_address(listen)) {
        throw BadUse(
            "serving on " + listen +
            " needs a secret of your own: set PAYMENTS_JWT_SECRET (32 bytes or "
            "more) or --jwt-keys; the development secret is for loopback only"
        );
    }
    if (!is_loopback_gateway(options.bootpay_url)) {
        throw BadUse(
            "a real gateway needs a secret of your own: set PAYMENTS_JWT_SECRET (32 bytes or more) "
            "or --jwt-keys; the development secret is for the sandbox only"
        );
    }
    token.secret = development_secret;
}

std::string signing_secret(const TokenSecret& given) {
    if (!given.secret.empty()) {
        if (given.secret.size() < http::secret_min) {
            throw BadUse("--jwt-secret must have at least 32 bytes");
        }
        return given.secret;
    }
    std::fputs(
        "payments: signing with the development secret, which works on loopback only\n", stderr
    );
    return std::string(development_secret);
}

}  // namespace pay::app
