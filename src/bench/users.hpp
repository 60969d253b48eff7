#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/time/clock.hpp"

namespace pay::bench {

/// With what users' tokens are signed, and what they say: as the server under load wants it.
struct Signing {
    std::string secret;
    std::string issuer;
    std::string audience;
};

/// The people the load is spread over.
std::string user_id(std::uint64_t index);
/// A token for each of them, as the server takes it.
std::vector<std::string> sign_tokens(std::size_t users, const Signing& signing, Time now);
/// One for who fills the shop.
std::string sign_admin_token(const Signing& signing, Time now);

}  // namespace pay::bench
