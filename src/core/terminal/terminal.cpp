#include "core/terminal/terminal.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <cstdlib>

#include "core/text/text.hpp"

namespace pay::terminal {
namespace {

constexpr std::string_view mark = "…";
constexpr std::size_t most = 1'000;  // columns or rows: more is no terminal's

std::string_view variable(const char* name) {
    const char* value = std::getenv(name);
    return value == nullptr ? std::string_view{} : std::string_view{value};
}

/// The number in a variable of the environment, if it makes sense as a size.
std::size_t size_in(const char* name, std::size_t otherwise) {
    const auto text = variable(name);
    std::size_t size = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), size);
    const bool sound = failure == std::errc{} && end == text.data() + text.size();
    return sound && size > 0 && size <= most ? size : otherwise;
}

}  // namespace

Screen screen_of(int descriptor) {
    Screen screen;
    screen.interactive = isatty(descriptor) == 1;
    screen.columns = size_in("COLUMNS", screen.columns);
    screen.rows = size_in("LINES", screen.rows);
    screen.colours =
        screen.interactive && variable("NO_COLOR").empty() && variable("TERM") != "dumb";
    winsize size{};
    if (screen.interactive && ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) {
        screen.columns = size.ws_col;
        screen.rows = size.ws_row;
    }
    return screen;
}

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

std::string clipped(std::string_view line, std::size_t width) {
    if (text::columns(line) <= width) return std::string(line);
    if (width == 0) return {};
    return std::string(text::first_columns(line, width - 1)).append(mark);
}

std::string padded(std::string_view text, std::size_t width) {
    std::string filled(text);
    filled.append(width - std::min(width, text::columns(text)), ' ');
    return filled;
}

std::string wrapped(std::string_view text, std::size_t width, std::size_t indent) {
    std::string out;
    std::size_t column = 0;
    while (!text.empty()) {
        const auto word = text.substr(0, text.find(' '));
        text.remove_prefix(std::min(word.size() + 1, text.size()));
        if (word.empty()) continue;
        const auto wide = text::columns(word);
        if (column > 0 && column + 1 + wide <= width) {
            out += ' ';
            ++column;
        } else {
            if (column > 0) out += '\n';
            out.append(indent, ' ');
            column = indent;
        }
        out += word;
        column += wide;
    }
    return out;
}

std::string grouped(std::int64_t number) {
    auto digits = std::to_string(number);
    const std::size_t sign = number < 0 ? 1 : 0;
    for (std::size_t at = digits.size(); at > sign + 3; at -= 3) digits.insert(at - 3, ",");
    return digits;
}

std::string styled(const Screen& screen, Style style, std::string_view text) {
    if (!screen.colours) return std::string(text);
    const char* begin = style == Style::bold    ? "\x1b[1m"
                        : style == Style::red   ? "\x1b[31m"
                        : style == Style::green ? "\x1b[32m"
                                                : "\x1b[2m";
    return std::string(begin).append(text).append("\x1b[0m");
}

}  // namespace pay::terminal
