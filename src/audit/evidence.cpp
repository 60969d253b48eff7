#include "audit/evidence.hpp"

#include <algorithm>

namespace pay::audit {
namespace {

constexpr std::string_view select_orders = R"(
    SELECT o.id, o.user_id, o.item_id, o.kind, o.payment_method, o.amount, o.points, o.status,
           o.receipt_id, o.canceled_amount, o.failure, o.payment_step, o.version, o.created_at,
           o.payment_step_at, o.point_step_at, o.order_item_step_at, o.deadline_at,
           o.presented_receipt_id, r.status, o.cancel_fee, o.bonus, o.cancellation_id
    FROM purchase_order o LEFT JOIN refund r ON r.receipt_id = o.receipt_id)";
constexpr std::string_view select_lines =
    "SELECT order_id, transaction_id, user_id, points, account FROM ledger_entry";
// Of a purchase: it has the order's id.
constexpr std::string_view select_holds = "SELECT hold_id, status, points FROM point_hold";
constexpr std::string_view purchases_only = " AND purpose = 'purchase'";
constexpr std::string_view select_cancellations =
    "SELECT order_id, id, phase, amount, fee, updated_at FROM cancellation";
constexpr std::string_view not_simulated = " AND origin <> 'simulation'";
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
    order.cancel_fee = row.integer(20);
    order.bonus = row.integer(21);
    order.cancellation_id = row.text(22);
    return order;
}

void take_line(Evidence& evidence, const sql::Row& row) {
    const auto transaction = row.text(1);
    auto at = std::ranges::find(evidence.movements, transaction, &Movement::transaction_id);
    if (at == evidence.movements.end()) {
        at = evidence.movements.insert(at, {std::string(transaction), {}});
    }
    if (at->user_id.empty()) at->user_id = row.text(2);
    // One that does not exist is told by rule 2.
    if (const auto account = known<point::Account>(row.text(4))) {
        at->sums.add(*account, row.integer(3));
    }
}

void take_cancellation(Evidence& evidence, const sql::Row& row) {
    auto& all = evidence.cancellations;
    if (all.first.empty()) all.first = row.text(1);
    const auto phase = row.text(2);
    if (phase == "done") {
        all.amount += row.integer(3);
        all.fee += row.integer(4);
    } else if (phase != "refused") {
        all.open.emplace_back(row.text(1));
        if (!evidence.order) return;
        auto& moved_at = evidence.order->moved_at;
        moved_at = std::max(moved_at, from_epoch_ms(row.integer(5)));
    }
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
    auto& order = books.order.connection();
    read(order, select_cancellations, "order_id", orders, not_simulated, [&](const sql::Row& row) {
        take_cancellation(all[std::string(row.text(0))], row);
    });
    auto& point = books.point.connection();
    read(point, select_lines, "order_id", orders, "", [&](const sql::Row& row) {
        take_line(all[std::string(row.text(0))], row);
    });
    read(point, select_holds, "hold_id", orders, purchases_only, [&](const sql::Row& row) {
        all[std::string(row.text(0))].hold = HoldRow{std::string(row.text(1)), row.integer(2)};
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
