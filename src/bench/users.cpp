#include "bench/users.hpp"

#include "core/http/token.hpp"

namespace pay::bench {

std::string user_id(std::uint64_t index) {
    return "bench-user-" + std::to_string(index);
}

std::vector<std::string> sign_tokens(std::size_t users, const Signing& signing, Time now) {
    std::vector<std::string> tokens;
    tokens.reserve(users);
    http::TokenClaims claims;
    claims.issuer = signing.issuer;
    claims.audience = signing.audience;
    claims.expires = now + std::chrono::hours{24};
    for (std::size_t i = 0; i < users; ++i) {
        claims.user_id = user_id(i);
        tokens.push_back(http::sign_token(claims, signing.secret, now));
    }
    return tokens;
}

}  // namespace pay::bench
