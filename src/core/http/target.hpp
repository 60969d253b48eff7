#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/http/message.hpp"

namespace pay::http {

/// The text with its `%XX` decoded; nothing if an escape is cut short or is no hex.
std::optional<std::string> percent_decode(std::string_view text);

/// A path's segment as a parameter's value; nothing if it can be none of ours: empty, `.`, `..`, a
/// bad escape, a decoded slash or control character, no UTF-8.
std::optional<std::string> decode_segment(std::string_view segment);

/// The fields of a query (`a=1&b=`), decoded, `+` as a space. Nothing for a bad escape, invalid
/// UTF-8 or a control character.
std::optional<Fields> parse_query(std::string_view query);

/// The fields of a form that somebody else wrote: one that parse_query would refuse is left out.
Fields parse_form(std::string_view body);

}  // namespace pay::http
