#pragma once

#include "core/json/names.hpp"
#include "core/sql/sql.hpp"
#include "order/types.hpp"

// The columns in the order the functions below read them in.
#define PAY_ORDER_COLUMNS                                                                        \
    "id, user_id, item_id, item_name, item_version, kind, payment_method, amount, points, "      \
    "status, receipt_id, presented_receipt_id, canceled_amount, failure, payment_step, "         \
    "payment_step_at, point_step, point_step_at, order_item_step, order_item_step_at, version, " \
    "created_at, updated_at, due_at, attempts, approval_at, deadline_at, bonus, cancel_fee, "    \
    "gateway_method, paid_at, cancellation_id, trail"
#define PAY_REFUND_COLUMNS                                                                    \
    "receipt_id, order_id, status, cancel_id, canceled_before, called_at, due_at, attempts, " \
    "created_at, updated_at, target, account"
#define PAY_CANCELLATION_COLUMNS                                                           \
    "id, order_id, phase, origin, amount, fee, points, bonus, asked_by, reason, failure, " \
    "account, created_at, updated_at"
#define PAY_WEBHOOK_COLUMNS \
    "receipt_id, receipt_status, canceled, order_id, price, status, due_at, attempts, created_at"

/// Rows of the order service's tables to its types and back, in the order of the columns above.
namespace pay::order {

inline constexpr std::string_view select_orders =
    "SELECT " PAY_ORDER_COLUMNS " FROM purchase_order WHERE id IN ";
inline constexpr std::string_view select_orders_by_receipt =
    "SELECT " PAY_ORDER_COLUMNS " FROM purchase_order WHERE receipt_id IN ";
inline constexpr std::string_view select_cancellations =
    "SELECT " PAY_CANCELLATION_COLUMNS " FROM cancellation WHERE id IN ";

extern const sql::Table order_table;
extern const sql::Table paid_order_table;  ///< the same, for rows that have their receipt already
extern const sql::Table refund_table;
extern const sql::Table cancellation_table;
extern const sql::Table webhook_table;

Order read_order(const sql::Row& row);
Refund read_refund(const sql::Row& row);
Cancellation read_cancellation(const sql::Row& row);
Webhook read_webhook(const sql::Row& row);

/// The row refers to the texts of what it is given.
void add_row(sql::Rows& rows, const Order& order);
void add_row(sql::Rows& rows, const Refund& refund);
void add_row(sql::Rows& rows, const Cancellation& cancellation);
void add_row(sql::Rows& rows, const Webhook& webhook);

}  // namespace pay::order
