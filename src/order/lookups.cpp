#include <array>

#include "core/sql/reading.hpp"
#include "order/columns.hpp"
#include "order/store.hpp"

/// What the API and the driver look up, beside the writer.
namespace pay::order {
namespace {

constexpr std::string_view delete_old_simulations =
    "DELETE FROM cancellation WHERE origin = 'simulation' AND created_at < ?";
constexpr std::string_view select_cancellations_of_order =
    "SELECT " PAY_CANCELLATION_COLUMNS
    " FROM cancellation WHERE order_id = ? AND origin <> 'simulation' ORDER BY id DESC LIMIT ?";
constexpr std::string_view select_newest =
    "SELECT " PAY_ORDER_COLUMNS " FROM purchase_order WHERE id < ?";
constexpr std::string_view select_newest_of_user =
    "SELECT " PAY_ORDER_COLUMNS " FROM purchase_order WHERE id < ? AND user_id = ?";
constexpr std::string_view and_receipt = " AND receipt_id = ?";
constexpr std::string_view and_status = " AND status = ?";
constexpr std::string_view newest_first = " ORDER BY id DESC LIMIT ?";
constexpr std::string_view after_every_id = "~";  // sorts behind all letters and digits

constexpr std::string_view select_due_orders =
    "SELECT " PAY_ORDER_COLUMNS " FROM purchase_order WHERE due_at <= ? ORDER BY due_at LIMIT ?";
constexpr std::string_view select_due_refunds =
    "SELECT " PAY_REFUND_COLUMNS " FROM refund WHERE due_at <= ? ORDER BY due_at LIMIT ?";
constexpr std::string_view select_due_webhooks =
    "SELECT " PAY_WEBHOOK_COLUMNS " FROM webhook WHERE due_at <= ? ORDER BY due_at LIMIT ?";
constexpr std::string_view count_waiting_webhooks =
    "SELECT COUNT(*) FROM webhook WHERE due_at IS NOT NULL";

}  // namespace

std::optional<Cancellation> find_cancellation(sql::Connection& connection, std::string_view id) {
    return sql::query_one(connection, select_cancellations, id, read_cancellation);
}

void delete_simulations(sql::Transaction& transaction, Time before) {
    const std::array<sql::Value, 1> values{to_epoch_ms(before)};
    transaction.connection().execute(delete_old_simulations, values);
}

std::vector<Cancellation> cancellations_of(sql::Connection& connection, std::string_view order_id) {
    const std::array<sql::Value, 2> values{order_id, most_cancellations};
    return sql::query_all(connection, select_cancellations_of_order, values, read_cancellation);
}

std::optional<Order> find_order(sql::Connection& connection, std::string_view id) {
    return sql::query_one(connection, select_orders, id, read_order);
}

std::vector<Order> find_orders(sql::Connection& connection, std::span<const std::string> ids) {
    std::vector<Order> orders;
    const std::vector<std::string_view> keys(ids.begin(), ids.end());
    sql::query_in(connection, select_orders, keys, "", [&](const sql::Row& row) {
        orders.push_back(read_order(row));
    });
    return orders;
}

std::optional<Order> find_order_by_receipt(
    sql::Connection& connection, std::string_view receipt_id
) {
    return sql::query_one(connection, select_orders_by_receipt, receipt_id, read_order);
}

std::vector<Order> list_orders(sql::Connection& connection, const OrderQuery& query) {
    const bool everybody = query.user_id.empty();
    std::string statement(everybody ? select_newest : select_newest_of_user);
    std::vector<sql::Value> values;
    values.emplace_back(
        query.before_id.empty() ? after_every_id : std::string_view{query.before_id}
    );
    if (!everybody) values.emplace_back(query.user_id);
    if (!query.receipt_id.empty()) {
        statement += and_receipt;
        values.emplace_back(query.receipt_id);
    }
    if (query.status) {
        statement += and_status;
        values.emplace_back(json::name_of(*query.status));
    }
    statement += newest_first;
    values.emplace_back(query.limit);
    return sql::query_all(connection, statement, values, read_order);
}

std::vector<Order> due_orders(sql::Connection& connection, Time now, std::int64_t limit) {
    const std::array<sql::Value, 2> values{to_epoch_ms(now), limit};
    return sql::query_all(connection, select_due_orders, values, read_order);
}

std::vector<Refund> due_refunds(sql::Connection& connection, Time now, std::int64_t limit) {
    const std::array<sql::Value, 2> values{to_epoch_ms(now), limit};
    return sql::query_all(connection, select_due_refunds, values, read_refund);
}

std::vector<Webhook> due_webhooks(sql::Connection& connection, Time now, std::int64_t limit) {
    const std::array<sql::Value, 2> values{to_epoch_ms(now), limit};
    return sql::query_all(connection, select_due_webhooks, values, read_webhook);
}

std::int64_t waiting_webhooks(sql::Connection& connection) {
    std::int64_t count = 0;
    connection.query(count_waiting_webhooks, {}, [&](const sql::Row& row) {
        count = row.integer(0);
    });
    return count;
}

}  // namespace pay::order
