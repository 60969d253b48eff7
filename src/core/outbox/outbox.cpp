#include "core/outbox/outbox.hpp"

#include <array>

namespace pay::outbox {
namespace {

constexpr std::array<std::string_view, 7> columns{
    "id", "topic", "message_key", "message_type", "payload", "traceparent", "created_at"
};
constexpr sql::Table table{"outbox", columns};

constexpr std::array<std::string_view, 2> probe_columns{"id", "written_at"};
constexpr sql::Table probe_table{"probe", probe_columns};

constexpr std::string_view delete_sent = "DELETE FROM outbox WHERE id IN ";
constexpr std::string_view select_unsent =
    "SELECT id, topic, message_key, message_type, payload, traceparent, created_at FROM outbox "
    "WHERE id > ? ORDER BY id LIMIT ?";

}  // namespace

void append(sql::Transaction& transaction, std::span<const bus::Message> messages) {
    sql::Rows rows;
    for (const auto& message : messages) {
        rows.add(
            message.id, message.topic, message.key, message.type, message.payload,
            message.traceparent, to_epoch_ms(message.time)
        );
    }
    sql::insert(transaction, table, rows);
}

void remove(sql::Transaction& transaction, std::span<const std::string> ids) {
    const std::vector<std::string_view> keys(ids.begin(), ids.end());
    sql::execute_in(transaction, delete_sent, keys);
}

void probe(sql::Transaction& transaction, Time now) {
    sql::Rows rows;
    rows.add(std::int64_t{1}, to_epoch_ms(now));
    sql::upsert(transaction, probe_table, rows);
}

std::vector<bus::Message> unsent(
    sql::Connection& connection, const std::string& after_id, std::int64_t limit
) {
    std::vector<bus::Message> messages;
    const std::array<sql::Value, 2> values{std::string_view{after_id}, limit};
    connection.query(select_unsent, values, [&](const sql::Row& row) {
        bus::Message message;
        message.id = row.text(0);
        message.topic = row.text(1);
        message.key = row.text(2);
        message.type = row.text(3);
        message.payload = row.text(4);
        message.traceparent = row.text(5);
        message.time = from_epoch_ms(row.integer(6));
        messages.push_back(std::move(message));
    });
    return messages;
}

}  // namespace pay::outbox
