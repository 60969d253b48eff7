#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/time/clock.hpp"

namespace pay::bench {

/// The people the load is spread over.
std::string user_id(std::uint64_t index);
/// A token for each of them, signed with the server's own secret.
std::vector<std::string> sign_tokens(std::size_t users, std::string_view secret, Time now);

}  // namespace pay::bench
