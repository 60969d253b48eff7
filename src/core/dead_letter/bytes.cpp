#include "core/dead_letter/bytes.hpp"

#include <cstdint>

#include "core/http/utf8.hpp"

namespace pay::dead_letter {
namespace {

constexpr std::string_view digits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

}  // namespace

std::string readable(std::string_view bytes) {
    if (http::is_utf8(bytes)) return std::string(bytes);
    std::string text;
    while (!bytes.empty()) {
        const auto length = http::utf8_sequence(bytes);
        text += length == 0 ? std::string_view("\uFFFD") : bytes.substr(0, length);
        bytes.remove_prefix(length == 0 ? 1 : length);
    }
    return text;
}

std::string to_base64(std::string_view bytes) {
    std::string text;
    text.reserve((bytes.size() + 2) / 3 * 4);
    for (; !bytes.empty(); bytes.remove_prefix(std::min<std::size_t>(3, bytes.size()))) {
        std::uint32_t bits = 0;
        for (std::size_t i = 0; i < 3; ++i) {
            bits = bits << 8U | (i < bytes.size() ? static_cast<unsigned char>(bytes[i]) : 0U);
        }
        for (std::size_t i = 0; i < 4; ++i) {
            text += i <= bytes.size() ? digits[bits >> (18U - 6U * i) & 63U] : '=';
        }
    }
    return text;
}

std::optional<std::string> from_base64(std::string_view text) {
    std::string bytes;
    const auto digits_given = text.substr(0, text.find('='));
    std::uint32_t bits = 0;
    std::uint32_t count = 0;
    for (const char c : digits_given) {
        const auto digit = digits.find(c);
        if (digit == std::string_view::npos) return std::nullopt;
        bits = bits << 6U | static_cast<std::uint32_t>(digit);
        count += 6;
        if (count < 8) continue;
        count -= 8;
        bytes += static_cast<char>(bits >> count & 255U);
    }
    if (to_base64(bytes) != text) return std::nullopt;
    return bytes;
}

}  // namespace pay::dead_letter
