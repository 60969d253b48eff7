#include "audit/receipts.hpp"

#include <array>

namespace pay::audit {
namespace {

constexpr std::string_view select_held_twice = R"(
    SELECT receipt_id, MIN(id), MAX(id) FROM purchase_order WHERE receipt_id IS NOT NULL
    GROUP BY receipt_id HAVING COUNT(*) > 1)";
constexpr std::string_view select_refunded_for_another = R"(
    SELECT r.receipt_id, r.order_id, o.id FROM refund r
    JOIN purchase_order o ON o.receipt_id = r.receipt_id
    WHERE o.id <> r.order_id)";
constexpr std::string_view select_refunds_of_nobody = R"(
    SELECT r.receipt_id, r.order_id FROM refund r LEFT JOIN purchase_order o ON o.id = r.order_id
    WHERE o.id IS NULL)";
// That of a cancel was made by the first cancel, and is told with its order.
constexpr std::string_view select_waiting_refunds = R"(
    SELECT r.receipt_id, r.order_id, r.created_at FROM refund r
    LEFT JOIN purchase_order o ON o.receipt_id = r.receipt_id
    WHERE r.status = 'open' AND r.created_at < ? AND (o.id IS NULL OR o.status <> 'CANCELING'))";
// That of an order's own payment is told with its order.
constexpr std::string_view select_refused_refunds = R"(
    SELECT r.receipt_id, r.order_id FROM refund r
    LEFT JOIN purchase_order o ON o.receipt_id = r.receipt_id
    WHERE r.status = 'refused' AND o.id IS NULL)";
constexpr std::string_view select_unsent =
    "SELECT COUNT(*), MIN(created_at), MIN(id) FROM outbox WHERE created_at < ?";
constexpr std::string_view select_unclaimed = R"(
    SELECT w.receipt_id, MAX(w.order_id), MAX(w.price) - MAX(w.canceled)
    FROM webhook w LEFT JOIN purchase_order o ON o.receipt_id = w.receipt_id
                   LEFT JOIN refund r ON r.receipt_id = w.receipt_id
    WHERE w.status = 'unclaimed' AND o.id IS NULL AND r.receipt_id IS NULL
    GROUP BY w.receipt_id)";

using Values = std::array<sql::Value, 1>;

/// One problem for each row; `text` says it of the row.
template <class Text>
void find(
    sql::Connection& order, std::string_view statement, std::span<const sql::Value> values,
    const std::string& rule, const OnSuspicion& suspicious, Text text
) {
    order.query(statement, values, [&](const sql::Row& row) {
        const std::string receipt(row.text(0));
        Suspicion suspicion{.key = rule + ' ' + receipt};
        suspicion.problems.push_back(
            {rule, std::string(row.text(1)), {}, "Receipt " + receipt + ' ' + text(row) + '.'}
        );
        suspicious(std::move(suspicion));
    });
}

void examine_outbox(
    Snapshot& snapshot, const std::string& service, Time stuck_before, const OnSuspicion& suspicious
) {
    const Values values{to_epoch_ms(stuck_before)};
    snapshot.connection().query(select_unsent, values, [&](const sql::Row& row) {
        if (row.integer(0) == 0) return;
        Suspicion suspicion{.key = service};
        suspicion.problems.push_back(
            {"outbox",
             {},
             {},
             "Service " + service + " has messages of " + std::to_string(row.integer(0)) +
                 " transactions unsent for too long, the oldest since " +
                 to_rfc3339(from_epoch_ms(row.integer(1))) + " (" + std::string(row.text(2)) + ")."}
        );
        suspicious(std::move(suspicion));
    });
}

}  // namespace

void examine_receipts(sql::Connection& order, Time stuck_before, const OnSuspicion& suspicious) {
    find(order, select_held_twice, {}, "receipt", suspicious, [](const sql::Row& row) {
        return "is held by order " + std::string(row.text(1)) + " and by order " +
               std::string(row.text(2));
    });
    find(order, select_refunded_for_another, {}, "receipt", suspicious, [](const sql::Row& row) {
        return "is held by order " + std::string(row.text(2)) + ", but is returned for order " +
               std::string(row.text(1));
    });
    find(order, select_refunds_of_nobody, {}, "receipt", suspicious, [](const sql::Row& row) {
        return "is returned for order " + std::string(row.text(1)) + ", which does not exist";
    });
    const Values since{to_epoch_ms(stuck_before)};
    find(order, select_waiting_refunds, since, "stuck", suspicious, [](const sql::Row& row) {
        return "waits to be returned since " + to_rfc3339(from_epoch_ms(row.integer(2)));
    });
    find(order, select_refused_refunds, {}, "refund", suspicious, [](const sql::Row& row) {
        return "was a further payment for order " + std::string(row.text(1)) +
               ", and the gateway refuses for good to return it: pay it back by other means";
    });
}

void examine_outboxes(Books& books, Time stuck_before, const OnSuspicion& suspicious) {
    examine_outbox(books.order, "order", stuck_before, suspicious);
    examine_outbox(books.point, "point", stuck_before, suspicious);
    examine_outbox(books.order_item, "order_item", stuck_before, suspicious);
    examine_outbox(books.item, "item", stuck_before, suspicious);
}

void list_unclaimed(sql::Connection& order, const OnSuspicion& found) {
    order.query(select_unclaimed, {}, [&](const sql::Row& row) {
        Suspicion payment{.key = std::string(row.text(0))};
        payment.unclaimed.push_back({payment.key, std::string(row.text(1)), Won{row.integer(2)}});
        found(std::move(payment));
    });
}

}  // namespace pay::audit
