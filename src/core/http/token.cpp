#include "core/http/token.hpp"

#include <jwt.h>

#include <algorithm>
#include <boost/json/parse.hpp>
#include <charconv>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <unordered_map>

#include "core/http/keys.hpp"

namespace pay::http {
namespace {

constexpr std::size_t token_max = 8 * 1024;
constexpr std::size_t user_id_max = 64;

struct FreeToken {
    void operator()(jwt_t* token) const { jwt_free(token); }
};
using Token = std::unique_ptr<jwt_t, FreeToken>;

bool is_letter_or_digit(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

jwt_alg_t algorithm(Algorithm wanted) {
    switch (wanted) {
        case Algorithm::hs256:
            return JWT_ALG_HS256;
        case Algorithm::rs256:
            return JWT_ALG_RS256;
        case Algorithm::es256:
            return JWT_ALG_ES256;
    }
    return JWT_ALG_INVAL;
}

/// The claims of the token if this key signed it, by the key's own algorithm.
Token decode(const std::string& token, const Key& key) {
    jwt_t* raw = nullptr;
    const auto* bytes = reinterpret_cast<const unsigned char*>(key.text.data());
    if (jwt_decode(&raw, token.c_str(), bytes, static_cast<int>(key.text.size())) != 0) return {};
    Token decoded(raw);
    return jwt_get_alg(raw) == algorithm(key.algorithm) ? std::move(decoded) : Token{};
}

std::optional<std::string> text_claim(jwt_t* token, const char* name) {
    const char* text = jwt_get_grant(token, name);
    return text ? std::optional<std::string>(text) : std::nullopt;
}

/// A claim's JSON as libjwt holds it, "" if it is not there.
std::string json_claim(jwt_t* token, const char* name) {
    char* text = jwt_get_grants_json(token, name);
    std::string copy = text ? text : "";
    std::free(text);  // NOLINT: libjwt hands out malloc'ed memory
    return copy;
}

struct TimeClaim {
    bool present = false;
    std::optional<long> seconds{};  ///< nothing if it is no integer
};

// Of the claim's JSON: libjwt's own integer reader takes a string for 0.
TimeClaim time_claim(jwt_t* token, const char* name) {
    const std::string text = json_claim(token, name);
    if (text.empty()) return {};
    long seconds = 0;
    const char* end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, seconds);
    if (read.ec != std::errc{} || read.ptr != end) return {.present = true, .seconds = {}};
    return {.present = true, .seconds = seconds};
}

/// `aud` may be one string or several.
bool is_for(jwt_t* token, const std::string& audience) {
    if (text_claim(token, "aud") == audience) return true;
    boost::system::error_code failed;
    const auto claim = boost::json::parse(json_claim(token, "aud"), failed);
    const auto* several = failed ? nullptr : claim.if_array();
    return several && std::ranges::any_of(*several, [&](const boost::json::value& one) {
               return one.is_string() && one.get_string() == audience;
           });
}

std::optional<Role> role_of(jwt_t* token) {
    const auto role = text_claim(token, "role");
    if (!role) return json_claim(token, "role").empty() ? std::optional(Role::user) : std::nullopt;
    if (*role == "user") return Role::user;
    if (*role == "admin") return Role::admin;
    return std::nullopt;
}

}  // namespace

/// The keys, and the tokens that held of late: a caller sends the same token with every request.
struct TokenVerifier::Keys {
    struct Held {
        Caller caller;
        long not_before;
        long expires;
    };
    static constexpr std::size_t held_max = 4096;

    std::vector<Key> keys;
    mutable std::mutex mutex;
    mutable std::unordered_map<std::string, Held> held;

    std::optional<Caller> recall(const std::string& token, long now) const {
        const std::lock_guard lock(mutex);
        const auto found = held.find(token);
        if (found == held.end()) return std::nullopt;
        if (now < found->second.expires && now >= found->second.not_before) {
            return found->second.caller;
        }
        held.erase(found);
        return std::nullopt;
    }

    void remember(const std::string& token, const Held& what) const {
        const std::lock_guard lock(mutex);
        if (held.size() >= held_max) held.clear();
        held.emplace(token, what);
    }

    /// Tries the keys the token's header may mean.
    Token open(const std::string& token) const {
        const auto header = parse_token_header(token);
        if (!header || !header->algorithm) return {};
        for (const auto& key : keys) {
            const bool named = key.id.empty() || header->key_id.empty() || key.id == header->key_id;
            if (!named || key.algorithm != *header->algorithm) continue;
            if (auto decoded = decode(token, key)) return decoded;
        }
        return {};
    }

