#include "sandbox/ids.hpp"

#include <array>
#include <cstdio>

#include "core/ident/ident.hpp"

namespace pay::sandbox {

std::string make_id(Time now) {
    std::array<char, 9> seconds{};
    const auto count = static_cast<unsigned>(to_epoch_ms(now) / 1000);
    std::snprintf(seconds.data(), seconds.size(), "%08x", count);
    return seconds.data() + random_hex_128().substr(0, 16);
}

}  // namespace pay::sandbox
