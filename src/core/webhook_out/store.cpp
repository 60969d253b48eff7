#include "core/webhook_out/store.hpp"

#include <array>

#include "core/json/names.hpp"
#include "core/sql/reading.hpp"

namespace pay::webhook_out {
namespace {

constexpr std::array<std::string_view, 12> columns{
    "id",     "endpoint_id", "event_id",   "event_type", "body",        "created_at",
    "status", "due_at",      "give_up_at", "attempts",   "last_status", "last_error",
};
constexpr sql::Table table{"webhook_delivery", columns};
constexpr std::array<std::string_view, 7> attempt_columns{
    "delivery_id", "number", "at", "took_ms", "status", "error", "answer"
};
constexpr sql::Table attempt_table{"webhook_attempt", attempt_columns, 2};

#define PAY_DELIVERY_COLUMNS                                                          \
    "id, endpoint_id, event_id, event_type, created_at, status, due_at, give_up_at, " \
    "attempts, last_status, last_error"
constexpr std::string_view select_whole =
    "SELECT " PAY_DELIVERY_COLUMNS ", body FROM webhook_delivery WHERE id = ?";
constexpr std::string_view select_locked =
    "SELECT " PAY_DELIVERY_COLUMNS ", body FROM webhook_delivery WHERE id IN ";
constexpr std::string_view select_due =
    "SELECT " PAY_DELIVERY_COLUMNS
    ", body FROM webhook_delivery WHERE endpoint_id = ? AND status = ? AND due_at <= ? "
    "ORDER BY due_at LIMIT ?";
constexpr std::string_view select_page =
    "SELECT " PAY_DELIVERY_COLUMNS " FROM webhook_delivery WHERE endpoint_id = ? AND id < ?";
constexpr std::string_view of_status = " AND status = ?";
constexpr std::string_view newest_first = " ORDER BY id DESC LIMIT ?";
constexpr std::string_view update_delivery =
    "UPDATE webhook_delivery SET status = ?, due_at = ?, give_up_at = ?, attempts = ?, "
    "last_status = ?, last_error = ? WHERE id = ?";
constexpr std::string_view select_attempts =
    "SELECT number, at, took_ms, status, error, answer FROM webhook_attempt "
    "WHERE delivery_id = ? ORDER BY number";
constexpr std::string_view count_of_status =
    "SELECT COUNT(*) FROM webhook_delivery WHERE endpoint_id = ? AND status = ?";
constexpr std::string_view select_old =
    "SELECT id FROM webhook_delivery WHERE endpoint_id = ? AND status = ? AND due_at <= ? LIMIT ?";
constexpr std::string_view select_any =
    "SELECT id FROM webhook_delivery WHERE endpoint_id = ? LIMIT ?";

Delivery read_delivery(const sql::Row& row) {
    Delivery delivery;
    delivery.id = row.text(0);
    delivery.endpoint_id = row.text(1);
    delivery.event_id = row.text(2);
    delivery.event_type = row.text(3);
    delivery.created_at = from_epoch_ms(row.integer(4));
    delivery.status = json::named<DeliveryStatus>(row.text(5));
    delivery.due_at = from_epoch_ms(row.integer(6));
    delivery.give_up_at = from_epoch_ms(row.integer(7));
    delivery.attempts = row.integer(8);
    delivery.last_status = row.optional_integer(9);
    delivery.last_error = row.optional_text(10);
    return delivery;
}

Delivery read_whole(const sql::Row& row) {
    auto delivery = read_delivery(row);
    delivery.body = row.text(11);
    return delivery;
}

}  // namespace

void insert(sql::Transaction& transaction, std::span<const Delivery> deliveries) {
    sql::Rows rows;
    for (const auto& each : deliveries) {
        rows.add(
            std::string_view{each.id}, std::string_view{each.endpoint_id},
            std::string_view{each.event_id}, std::string_view{each.event_type},
            std::string_view{each.body}, to_epoch_ms(each.created_at), json::name_of(each.status),
            to_epoch_ms(each.due_at), to_epoch_ms(each.give_up_at), each.attempts,
            sql::optional_value(each.last_status), sql::optional_value(each.last_error)
        );
    }
    sql::insert(transaction, table, rows);
}

std::optional<Delivery> lock_delivery(sql::Transaction& transaction, std::string_view id) {
    std::optional<Delivery> delivery;
    const std::array<std::string_view, 1> keys{id};
    sql::query_locked_in(
        transaction.connection(), select_locked, keys, "PRIMARY",
        [&](const sql::Row& row) { delivery = read_whole(row); }
    );
    return delivery;
}

void update(sql::Transaction& transaction, const Delivery& delivery) {
    const std::array<sql::Value, 7> values{
        json::name_of(delivery.status),
        to_epoch_ms(delivery.due_at),
        to_epoch_ms(delivery.give_up_at),
        delivery.attempts,
        sql::optional_value(delivery.last_status),
        sql::optional_value(delivery.last_error),
        std::string_view{delivery.id}
    };
    transaction.connection().execute(update_delivery, values);
}

void insert(sql::Transaction& transaction, std::string_view delivery_id, const Attempt& attempt) {
    sql::Rows rows;
    rows.add(
        delivery_id, attempt.number, to_epoch_ms(attempt.at),
        static_cast<std::int64_t>(attempt.took.count()), sql::optional_value(attempt.status),
        sql::optional_value(attempt.error), std::string_view{attempt.answer}
    );
    sql::insert(transaction, attempt_table, rows);
}

std::vector<Delivery> find_due(
    sql::Connection& connection, std::string_view endpoint_id, Time now, std::int64_t limit
) {
    std::vector<Delivery> due;
    const std::array<sql::Value, 4> values{
        endpoint_id, json::name_of(DeliveryStatus::waiting), to_epoch_ms(now), limit
    };
    connection.query(select_due, values, [&](const sql::Row& row) {
        due.push_back(read_whole(row));
    });
    return due;
}

std::optional<Delivery> find_delivery(sql::Connection& connection, std::string_view id) {
    std::optional<Delivery> found;
    connection.query(select_whole, std::array<sql::Value, 1>{id}, [&](const sql::Row& row) {
        found = read_whole(row);
    });
    return found;
}

std::vector<Attempt> list_attempts(sql::Connection& connection, std::string_view delivery_id) {
    std::vector<Attempt> attempts;
    const std::array<sql::Value, 1> values{delivery_id};
    connection.query(select_attempts, values, [&](const sql::Row& row) {
        attempts.push_back(
            {.number = row.integer(0),
             .at = from_epoch_ms(row.integer(1)),
             .took = Duration{row.integer(2)},
             .status = row.optional_integer(3),
             .error = row.optional_text(4),
             .answer = std::string(row.text(5))}
        );
    });
    return attempts;
}

std::vector<Delivery> list_deliveries(
    sql::Connection& connection, std::string_view endpoint_id, std::optional<DeliveryStatus> status,
    const http::Page& page
) {
    std::string statement(select_page);
    std::vector<sql::Value> values{endpoint_id, std::string_view{page.before}};
    if (status) {
        statement += of_status;
        values.emplace_back(json::name_of(*status));
    }
    statement += newest_first;
    values.emplace_back(page.limit + 1);
    std::vector<Delivery> deliveries;
    connection.query(statement, values, [&](const sql::Row& row) {
        deliveries.push_back(read_delivery(row));
    });
    return deliveries;
}

std::int64_t count_waiting(sql::Connection& connection, std::string_view endpoint_id) {
    std::int64_t waiting = 0;
    const std::array<sql::Value, 2> values{endpoint_id, json::name_of(DeliveryStatus::waiting)};
    connection.query(count_of_status, values, [&](const sql::Row& row) {
        waiting = row.integer(0);
    });
    return waiting;
}

std::vector<std::string> find_old(
    sql::Connection& connection, const Endpoint& endpoint, Time now, std::int64_t limit
) {
    const std::string_view id = endpoint.id;
    if (endpoint.deleted()) {
        return sql::query_ids(connection, select_any, std::array<sql::Value, 2>{id, limit});
    }
    std::vector<std::string> old;
    const auto add = [&](DeliveryStatus status, Time due) {
        const auto left = limit - static_cast<std::int64_t>(old.size());
        const std::array<sql::Value, 4> values{id, json::name_of(status), to_epoch_ms(due), left};
        for (auto& each : sql::query_ids(connection, select_old, values))
            old.push_back(std::move(each));
    };
    add(DeliveryStatus::delivered, now);
    add(DeliveryStatus::failed, now);
    // Nobody sends them, and nobody gives them up.
    if (!endpoint.enabled()) add(DeliveryStatus::waiting, now - failed_kept);
    return old;
}

void clear(sql::Transaction& transaction, std::span<const std::string> delivery_ids) {
    const std::vector<std::string_view> keys(delivery_ids.begin(), delivery_ids.end());
    sql::delete_in(transaction, attempt_table.name, "delivery_id", keys);
    sql::delete_in(transaction, table.name, "id", keys);
}

}  // namespace pay::webhook_out
