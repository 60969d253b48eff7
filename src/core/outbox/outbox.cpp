#include "core/outbox/outbox.hpp"

#include <array>

#include "core/bus/headers.hpp"
#include "core/log/log.hpp"

namespace pay::outbox {
namespace {

constexpr std::array<std::string_view, 9> columns{"id",           "topic",    "message_key",
                                                  "message_type", "payload",  "traceparent",
                                                  "created_at",   "instance", "headers"};
constexpr sql::Table table{"outbox", columns};
// A parcel is a row without a topic: each of its messages has its own.
constexpr std::string_view parcel_type = "parcel";
constexpr std::size_t longest = 1 << 20;  // what is more goes into a row of its own

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
constexpr std::string_view count_waiting = "SELECT COUNT(*), MIN(created_at) FROM outbox";
constexpr std::string_view oldest_first = " ORDER BY id LIMIT 16";

/// A row as they were before there were parcels.
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

Parcel read_parcel(const sql::Row& row) {
    Parcel parcel{std::string(row.text(0)), {}};
    if (!row.text(1).empty()) {
        parcel.messages.push_back(read_message(row));
        return parcel;
    }
    auto messages = unpack(row.text(4));
    if (messages) {
        parcel.messages = std::move(*messages);
    } else {
        log::error("a row of the outbox cannot be read; it stays", {{"id", parcel.id}});
    }
    return parcel;
}

std::vector<Parcel> query_parcels(
    sql::Connection& connection, std::string_view statement, std::span<const sql::Value> values
) {
    std::vector<Parcel> parcels;
    connection.query(statement, values, [&](const sql::Row& row) {
        parcels.push_back(read_parcel(row));
    });
    return parcels;
}

std::size_t size_of(const bus::Message& message) {
    return message.topic.size() + message.key.size() + message.type.size() + message.payload.size();
}

std::vector<Parcel> parcels_of(std::vector<bus::Message> messages) {
    std::vector<Parcel> parcels;
    std::size_t size = 0;
    for (auto& message : messages) {
        size += size_of(message);
        if (parcels.empty() || size > longest) {
            parcels.push_back({message.id, {}});
            size = size_of(message);
        }
        parcels.back().messages.push_back(std::move(message));
    }
    return parcels;
}

}  // namespace

std::vector<Parcel> append(
    sql::Transaction& transaction, std::string_view instance, std::vector<bus::Message> messages,
    Time now
) {
    auto parcels = parcels_of(std::move(messages));
    std::vector<std::string> texts;  // the rows do not copy text
    texts.reserve(parcels.size());
    sql::Rows rows;
    for (const auto& parcel : parcels) {
        rows.add(
            parcel.id, std::string_view{}, std::string_view{}, parcel_type,
            texts.emplace_back(pack(parcel.messages)), std::string_view{}, to_epoch_ms(now),
            instance, sql::Value{nullptr}
        );
    }
    sql::insert(transaction, table, rows);
    return parcels;
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

std::vector<Parcel> unsent(
    sql::Connection& connection, const std::string& instance, const std::string& after_id,
    std::int64_t limit
) {
    if (instance.empty()) {
        const std::array<sql::Value, 2> values{std::string_view{after_id}, limit};
        return query_parcels(connection, select_unsent, values);
    }
    const std::array<sql::Value, 3> values{
        std::string_view{after_id}, std::string_view{instance}, limit
    };
    return query_parcels(connection, select_unsent_of_one, values);
}

std::vector<Parcel> orphans(sql::Connection& connection, std::span<const std::string> living) {
    std::vector<Parcel> parcels;
    const std::vector<std::string_view> names(living.begin(), living.end());
    sql::query_in(connection, select_orphans, names, oldest_first, [&](const sql::Row& row) {
        parcels.push_back(read_parcel(row));
    });
    return parcels;
}

Waiting waiting(sql::Connection& connection) {
    Waiting waiting;
    connection.query(count_waiting, {}, [&](const sql::Row& row) {
        waiting.parcels = row.integer(0);
        if (waiting.parcels > 0) waiting.oldest_at = from_epoch_ms(row.integer(1));
    });
    return waiting;
}

}  // namespace pay::outbox
