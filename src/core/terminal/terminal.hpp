#pragma once

#include <cstdint>
#include <string>
#include <string_view>

/// What a person's terminal is, and text on it.
namespace pay::terminal {

/// What a stream is written to. Of one that is no terminal (a file, a pipe) nothing is cut off.
struct Screen {
    bool interactive = false;  ///< a terminal
    std::size_t columns = 80;
    std::size_t rows = 24;
    bool colours = false;  ///< a terminal, unless NO_COLOR says otherwise or it is a dumb one
};
/// Of a file descriptor, as it is now: a terminal says its size itself; one that does not is as
/// COLUMNS and LINES say, or 80 by 24.
Screen screen_of(int descriptor);

/// What a stranger wrote must not steer the terminal it is shown on. `lines`: breaks and tabs stay.
std::string printable(std::string_view text, bool lines = false);
/// As much of the line as is shown in `width` columns, its end marked by … if some is missing.
std::string clipped(std::string_view line, std::size_t width);
/// Filled up to `width` columns.
std::string padded(std::string_view text, std::size_t width);
/// Broken at blanks into lines of at most `width` columns; a longer word has a line of its own.
/// Each begins with `indent` blanks, which count.
std::string wrapped(std::string_view text, std::size_t width, std::size_t indent);
/// 1234567 as 1,234,567.
std::string grouped(std::int64_t number);

enum class Style { bold, red, green, dim };
/// The text in this style, where there are colours.
std::string styled(const Screen& screen, Style style, std::string_view text);

}  // namespace pay::terminal
