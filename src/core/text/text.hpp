#pragma once

#include <cstddef>
#include <string_view>

/// What the rules ask of a text that a person typed. UTF-8 that the JSON reader has checked
/// already.
namespace pay::text {

/// How many characters (code points) the text has.
std::size_t characters(std::string_view text);

/// Whether it is fit to be shown on one line: 1 to `longest` characters, not all of them spaces, no
/// control characters (C0, DEL, C1).
bool is_line(std::string_view text, std::size_t longest);

}  // namespace pay::text
