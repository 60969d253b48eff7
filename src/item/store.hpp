#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "core/embedded.hpp"
#include "core/http/query.hpp"
#include "core/sql/sql.hpp"
#include "item/types.hpp"

/// The item service's tables. Everything throws what core/sql throws.
namespace pay::item {

extern const std::span<const EmbeddedFile> schema;

State load(sql::Connection& connection, std::span<const Command* const> commands);
/// Writes what the batch changed; Conflict if another instance was first.
void save(sql::Transaction& transaction, const State& state);

std::optional<Item> find(sql::Connection& connection, std::string_view id);
/// The items of a page and one more, if there is one.
std::vector<Item> list(sql::Connection& connection, Status status, const http::Page& page);
std::vector<Item> all(sql::Connection& connection);

}  // namespace pay::item
