#pragma once

#include <cstddef>
#include <string_view>

/// What the rules ask of a text that a person typed, and how wide it is shown. UTF-8 that the JSON
/// reader has checked already.
namespace pay::text {

/// How many characters (code points) the text has.
std::size_t characters(std::string_view text);

/// How many columns a terminal shows it in: what is Korean, Chinese or Japanese and most emoji take
/// two, marks that combine with the character before take none. A byte that is no UTF-8: one.
std::size_t columns(std::string_view text);

/// The longest beginning of it that is shown in at most so many columns: whole characters.
std::string_view first_columns(std::string_view text, std::size_t most);

/// Whether it is fit to be shown on one line: 1 to `longest` characters, not all of them spaces, no
/// control characters (C0, DEL, C1).
bool is_line(std::string_view text, std::size_t longest);

}  // namespace pay::text
