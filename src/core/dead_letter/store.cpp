#include "core/dead_letter/store.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "core/bus/headers.hpp"
#include "core/dead_letter/bytes.hpp"

namespace pay::dead_letter {
namespace {

constexpr std::array<std::string_view, 14> columns{
    "id",          "lane",    "place",  "topic",    "message_id", "message_key", "message_type",
    "traceparent", "sent_at", "reason", "attempts", "parked_at",  "payload",     "headers",
};
constexpr sql::Table table{"dead_letter", columns};

#define PAY_LETTER_COLUMNS                                                         \
    "id, lane, place, topic, message_id, message_key, message_type, traceparent, " \
    "sent_at, reason, attempts, parked_at"
constexpr std::string_view select_page =
    "SELECT " PAY_LETTER_COLUMNS " FROM dead_letter WHERE id < ? ORDER BY id DESC LIMIT ?";
constexpr std::string_view select_one =
    "SELECT " PAY_LETTER_COLUMNS ", payload, headers FROM dead_letter WHERE id = ?";
constexpr std::string_view select_next =
    "SELECT " PAY_LETTER_COLUMNS
    ", payload, headers FROM dead_letter WHERE lane = ? AND place > ? ORDER BY place LIMIT 1";
// `place` is read for the lock's sake: see query_locked_in().
constexpr std::string_view select_messages =
    "SELECT topic, message_id, place FROM dead_letter WHERE message_id IN ";
constexpr std::string_view count_after =
    "SELECT COUNT(*) FROM dead_letter WHERE lane = ? AND place > ?";
constexpr std::string_view count_all = "SELECT COUNT(*) FROM dead_letter";
constexpr std::string_view count_lanes = "SELECT lane, COUNT(*) FROM dead_letter GROUP BY lane";
constexpr std::string_view update_one =
    "UPDATE dead_letter SET reason = ?, attempts = ? WHERE id = ?";
constexpr std::string_view delete_one = "DELETE FROM dead_letter WHERE id = ?";

constexpr std::size_t longest_message_id = 512;

/// FNV-1a, 64 bits.
std::uint64_t hash(std::string_view text, std::uint64_t seed = 0xcbf29ce484222325ULL) {
    for (const char byte : text) {
        seed = (seed ^ static_cast<unsigned char>(byte)) * 0x100000001b3ULL;
    }
    return seed;
}

/// The id as its column takes it: of one that is too long the end gives way to a hash of it all.
std::string stored_id(const std::string& id) {
    if (id.size() <= longest_message_id) return id;
    const auto mark = '#' + std::to_string(hash(id));
    return id.substr(0, longest_message_id - mark.size()) + mark;
}

std::string headers_text(const bus::Message& message) {
    bus::Headers headers;
    headers.reserve(message.headers.size());
    for (const auto& [name, value] : message.headers) {
        headers.emplace_back(readable(name), readable(value));
    }
    return bus::headers_to_text(headers);
}

Letter read_letter(const sql::Row& row) {
    Letter letter;
    letter.id = row.text(0);
    letter.lane = row.integer(1);
    letter.place = row.integer(2);
    letter.message.topic = row.text(3);
    letter.message.id = row.text(4);
    letter.message.key = row.text(5);
    letter.message.type = row.text(6);
    letter.message.traceparent = row.text(7);
    letter.message.time = from_epoch_ms(row.integer(8));
    letter.reason = row.text(9);
    letter.attempts = row.integer(10);
    letter.parked_at = from_epoch_ms(row.integer(11));
    return letter;
}

Letter read_whole(const sql::Row& row) {
    auto letter = read_letter(row);
    letter.message.payload = row.text(12);
    letter.message.headers = bus::headers_of_text(row.text(13));
    return letter;
}

template <class... Values>
std::optional<Letter> query_one(
    sql::Connection& connection, std::string_view statement, Values... bound
) {
    std::optional<Letter> letter;
    const std::array<sql::Value, sizeof...(bound)> values{bound...};
    connection.query(statement, values, [&](const sql::Row& row) { letter = read_whole(row); });
    return letter;
}

struct Tail {
    std::int64_t letters = 0;
    std::int64_t last_place = 0;
};

/// Row by row: to find a MAX(place) MariaDB would lock the neighbouring lane's row, too.
Tail tail_of(sql::Transaction& transaction, Lane lane) {
    auto& connection = transaction.connection();
    std::string select("SELECT place, attempts FROM dead_letter");
    select.append(connection.force_index("dead_letter_by_lane"));
    select.append(" WHERE lane = ?").append(connection.for_update());
    Tail tail;
    connection.query(select, std::array<sql::Value, 1>{lane}, [&](const sql::Row& row) {
        ++tail.letters;
        tail.last_place = std::max(tail.last_place, row.integer(0));
    });
    return tail;
}

using MessageName = std::pair<std::string, std::string>;  // topic, id

std::set<MessageName> parked_among(
    sql::Connection& connection, const std::vector<std::string>& message_ids
) {
    std::set<MessageName> parked;
    std::vector<std::string_view> keys(message_ids.begin(), message_ids.end());
    std::ranges::sort(keys);
    sql::query_locked_in(
        connection, select_messages, keys, "dead_letter_by_message",
        [&](const sql::Row& row) { parked.emplace(row.text(0), row.text(1)); }
    );
    return parked;
}

}  // namespace

Lane lane_of(const bus::Message& message) {
    const auto& key = message.key.empty() ? message.id : message.key;
    return static_cast<Lane>(hash(key, hash(message.topic) + 1));
}

std::vector<std::string> park(sql::Transaction& transaction, std::vector<Letter> letters) {
    std::vector<std::string> message_ids;
    message_ids.reserve(letters.size());
    for (const auto& letter : letters) message_ids.push_back(stored_id(letter.message.id));
    auto parked = parked_among(transaction.connection(), message_ids);
    std::vector<std::string> ids;
    auto place = tail_of(transaction, letters.front().lane).last_place;
    for (std::size_t i = 0; i < letters.size(); ++i) {
        const auto& letter = letters[i];
        const auto& message = letter.message;
        if (!parked.emplace(message.topic, message_ids[i]).second) continue;
        const auto headers = headers_text(message);
        // One statement each: a payload may be a megabyte, and servers limit a statement's size.
        sql::Rows row;
        row.add(
            letter.id, letter.lane, ++place, message.topic, message_ids[i], message.key,
            message.type, message.traceparent, to_epoch_ms(message.time), letter.reason,
            letter.attempts, to_epoch_ms(letter.parked_at), message.payload, headers
        );
        sql::insert(transaction, table, row);
        ids.push_back(letter.id);
    }
    return ids;
}

std::int64_t count(sql::Transaction& transaction, Lane lane) {
    return tail_of(transaction, lane).letters;
}

void update_failure(
    sql::Transaction& transaction, std::string_view id, std::string_view reason,
    std::int64_t attempts
) {
    transaction.connection().execute(update_one, std::array<sql::Value, 3>{reason, attempts, id});
}

bool remove(sql::Transaction& transaction, std::string_view id) {
    return transaction.connection().execute(delete_one, std::array<sql::Value, 1>{id}) > 0;
}

std::optional<Letter> find(sql::Connection& connection, std::string_view id) {
    return query_one(connection, select_one, id);
}

std::optional<Letter> find_next(sql::Connection& connection, Lane lane, std::int64_t place) {
    return query_one(connection, select_next, lane, place);
}

std::int64_t count(sql::Connection& connection) {
    std::int64_t letters = 0;
    connection.query(count_all, {}, [&](const sql::Row& row) { letters = row.integer(0); });
    return letters;
}

std::int64_t count_behind(sql::Connection& connection, Lane lane, std::int64_t place) {
    std::int64_t behind = 0;
    const std::array<sql::Value, 2> values{lane, place};
    connection.query(count_after, values, [&](const sql::Row& row) { behind = row.integer(0); });
    return behind;
}

std::vector<Letter> list(sql::Connection& connection, std::string_view before, std::int64_t limit) {
    std::vector<Letter> letters;
    const std::array<sql::Value, 2> values{before, limit};
    connection.query(select_page, values, [&](const sql::Row& row) {
        letters.push_back(read_letter(row));
    });
    return letters;
}

std::map<Lane, std::int64_t> count_by_lane(sql::Connection& connection) {
    std::map<Lane, std::int64_t> lanes;
    connection.query(count_lanes, {}, [&](const sql::Row& row) {
        lanes.emplace(row.integer(0), row.integer(1));
    });
    return lanes;
}

}  // namespace pay::dead_letter
