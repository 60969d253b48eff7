#pragma once

#include <string_view>

namespace pay::log {

/// Names the calling thread, for `top -H`, debuggers and profiles; the first 15 bytes are kept.
void name_thread(std::string_view name);

}  // namespace pay::log
