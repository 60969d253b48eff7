#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/http/query.hpp"
#include "core/result/result.hpp"
#include "order_item/types.hpp"

/// Payloads into commands, and order items as the API shows them.
namespace pay::order_item {

Result<Save> read_save(std::string_view payload);
Result<Revoke> read_revoke(std::string_view payload);
Result<item::Changed> read_item(std::string_view payload);

std::string to_text(const OrderItem& item);
http::Response list_of(const http::Page& page, const std::vector<OrderItem>& items);
/// Whether an item is owned, by the order that bought it.
std::string entitlement_text(std::string_view item_id, const std::optional<std::string>& order_id);

}  // namespace pay::order_item
