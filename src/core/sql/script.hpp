#pragma once

#include <string_view>
#include <vector>

namespace pay::sql {

/// The statements of a script, without the semicolons between them. Those in texts, names and
/// comments do not count; what is nothing but blanks and comments is left out.
std::vector<std::string_view> split_script(std::string_view script);

}  // namespace pay::sql
