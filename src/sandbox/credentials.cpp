#include "sandbox/credentials.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "core/ident/ident.hpp"

namespace pay::sandbox {
namespace {

constexpr Duration token_life = std::chrono::minutes{30};
constexpr Duration same_token = std::chrono::minutes{25};

/// What follows the scheme's name, whose case does not matter; nothing if it is another scheme.
std::optional<std::string_view> after_scheme(std::string_view header, std::string_view lower_case) {
    if (header.size() <= lower_case.size() || header[lower_case.size()] != ' ') return std::nullopt;
    for (std::size_t i = 0; i < lower_case.size(); ++i) {
        if ((header[i] | 0x20) != lower_case[i]) return std::nullopt;
    }
    header.remove_prefix(lower_case.size());
    header.remove_prefix(std::min(header.find_first_not_of(' '), header.size()));
    return header;
}

std::optional<std::string> decode_base64(std::string_view text) {
    static constexpr std::string_view alphabet =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    while (text.ends_with('=')) text.remove_suffix(1);
    std::string bytes;
    unsigned held = 0;
    int bits = 0;
    for (const char c : text) {
        const auto digit = alphabet.find(c);
        if (digit == std::string_view::npos) return std::nullopt;
        held = (held << 6U | static_cast<unsigned>(digit)) & 0xFFFFU;
        bits += 6;
        if (bits < 8) continue;
        bits -= 8;
        bytes += static_cast<char>(held >> static_cast<unsigned>(bits) & 0xFFU);
    }
    return bytes;
}

}  // namespace

Credentials::Credentials(Keys keys, std::shared_ptr<const Clock> clock)
    : x_keys(std::move(keys)), x_clock(std::move(clock)) {}

std::expected<AccessToken, Refusal> Credentials::issue(
    std::string_view application_id, std::string_view private_key
) {
    if (application_id != x_keys.application_id) return std::unexpected(Refusal::app_key_not_found);
    if (private_key != x_keys.private_key) return std::unexpected(Refusal::app_sk_not_matched);
    const Time now = x_clock->now();
    const std::lock_guard lock(x_mutex);
    if (x_current.text.empty() || now - x_current.at >= same_token) {
        x_previous = std::exchange(x_current, {random_hex_128() + random_hex_128(), now});
    }
    const auto left = std::chrono::floor<std::chrono::seconds>(x_current.at + token_life - now);
    return AccessToken{x_current.text, left.count()};
}

std::expected<void, Refusal> Credentials::check(std::string_view authorization) const {
    if (const auto encoded = after_scheme(authorization, "basic")) return check_basic(*encoded);
    const auto text = after_scheme(authorization, "bearer");
    const std::lock_guard lock(x_mutex);
    if (text && (alive(x_current, *text) || alive(x_previous, *text))) return {};
    return std::unexpected(Refusal::token_key_invalid);
}

bool Credentials::is_bearer(std::string_view authorization) {
    return after_scheme(authorization, "bearer").has_value();
}

void Credentials::revoke_tokens() {
    const std::lock_guard lock(x_mutex);
    x_current = {};
    x_previous = {};
}

bool Credentials::alive(const Issued& token, std::string_view text) const {
    return !token.text.empty() && token.text == text && x_clock->now() - token.at < token_life;
}

std::expected<void, Refusal> Credentials::check_basic(std::string_view encoded) const {
    const auto pair = decode_base64(encoded);
    if (!pair) return std::unexpected(Refusal::token_key_invalid);
    const auto colon = pair->find(':');
    if (colon == std::string::npos) return std::unexpected(Refusal::token_key_invalid);
    if (pair->substr(0, colon) != x_keys.client_key)
        return std::unexpected(Refusal::app_key_not_found);
    if (pair->substr(colon + 1) != x_keys.secret_key) {
        return std::unexpected(Refusal::app_sk_not_matched);
    }
    return {};
}

}  // namespace pay::sandbox
