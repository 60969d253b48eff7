#pragma once

#include "core/json/names.hpp"
#include "core/sql/sql.hpp"
#include "order/types.hpp"

/// Rows of the order service's tables to its types and back; in the order of the columns in
/// store.cpp.
namespace pay::order {

extern const sql::Table order_table;
extern const sql::Table paid_order_table;  ///< the same, for rows that have their receipt already
extern const sql::Table refund_table;
extern const sql::Table webhook_table;

Order read_order(const sql::Row& row);
Refund read_refund(const sql::Row& row);
Webhook read_webhook(const sql::Row& row);

/// The row refers to the texts of what it is given.
void add_row(sql::Rows& rows, const Order& order);
void add_row(sql::Rows& rows, const Refund& refund);
void add_row(sql::Rows& rows, const Webhook& webhook);

}  // namespace pay::order
