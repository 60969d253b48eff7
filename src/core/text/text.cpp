#include "core/text/text.hpp"

#include <algorithm>

namespace pay::text {
namespace {

bool has_control(std::string_view text) {
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        if (byte < 0x20 || byte == 0x7f) return true;
        // U+0080 to U+009F are C2 80 to C2 9F.
        const bool last = i + 1 == text.size();
        if (byte == 0xc2 && !last && static_cast<unsigned char>(text[i + 1]) < 0xa0) return true;
    }
    return false;
}

}  // namespace

std::size_t characters(std::string_view text) {
    const auto begins = [](char c) { return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U; };
    return static_cast<std::size_t>(std::ranges::count_if(text, begins));
}

bool is_line(std::string_view text, std::size_t longest) {
    const bool blank = text.find_first_not_of(' ') == std::string_view::npos;
    return !blank && characters(text) <= longest && !has_control(text);
}

}  // namespace pay::text
