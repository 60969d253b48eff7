#include "bench/users.hpp"

#include "core/http/token.hpp"

namespace pay::bench {
namespace {

http::TokenClaims claims_of(const Signing& signing, Time now) {
    http::TokenClaims claims;
    claims.issuer = signing.issuer;
    claims.audience = signing.audience;
    claims.expires = now + std::chrono::hours{24};
    return claims;
}

}  // namespace

std::string user_id(std::uint64_t index) {
    return "bench-user-" + std::to_string(index);
}

std::vector<std::string> sign_tokens(std::size_t users, const Signing& signing, Time now) {
    std::vector<std::string> tokens;
    tokens.reserve(users);
    auto claims = claims_of(signing, now);
    for (std::size_t i = 0; i < users; ++i) {
        claims.user_id = user_id(i);
        tokens.push_back(http::sign_token(claims, signing.secret, now));
    }
    return tokens;
}

std::string sign_admin_token(const Signing& signing, Time now) {
    auto claims = claims_of(signing, now);
    claims.user_id = "bench-admin";
    claims.role = http::Role::admin;
    return http::sign_token(claims, signing.secret, now);
}

}  // namespace pay::bench
