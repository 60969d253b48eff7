#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/embedded.hpp"
#include "core/sql/sql.hpp"
#include "order/types.hpp"

/// All SQL of the order service. load and save serve the writer, for a whole batch at a time; the
/// rest are the look-ups of the API and the driver. Throws sql's Outage and Broken.
namespace pay::order {

extern const std::span<const EmbeddedFile> schema;

State load(sql::Connection& connection, std::span<const Command* const> commands);
void save(sql::Transaction& transaction, const State& state);

std::optional<Order> find_order(sql::Connection& connection, std::string_view id);
/// Those of them that are there, in no order.
std::vector<Order> find_orders(sql::Connection& connection, std::span<const std::string> ids);
std::optional<Order> find_order_by_receipt(
    sql::Connection& connection, std::string_view receipt_id
);

std::optional<Cancellation> find_cancellation(sql::Connection& connection, std::string_view id);
/// Those made before this time.
void delete_simulations(sql::Transaction& transaction, Time before);
inline constexpr std::int64_t most_cancellations = 100;
/// The cancels of an order, newest first, at most that many; no simulations.
std::vector<Cancellation> cancellations_of(sql::Connection& connection, std::string_view order_id);

struct OrderQuery {
    std::string user_id{};  ///< empty: everybody's
    std::optional<Status> status{};
    std::string receipt_id{};  ///< empty: of any, or of none
    std::string before_id{};  ///< empty: from the newest
    std::int64_t limit = 20;
};
std::vector<Order> list_orders(sql::Connection& connection, const OrderQuery& query);

/// What is due by now, oldest first.
std::vector<Order> due_orders(sql::Connection& connection, Time now, std::int64_t limit);
std::vector<Refund> due_refunds(sql::Connection& connection, Time now, std::int64_t limit);
std::vector<Webhook> due_webhooks(sql::Connection& connection, Time now, std::int64_t limit);
/// How many webhooks wait to be looked up.
std::int64_t waiting_webhooks(sql::Connection& connection);

}  // namespace pay::order
