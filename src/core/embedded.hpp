#pragma once

#include <span>
#include <string_view>

namespace pay {

/// A file built into the executable: a migration's SQL or a page. Made by cmake/embed.cmake.
struct EmbeddedFile {
    std::string_view name;
    std::string_view text;
};

}  // namespace pay
