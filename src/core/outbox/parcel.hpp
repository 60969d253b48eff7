#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/bus/bus.hpp"

namespace pay::outbox {

/// Messages of one commit. They are one row of the outbox, which goes when the bus has all of them:
/// a row for each would be half of all rows that a purchase writes.
struct Parcel {
    std::string id;  ///< of its first message
    std::vector<bus::Message> messages;
};

/// The messages as netstrings (each field its length, a colon, its bytes and a comma), so that what
/// others wrote may be any bytes.
std::string pack(std::span<const bus::Message> messages);
/// Of what pack() wrote; nothing if it is something else.
std::optional<std::vector<bus::Message>> unpack(std::string_view text);

}  // namespace pay::outbox
