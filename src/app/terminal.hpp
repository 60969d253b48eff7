#pragma once

#include <string>
#include <string_view>

/// Text on a person's terminal.
namespace pay::app {

/// What a stranger wrote must not steer the terminal it is shown on. `lines`: breaks and tabs stay.
std::string printable(std::string_view text, bool lines = false);
/// As much of the line as a terminal of 80 columns shows without breaking it.
std::string clipped(std::string line);
/// Filled up to `width` columns, and two more.
std::string padded(std::string text, std::size_t width);

}  // namespace pay::app
