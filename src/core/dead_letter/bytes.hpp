#pragma once

#include <optional>
#include <string>
#include <string_view>

/// What others write into a message may be any bytes. Here it is made fit for JSON and headers.
namespace pay::dead_letter {

/// The text as it is if it is UTF-8; else with U+FFFD for every byte that is not.
std::string readable(std::string_view bytes);

/// RFC 4648, with padding.
std::string to_base64(std::string_view bytes);
/// Nothing if the text is not just that.
std::optional<std::string> from_base64(std::string_view text);

}  // namespace pay::dead_letter
