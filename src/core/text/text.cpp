#include "core/text/text.hpp"

#include <algorithm>
#include <array>

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

struct Span {
    char32_t first;
    char32_t last;
};
// East Asian Width W and F of Unicode, where it matters, and the emoji that terminals draw wide.
constexpr std::array<Span, 20> wide{{
    {0x1100, 0x115f},   {0x231a, 0x231b},   {0x23e9, 0x23ec},   {0x2614, 0x2615},
    {0x26a1, 0x26a1},   {0x2705, 0x2705},   {0x274c, 0x274c},   {0x2e80, 0x303e},
    {0x3041, 0x3098},   {0x309b, 0xa4cf},   {0xa960, 0xa97c},   {0xac00, 0xd7a3},
    {0xf900, 0xfaff},   {0xfe30, 0xfe6f},   {0xff01, 0xff60},   {0xffe0, 0xffe6},
    {0x1f300, 0x1f64f}, {0x1f680, 0x1f6ff}, {0x1f900, 0x1faff}, {0x20000, 0x3fffd},
}};
// Marks that stand on the character before, and the vowels and finals of a decomposed syllable.
constexpr std::array<Span, 8> combining{{
    {0x0300, 0x036f},
    {0x1160, 0x11ff},
    {0x200b, 0x200f},
    {0x20d0, 0x20ff},
    {0x3099, 0x309a},
    {0xd7b0, 0xd7ff},
    {0xfe00, 0xfe0f},
    {0xfe20, 0xfe2f},
}};

template <std::size_t Count>
bool within(const std::array<Span, Count>& spans, char32_t point) {
    return std::ranges::any_of(spans, [&](const Span& span) {
        return span.first <= point && point <= span.last;
    });
}

/// Takes a character off the front; how many columns it is shown in.
std::size_t take_columns(std::string_view& text) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const auto lead = byte(0);
    const std::size_t length = lead < 0xc0 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    char32_t point = length == 1 ? lead : lead & (0xffU >> (length + 1));
    std::size_t taken = 1;
    while (taken < length && taken < text.size() && (byte(taken) & 0xc0U) == 0x80U) {
        point = point << 6U | (byte(taken) & 0x3fU);
        ++taken;
    }
    text.remove_prefix(taken);
    if (taken < length) return 1;
    return within(combining, point) ? 0 : within(wide, point) ? 2 : 1;
}

}  // namespace

std::size_t columns(std::string_view text) {
    std::size_t sum = 0;
    while (!text.empty()) sum += take_columns(text);
    return sum;
}

std::string_view first_columns(std::string_view text, std::size_t most) {
    auto rest = text;
    std::size_t sum = 0;
    std::size_t end = 0;
    while (!rest.empty()) {
        sum += take_columns(rest);
        if (sum > most) break;
        end = text.size() - rest.size();
    }
    return text.substr(0, end);
}

std::size_t characters(std::string_view text) {
    const auto begins = [](char c) { return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U; };
    return static_cast<std::size_t>(std::ranges::count_if(text, begins));
}

bool is_line(std::string_view text, std::size_t longest) {
    const bool blank = text.find_first_not_of(' ') == std::string_view::npos;
    return !blank && characters(text) <= longest && !has_control(text);
}

}  // namespace pay::text
