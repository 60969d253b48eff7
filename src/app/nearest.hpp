#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace pay::app {

/// How many letters must be put in, taken out, changed or swapped with their neighbour to make one
/// word out of the other.
std::size_t distance(std::string_view one, std::string_view other);

/// The name that was probably meant: the nearest, if it is near at all, or the only one that begins
/// like it.
std::optional<std::string> nearest(std::string_view typed, std::span<const std::string> names);

}  // namespace pay::app
