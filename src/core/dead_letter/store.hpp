#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/bus/bus.hpp"
#include "core/embedded.hpp"
#include "core/sql/sql.hpp"

/// The table dead_letter of a service's database.
namespace pay::dead_letter {

extern const std::span<const EmbeddedFile> schema;

inline constexpr std::string_view id_prefix = "ded_";

/// What is handled one after another: a topic's messages of one key. A hash: two keys that share
/// one now and then wait for each other, which harms nobody. A message without a key is alone.
using Lane = std::int64_t;
Lane lane_of(const bus::Message& message);

/// A message that waits for an operator.
struct Letter {
    std::string id{};  ///< `ded_…`
    bus::Message message{};
    std::string reason{};
    std::int64_t attempts = 0;  ///< 0 of one that only came after another
    Time parked_at{};
    Lane lane = 0;
    std::int64_t place = 0;  ///< in its lane; given by park()
};

/// Parks letters of one lane at its end, in their order; returns the ids of those parked. A message
/// that is there already stays as it is. Throws Conflict if another instance was quicker.
std::vector<std::string> park(sql::Transaction& transaction, std::vector<Letter> letters);
/// How many letters the lane holds, as this transaction sees it; it cannot change until the commit.
std::int64_t count(sql::Transaction& transaction, Lane lane);
/// Writes what a new try came to.
void update_failure(
    sql::Transaction& transaction, std::string_view id, std::string_view reason,
    std::int64_t attempts
);
/// Whether it was there.
bool remove(sql::Transaction& transaction, std::string_view id);

std::optional<Letter> find(sql::Connection& connection, std::string_view id);
/// The letter that follows in the same lane; nothing if there is none.
std::optional<Letter> find_next(sql::Connection& connection, Lane lane, std::int64_t place);
/// How many letters there are in all.
std::int64_t count(sql::Connection& connection);
/// How many letters wait behind this one.
std::int64_t count_behind(sql::Connection& connection, Lane lane, std::int64_t place);
/// Up to `limit` letters with ids below `before`, newest first, without payload and headers.
std::vector<Letter> list(sql::Connection& connection, std::string_view before, std::int64_t limit);
/// How many letters each lane holds that holds any.
std::map<Lane, std::int64_t> count_by_lane(sql::Connection& connection);

}  // namespace pay::dead_letter
