#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/sql/sql.hpp"
#include "core/time/clock.hpp"

/// Seals: each day's transactions of the ledger under one hash, and the days a chain. Who keeps a
/// copy of one seal elsewhere can prove with it all that was booked until then. Everything throws
/// what core/sql throws.
namespace pay::point {

/// A day in UTC.
using Day = std::chrono::sys_days;

/// 2026-03-02.
std::string name_of(Day day);
std::optional<Day> day_named(std::string_view name);

/// A day is sealed this long after its end, and no transaction is booked that is older.
inline constexpr Duration sealed_after = std::chrono::minutes{10};
inline constexpr Duration oldest_booked = std::chrono::minutes{5};

/// What is below the id of every transaction made at this time or later, and above all others.
std::string transactions_from(Time time);

/// The part of the users whose ids have hashes that begin with the same byte.
struct ShardSeal {
    std::int64_t shard = 0;  ///< 0 to 255
    std::int64_t transactions = 0;
    std::string hash;  ///< over their transactions' hashes, in the order of their ids

    friend bool operator==(const ShardSeal&, const ShardSeal&) = default;
};
std::int64_t shard_of(std::string_view user_id);

struct Seal {
    std::string day;
    std::string previous;  ///< hash of the day before's; empty of the first
    std::int64_t transactions = 0;
    std::string hash{};  ///< over all the others and the shards, of which those without are empty
    std::vector<ShardSeal> shards{};  ///< those that had transactions, in order
};
/// The hash that it should have.
std::string hash_of(const Seal& seal);

/// The day's seal by what the ledger says now: reads it in pages, so memory stays small.
Seal make_seal(sql::Connection& connection, Day day, std::string previous);

/// The next seal that is due, made; nothing if none is. The first is of the day before `now`.
std::optional<Seal> next_seal(sql::Connection& connection, Time now);

/// Writes it, unless another instance has done so.
void save_seal(sql::Transaction& transaction, const Seal& seal, Time now);

/// Hands each seal that is written to `on_seal`, by days.
void read_seals(sql::Connection& connection, const std::function<void(const Seal&)>& on_seal);

}  // namespace pay::point
