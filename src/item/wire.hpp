#pragma once

#include <string>
#include <string_view>

#include "core/result/result.hpp"
#include "item/types.hpp"

/// Bodies of requests into commands. BAD_REQUEST or INVALID, with the fields named.
namespace pay::item {

/// The body of POST /v1/items, for an item of this id.
Result<Create> read_create(std::string_view body, std::string id);
/// The body of PATCH /v1/items/{id}: what is absent stays, null clears.
Result<Update> read_update(std::string_view body, std::string id);

}  // namespace pay::item
