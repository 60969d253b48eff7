#include "core/outbox/outbox.hpp"

#include <array>

#include "core/bus/headers.hpp"

namespace pay::outbox {
namespace {

constexpr std::array<std::string_view, 9> columns{"id",           "topic",    "message_key",
                                                  "message_type", "payload",  "traceparent",
                                                  "created_at",   "instance", "headers"};
constexpr sql::Table table{"outbox", columns};

constexpr std::array<std::string_view, 2> probe_columns{"id", "written_at"};
constexpr sql::Table probe_table{"probe", probe_columns};

#define PAY_MESSAGE_COLUMNS \
    "id, topic, message_key, message_type, payload, traceparent, created_at, headers"
constexpr std::string_view select_unsent =
    "SELECT " PAY_MESSAGE_COLUMNS " FROM outbox WHERE id > ? ORDER BY id LIMIT ?";
constexpr std::string_view select_unsent_of_one =
    "SELECT " PAY_MESSAGE_COLUMNS " FROM outbox WHERE id > ? AND instance = ? ORDER BY id LIMIT ?";
constexpr std::string_view select_orphans =
    "SELECT " PAY_MESSAGE_COLUMNS " FROM outbox WHERE instance NOT IN ";
constexpr std::string_view oldest_first = " ORDER BY id LIMIT 500";

bus::Message read_message(const sql::Row& row) {
    bus::Message message;
    message.id = row.text(0);
    message.topic = row.text(1);
    message.key = row.text(2);
    message.type = row.text(3);
    message.payload = row.text(4);
    message.traceparent = row.text(5);
    message.time = from_epoch_ms(row.integer(6));
    if (!row.null(7)) message.headers = bus::headers_of_text(row.text(7));
    return message;
}

std::vector<bus::Message> query_messages(
    sql::Connection& connection, std::string_view statement, std::span<const sql::Value> values
) {
    std::vector<bus::Message> messages;
    connection.query(statement, values, [&](const sql::Row& row) {
        messages.push_back(read_message(row));
    });
    return messages;
}

}  // namespace

void append(
    sql::Transaction& transaction, std::string_view instance, std::span<const bus::Message> messages
) {
    std::vector<std::string> headers;  // the rows do not copy text
    headers.reserve(messages.size());
    sql::Rows rows;
    for (const auto& message : messages) {
        sql::Value further{nullptr};
        if (!message.headers.empty())
            further = headers.emplace_back(bus::headers_to_text(message.headers));
        rows.add(
            message.id, message.topic, message.key, message.type, message.payload,
            message.traceparent, to_epoch_ms(message.time), instance, further
        );
    }
    sql::insert(transaction, table, rows);
}

void remove(sql::Transaction& transaction, std::span<const std::string> ids) {
    const std::vector<std::string_view> keys(ids.begin(), ids.end());
    sql::delete_in(transaction, table.name, "id", keys);
}

void probe(sql::Transaction& transaction, Time now) {
    sql::Rows rows;
    rows.add(std::int64_t{1}, to_epoch_ms(now));
    sql::upsert(transaction, probe_table, rows);
}

std::vector<bus::Message> unsent(
    sql::Connection& connection, const std::string& instance, const std::string& after_id,
    std::int64_t limit
) {
    if (instance.empty()) {
        const std::array<sql::Value, 2> values{std::string_view{after_id}, limit};
        return query_messages(connection, select_unsent, values);
    }
    const std::array<sql::Value, 3> values{
        std::string_view{after_id}, std::string_view{instance}, limit
    };
    return query_messages(connection, select_unsent_of_one, values);
}

std::vector<bus::Message> orphans(
    sql::Connection& connection, std::span<const std::string> living
) {
    std::vector<bus::Message> messages;
    const std::vector<std::string_view> names(living.begin(), living.end());
    sql::query_in(connection, select_orphans, names, oldest_first, [&](const sql::Row& row) {
        messages.push_back(read_message(row));
    });
    return messages;
}

}  // namespace pay::outbox
