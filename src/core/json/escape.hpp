#pragma once

#include <string>
#include <string_view>

namespace pay::json {

/// Appends `text` as a JSON string, quotes included. Korean and other non-ASCII stays as it is.
void append_string(std::string& out, std::string_view text);

}  // namespace pay::json
