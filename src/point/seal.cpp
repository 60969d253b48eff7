#include "point/seal.hpp"

#include <array>

#include "core/digest/sha256.hpp"
#include "core/ident/ident.hpp"

namespace pay::point {
namespace {

constexpr std::array<std::string_view, 5> seal_columns{
    "day", "previous", "transactions", "hash", "sealed_at"
};
constexpr sql::Table seal_table{"seal", seal_columns};
constexpr std::array<std::string_view, 4> shard_columns{"day", "shard", "transactions", "hash"};
constexpr sql::Table shard_table{"seal_shard", shard_columns, 2};

constexpr std::string_view select_hashes = R"(
    SELECT transaction_id, user_id, hash FROM ledger_entry
    WHERE transaction_id > ? AND transaction_id < ? AND hash IS NOT NULL
    ORDER BY transaction_id LIMIT 10000)";
constexpr std::string_view select_last = "SELECT day, hash FROM seal ORDER BY day DESC LIMIT 1";
constexpr std::string_view select_seal = "SELECT day FROM seal WHERE day = ?";
constexpr std::string_view select_seals =
    "SELECT day, previous, transactions, hash FROM seal ORDER BY day";
constexpr std::string_view select_shards =
    "SELECT shard, transactions, hash FROM seal_shard WHERE day = ? ORDER BY shard";

constexpr std::size_t shard_count = 256;

struct Shard {
    Sha256 hashes;
    std::int64_t transactions = 0;
};

}  // namespace

std::string name_of(Day day) {
    return to_rfc3339(day).substr(0, 10);
}

std::optional<Day> day_named(std::string_view name) {
    if (name.size() != 10) return std::nullopt;
    const auto begin = parse_rfc3339(std::string(name) + "T00:00:00Z");
    if (!begin) return std::nullopt;
    return std::chrono::floor<std::chrono::days>(*begin);
}

std::string transactions_from(Time time) {
    constexpr std::size_t letters_of_time = 10;
    return make_id(prefix::point_transaction, time, {})
        .substr(0, prefix::point_transaction.size() + letters_of_time);
}

std::int64_t shard_of(std::string_view user_id) {
    return std::stoi(sha256(user_id).substr(0, 2), nullptr, 16);
}

std::string hash_of(const Seal& seal) {
    std::array<std::string_view, shard_count> heads{};
    for (const auto& shard : seal.shards) {
        heads.at(static_cast<std::size_t>(shard.shard)) = shard.hash;
    }
    Sha256 whole;
    const auto add = [&whole](std::string_view text) {
        whole.add(text);
        whole.add("\n");
    };
    add(seal.previous);
    add(seal.day);
    add(std::to_string(seal.transactions));
    for (const auto head : heads) add(head);
    return whole.take();
}

Seal make_seal(sql::Connection& connection, Day day, std::string previous) {
    std::vector<Shard> shards(shard_count);
    std::string after = transactions_from(day);
    const std::string end = transactions_from(day + std::chrono::days{1});
    for (bool more = true; more;) {
        more = false;
        std::string last;
        const std::array<sql::Value, 2> values{std::string_view{after}, std::string_view{end}};
        connection.query(select_hashes, values, [&](const sql::Row& row) {
            auto& shard = shards[static_cast<std::size_t>(shard_of(row.text(1)))];
            shard.hashes.add(row.text(2));
            ++shard.transactions;
            last = row.text(0);
            more = true;
        });
        after = last;
    }
    Seal seal{.day = name_of(day), .previous = std::move(previous)};
    for (std::size_t i = 0; i < shards.size(); ++i) {
        if (shards[i].transactions == 0) continue;
        seal.transactions += shards[i].transactions;
        seal.shards.push_back(
            {static_cast<std::int64_t>(i), shards[i].transactions, shards[i].hashes.take()}
        );
    }
    seal.hash = hash_of(seal);
    return seal;
}

std::optional<Seal> next_seal(sql::Connection& connection, Time now) {
    const Day today = std::chrono::floor<std::chrono::days>(now - sealed_after);
    Day day = today - std::chrono::days{1};
    std::string previous;
    connection.query(select_last, {}, [&](const sql::Row& row) {
        const auto last = day_named(row.text(0));
        if (!last) throw sql::Broken("the table seal has a day that is none");
        day = *last + std::chrono::days{1};
        previous = row.text(1);
    });
    if (day >= today) return std::nullopt;
    return make_seal(connection, day, std::move(previous));
}

void save_seal(sql::Transaction& transaction, const Seal& seal, Time now) {
    bool there = false;
    const std::array<sql::Value, 1> key{std::string_view{seal.day}};
    transaction.connection().query(select_seal, key, [&](const sql::Row&) { there = true; });
    if (there) return;
    sql::Rows rows;
    rows.add(seal.day, seal.previous, seal.transactions, seal.hash, to_epoch_ms(now));
    sql::insert(transaction, seal_table, rows);
    sql::Rows shards;
    for (const auto& shard : seal.shards) {
        shards.add(seal.day, shard.shard, shard.transactions, shard.hash);
    }
    sql::insert(transaction, shard_table, shards);
}

void read_seals(sql::Connection& connection, const std::function<void(const Seal&)>& on_seal) {
    connection.query(select_seals, {}, [&](const sql::Row& row) {
        Seal seal{
            .day = std::string(row.text(0)),
            .previous = std::string(row.text(1)),
            .transactions = row.integer(2),
            .hash = std::string(row.text(3)),
        };
        const std::array<sql::Value, 1> day{std::string_view{seal.day}};
        connection.query(select_shards, day, [&](const sql::Row& shard) {
            seal.shards.push_back({shard.integer(0), shard.integer(1), std::string(shard.text(2))});
        });
        on_seal(seal);
    });
}

}  // namespace pay::point
