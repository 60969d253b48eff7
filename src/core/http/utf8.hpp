#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

namespace pay::http {

/// The length of the well-formed UTF-8 sequence `text` begins with (RFC 3629: no overlong forms, no
/// surrogates, nothing above U+10FFFF); 0 if there is none.
constexpr std::size_t utf8_sequence(std::string_view text) {
    const auto byte = [&](std::size_t i) -> unsigned {
        return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
    };
    const auto tail = [&](std::size_t i) { return (byte(i) & 0xC0U) == 0x80U; };
    const unsigned first = byte(0);
    if (first < 0x80) return 1;
    if (first < 0xC2) return 0;
    if (first < 0xE0) return tail(1) ? 2 : 0;
    if (first < 0xF0) {
        const bool overlong = first == 0xE0 && byte(1) < 0xA0;
        const bool surrogate = first == 0xED && byte(1) > 0x9F;
        return tail(1) && tail(2) && !overlong && !surrogate ? 3 : 0;
    }
    if (first > 0xF4) return 0;
    const bool overlong = first == 0xF0 && byte(1) < 0x90;
    const bool too_high = first == 0xF4 && byte(1) > 0x8F;
    return tail(1) && tail(2) && tail(3) && !overlong && !too_high ? 4 : 0;
}

/// Whether all of `text` is well-formed UTF-8. Eight bytes at a time while it is ASCII.
inline bool is_utf8(std::string_view text) {
    while (!text.empty()) {
        if (text.size() >= sizeof(std::uint64_t)) {
            std::uint64_t word = 0;
            std::memcpy(&word, text.data(), sizeof word);
            if ((word & 0x8080808080808080ULL) == 0) {
                text.remove_prefix(sizeof word);
                continue;
            }
        }
        const std::size_t length = utf8_sequence(text);
        if (length == 0) return false;
        text.remove_prefix(length);
    }
    return true;
}

}  // namespace pay::http
