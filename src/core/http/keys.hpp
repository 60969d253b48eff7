#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pay::http {

enum class Algorithm { hs256, rs256, es256 };

/// A key that verifies tokens: the secret's bytes, or a public key as PEM.
struct Key {
    std::string id;  ///< `kid`; empty matches any token
    Algorithm algorithm;
    std::string text;
};

/// What a token's header says of its signature.
struct TokenHeader {
    std::optional<Algorithm> algorithm;  ///< nothing for one we do not take, `none` above all
    std::string key_id;
};

/// The keys of a PEM public key or a JWKS document; keys of other kinds in the set are left out.
/// Throws std::runtime_error if none is left.
std::vector<Key> parse_keys(const std::string& document);

/// Nothing if the token's first part is no JSON object in base64url.
std::optional<TokenHeader> parse_token_header(std::string_view token);

std::optional<std::string> decode_base64url(std::string_view text);

}  // namespace pay::http
