#include "app/terminal.hpp"

#include <algorithm>

#include "core/text/text.hpp"

namespace pay::app {
namespace {

constexpr std::size_t line_width = 80;

}  // namespace

std::string printable(std::string_view text, bool lines) {
    std::string shown;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        const bool c1 =
            byte == 0xC2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xA0;
        const bool kept = lines && (byte == '\n' || byte == '\t');
        const bool control = (byte < 0x20 && !kept) || byte == 0x7F || c1;
        shown += control ? '?' : text[i];
        if (c1) ++i;
    }
    return shown;
}

std::string clipped(std::string line) {
    if (text::characters(line) <= line_width) return line;
    std::size_t end = 0;
    for (std::size_t shown = 0; shown < line_width - 3; ++shown) {
        do ++end;
        while (end < line.size() && (static_cast<unsigned char>(line[end]) & 0xC0U) == 0x80U);
    }
    return line.substr(0, end) + "...";
}

std::string padded(std::string text, std::size_t width) {
    text.append(width - std::min(width, text::characters(text)), ' ');
    return text + "  ";
}

}  // namespace pay::app
