#include "core/json/escape.hpp"

#include <cstdint>
#include <cstring>

namespace pay::json {
namespace {

bool plain(char character) {
    const auto byte = static_cast<unsigned char>(character);
    return byte >= 0x20 && byte != '"' && byte != '\\';
}

constexpr std::uint64_t each_byte = 0x0101010101010101;
constexpr std::uint64_t top_bits = 0x80 * each_byte;

/// The top bit of each byte that is less than `limit` (at most 0x80); above the first such byte
/// others may be marked, too.
constexpr std::uint64_t bytes_below(std::uint64_t bytes, std::uint64_t limit) {
    return (bytes - each_byte * limit) & ~bytes & top_bits;
}

/// Where the next character stands that must be escaped; the text's end if none does. Eight at a
/// time, for most texts have none.
std::size_t find_escaped(std::string_view text, std::size_t from) {
    for (; from + 8 <= text.size(); from += 8) {
        std::uint64_t bytes = 0;
        std::memcpy(&bytes, text.data() + from, 8);
        const bool any = (bytes_below(bytes, 0x20) | bytes_below(bytes ^ (each_byte * '"'), 1) |
                          bytes_below(bytes ^ (each_byte * '\\'), 1)) != 0;
        if (any) break;
    }
    while (from < text.size() && plain(text[from])) ++from;
    return from;
}

}  // namespace

void append_string(std::string& out, std::string_view text) {
    static constexpr std::string_view hex = "0123456789abcdef";
    out += '"';
    std::size_t begin = 0;
    for (std::size_t i = 0; (i = find_escaped(text, i)) < text.size(); ++i) {
        const auto c = static_cast<unsigned char>(text[i]);
        out.append(text, begin, i - begin);
        begin = i + 1;
        switch (c) {
            case '"':
                out += "\\\"";
                break;
            case '\\':
                out += "\\\\";
                break;
            case '\n':
                out += "\\n";
                break;
            case '\r':
                out += "\\r";
                break;
            case '\t':
                out += "\\t";
                break;
            default:
                out += "\\u00";
                out += hex[c >> 4U];
                out += hex[c & 15U];
        }
    }
    out.append(text, begin, text.size() - begin);
    out += '"';
}

}  // namespace pay::json