    static std::optional<Held> read(jwt_t* token, const TokenOptions& options, long now) {
        const auto expires = time_claim(token, "exp");
        const auto not_before = time_claim(token, "nbf");
        if (!expires.seconds || now >= *expires.seconds) return std::nullopt;
        if (not_before.present && (!not_before.seconds || now < *not_before.seconds)) {
            return std::nullopt;
        }
        if (!options.issuer.empty() && text_claim(token, "iss") != options.issuer)
            return std::nullopt;
        if (!options.audience.empty() && !is_for(token, options.audience)) return std::nullopt;
        const auto user = text_claim(token, "sub");
        const auto role = role_of(token);
        if (!user || !is_user_id(*user) || !role) return std::nullopt;
        return Held{{*user, *role}, not_before.seconds.value_or(0), *expires.seconds};
    }
};

TokenVerifier::TokenVerifier(TokenOptions options, std::shared_ptr<const Clock> clock)
    : x_options(std::move(options)), x_clock(std::move(clock)) {
    auto keys = std::make_unique<Keys>();
    if (x_options.secret.empty() == x_options.keys_file.empty()) {
        throw std::runtime_error("tokens need either a secret or a file of public keys");
    }
    if (x_options.keys_file.empty()) {
        if (x_options.secret.size() < secret_min) {
            throw std::runtime_error("the secret for tokens must have at least 32 bytes");
        }
        keys->keys.push_back({{}, Algorithm::hs256, x_options.secret});
    } else {
        std::ifstream file(x_options.keys_file, std::ios::binary);
        if (!file) throw std::runtime_error("cannot read the keys in " + x_options.keys_file);
        const std::string document(std::istreambuf_iterator<char>(file), {});
        try {
            keys->keys = parse_keys(document);
        } catch (const std::runtime_error& e) {
            throw std::runtime_error(x_options.keys_file + ' ' + e.what());
        }
    }
    x_keys = std::move(keys);
}

TokenVerifier::~TokenVerifier() = default;

Result<Caller> TokenVerifier::verify(std::string_view authorization) const {
    constexpr std::string_view scheme = "bearer ";
    const bool bearer =
        authorization.size() > scheme.size() &&
        std::ranges::equal(authorization.substr(0, scheme.size()), scheme, {}, [](char c) {
            return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        });
    if (!bearer) return Error{Code::unauthorized};
    const std::string token(authorization.substr(scheme.size()));
    if (token.size() > token_max) return Error{Code::invalid_token};
    const auto now = static_cast<long>(to_epoch_ms(x_clock->now()) / 1000);
    if (auto known = x_keys->recall(token, now)) return std::move(*known);
    const auto decoded = x_keys->open(token);
    if (!decoded) return Error{Code::invalid_token};
    auto held = Keys::read(decoded.get(), x_options, now);
    if (!held) return Error{Code::invalid_token};
    x_keys->remember(token, *held);
    return std::move(held->caller);
}

bool is_user_id(std::string_view text) {
    return !text.empty() && text.size() <= user_id_max && is_letter_or_digit(text.front()) &&
           std::ranges::all_of(text, [](char c) {
               return is_letter_or_digit(c) || c == '.' || c == '_' || c == '@' || c == '-';
           });
}

std::string sign_token(const TokenClaims& claims, std::string_view secret, Time now) {
    jwt_t* raw = nullptr;
    PAY_ASSERT(jwt_new(&raw) == 0);
    const Token token(raw);
    const auto seconds = [](Time time) { return static_cast<long>(to_epoch_ms(time) / 1000); };
    jwt_add_grant(raw, "sub", claims.user_id.c_str());
    jwt_add_grant(raw, "role", claims.role == Role::admin ? "admin" : "user");
    jwt_add_grant_int(raw, "iat", seconds(now));
    jwt_add_grant_int(raw, "exp", seconds(claims.expires));
    if (!claims.issuer.empty()) jwt_add_grant(raw, "iss", claims.issuer.c_str());
    if (!claims.audience.empty()) jwt_add_grant(raw, "aud", claims.audience.c_str());
    const auto* key = reinterpret_cast<const unsigned char*>(secret.data());
    PAY_ASSERT(jwt_set_alg(raw, JWT_ALG_HS256, key, static_cast<int>(secret.size())) == 0);
    char* text = jwt_encode_str(raw);
    PAY_ASSERT(text);
    std::string signed_text = text;
    std::free(text);  // NOLINT: libjwt hands out malloc'ed memory
    return signed_text;
}

}  // namespace pay::http
