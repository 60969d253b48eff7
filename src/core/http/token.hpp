#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "core/http/message.hpp"
#include "core/result/result.hpp"
#include "core/time/clock.hpp"

namespace pay::http {

/// Shortest HS256 secret, in bytes.
inline constexpr std::size_t secret_min = 32;

/// How tokens are verified. Exactly one of `secret` and `keys_file` is set.
struct TokenOptions {
    std::string secret{};     ///< HS256 only, at least 32 bytes
    std::string keys_file{};  ///< PEM public key (RS256 or ES256) or a JWKS file
    std::string issuer{};     ///< checked if set
    std::string audience{};   ///< checked if set; the claim may be a string or an array
};

/// Verifies access tokens (JWT). `sub` is 1 to 64 of `A-Za-z0-9._@-` and begins with a letter or a
/// digit; `exp` is required; `role` is `user` (default) or `admin`; `nbf` is honoured. A secret
/// never verifies anything but HS256, a public key never HS256, `none` never passes. Any thread.
class TokenVerifier {
 public:
    /// Throws std::runtime_error with one clear line for a short secret or a file that holds no
    /// key.
    TokenVerifier(TokenOptions options, std::shared_ptr<const Clock> clock);
    ~TokenVerifier();

    /// The caller of an `Authorization` header's value: UNAUTHORIZED if it is empty or is not
    /// `Bearer …`, INVALID_TOKEN if the token does not hold.
    Result<Caller> verify(std::string_view authorization) const;

 private:
    struct Keys;
    TokenOptions x_options;
    std::shared_ptr<const Clock> x_clock;
    std::unique_ptr<const Keys> x_keys;
};

/// Whether the text may be a user's id.
bool is_user_id(std::string_view text);

struct TokenClaims {
    std::string user_id{};
    Role role = Role::user;
    Time expires{};
    std::string issuer{};
    std::string audience{};
};

/// A signed HS256 token, for `payments token`, bench and tests.
std::string sign_token(const TokenClaims& claims, std::string_view secret, Time now);

}  // namespace pay::http
