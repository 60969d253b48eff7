#pragma once

#include <array>
#include <string>
#include <string_view>

#include "core/time/clock.hpp"

namespace pay {

/// An opaque id: a prefix that names its kind, 48 bits of time and 80 random bits in 26 characters
/// of Crockford's base 32, so that ids of one kind sort by creation time as well as clocks agree.
/// `order_id()` gives `ord_01JB…`. Any thread. The random bits come from the operating system's
/// generator, so an id cannot be guessed from another.
std::string make_id(std::string_view prefix, Time now);
/// The id of these 80 bits, for ids that are made again from what they are made of.
std::string make_id(std::string_view prefix, Time now, const std::array<unsigned char, 10>& bits);

/// 16 random bytes as 32 lower-case hex digits: trace ids, request ids, instance ids.
std::string random_hex_128();

/// Bytes of the same generator: keys of signatures.
std::string random_bytes(std::size_t count);

/// Whether the text has the form of an id of this prefix.
bool is_id(std::string_view prefix, std::string_view text);

namespace prefix {
inline constexpr std::string_view order = "ord_";
inline constexpr std::string_view item = "itm_";
inline constexpr std::string_view order_item = "oit_";
inline constexpr std::string_view point_transaction = "ptx_";
inline constexpr std::string_view message = "msg_";
inline constexpr std::string_view cancellation = "can_";
inline constexpr std::string_view billing_key = "bky_";
inline constexpr std::string_view auto_charge = "auc_";
}  // namespace prefix

}  // namespace pay
