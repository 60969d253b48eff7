#include "audit/evidence.hpp"

#include <algorithm>

namespace pay::audit {
namespace {

constexpr std::string_view select_orders = R"(
    SELECT o.id, o.user_id, o.item_id, o.kind, o.payment_method, o.amount, o.points, o.status,
           o.receipt_id, o.canceled_amount, o.failure, o.payment_step, o.version, o.created_at,
           o.payment_step_at, o.point_step_at, o.order_item_step_at, o.deadline_at,
           o.presented_receipt_id, r.status
    FROM purchase_order o LEFT JOIN refund r ON r.receipt_id = o.receipt_id)";
constexpr std::string_view select_lines =
    "SELECT order_id, transaction_id, user_id, points FROM ledger_entry";
constexpr std::string_view select_items =
    "SELECT order_id, id, user_id, item_id, revoked_at FROM order_item";

OrderRow order_of(const sql::Row& row) {
    OrderRow order;
    order.user_id = row.text(1);
    order.item_id = row.text(2);
    order.kind = known<item::Kind>(row.text(3));
    order.payment_method = known<order::PaymentMethod>(row.text(4));
    order.amount = row.optional_integer(5);
    order.points = row.optional_integer(6);
    order.status_name = row.text(7);
    order.status = known<order::Status>(order.status_name);
    order.receipt_id = row.text(8);
    order.canceled_amount = row.integer(9);
    order.refund_refused = known<order::Failure>(row.text(10)) == order::Failure::REFUND_REFUSED;
    order.payment_stands = known<order::StepStatus>(row.text(11)) == order::StepStatus::done;
    order.version = row.integer(12);
    std::int64_t moved = 0;
    for (int column = 13; column <= 16; ++column) {
        moved = std::max(moved, row.optional_integer(column).value_or(0));
    }
    order.moved_at = from_epoch_ms(moved);
    if (!row.null(17)) order.deadline_at = from_epoch_ms(row.integer(17));
    order.presented_receipt_id = row.text(18);
    if (!row.null(19)) order.refund = known<order::RefundStatus>(row.text(19));
    return order;
}

void take_line(Evidence& evidence, const sql::Row& row) {
    const auto transaction = row.text(1);
    auto at = std::ranges::find(evidence.movements, transaction, &Movement::transaction_id);
    if (at == evidence.movements.end()) {
        at = evidence.movements.insert(at, {std::string(transaction), {}, 0});
    }
    if (row.null(2)) return;  // a line of the house
    if (at->user_id.empty()) at->user_id = row.text(2);
    // Modulo 2^64: a damaged line must not stop the audit.
    at->points = static_cast<std::int64_t>(
        static_cast<std::uint64_t>(at->points) + static_cast<std::uint64_t>(row.integer(3))
    );
}

}  // namespace

void read_orders(
    sql::Connection& order, const Selection& orders,
    const std::function<void(std::string id, OrderRow order)>& on_order
) {
    read(order, select_orders, "o.id", orders, "", [&](const sql::Row& row) {
        on_order(std::string(row.text(0)), order_of(row));
    });
}

std::map<std::string, Evidence, std::less<>> collect(Books& books, const Selection& orders) {
    std::map<std::string, Evidence, std::less<>> all;
    read_orders(books.order.connection(), orders, [&](std::string id, OrderRow order) {
        all[std::move(id)].order = std::move(order);
    });
    auto& point = books.point.connection();
    read(point, select_lines, "order_id", orders, "", [&](const sql::Row& row) {
        take_line(all[std::string(row.text(0))], row);
    });
    auto& items = books.order_item.connection();
    read(items, select_items, "order_id", orders, "", [&](const sql::Row& row) {
        all[std::string(row.text(0))].items.push_back(
            {std::string(row.text(1)), std::string(row.text(2)), std::string(row.text(3)),
             !row.null(4)}
        );
    });
    return all;
}

}  // namespace pay::audit
