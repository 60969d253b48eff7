#pragma once

#include <string>
#include <string_view>

#include "core/bus/bus.hpp"

namespace pay::bus {

/// A message's further headers as a text column keeps them: JSON, in their order. Names and values
/// must be UTF-8.
std::string headers_to_text(const Headers& headers);
/// Of what headers_to_text() wrote.
Headers headers_of_text(std::string_view text);

}  // namespace pay::bus
