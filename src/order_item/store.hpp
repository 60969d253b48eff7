#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/embedded.hpp"
#include "core/http/query.hpp"
#include "core/sql/sql.hpp"
#include "order_item/types.hpp"

/// The order-item service's tables. Everything throws what core/sql throws.
namespace pay::order_item {

extern const std::span<const EmbeddedFile> schema;
/// The schema, and those of the inbox and the copy of the catalogue.
std::vector<EmbeddedFile> migrations();

State load(sql::Connection& connection, std::span<const Command* const> commands);
/// Writes what the batch changed; Conflict if another instance was first.
void save(sql::Transaction& transaction, const State& state);

std::optional<OrderItem> find(sql::Connection& connection, std::string_view id);
std::optional<OrderItem> find_by_order(sql::Connection& connection, std::string_view order_id);
/// A page, and one more if there is one: of a user, or of all.
std::vector<OrderItem> list_of_user(
    sql::Connection& connection, std::string_view user_id, const http::Page& page
);
std::vector<OrderItem> list_all(sql::Connection& connection, const http::Page& page);
/// The order by which the user owns the content; nothing if they do not.
std::optional<std::string> find_owning_order(
    sql::Connection& connection, std::string_view user_id, std::string_view item_id
);

}  // namespace pay::order_item
