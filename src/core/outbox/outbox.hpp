#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/embedded.hpp"
#include "core/outbox/parcel.hpp"
#include "core/sql/sql.hpp"

/// Messages to send are rows written in the transaction of the change they tell of.
namespace pay::outbox {

extern const std::span<const EmbeddedFile> schema;

/// Writes the messages as one row, or few if they are long. `instance`: who sends them after the
/// commit.
std::vector<Parcel> append(
    sql::Transaction& transaction, std::string_view instance, std::vector<bus::Message> messages,
    Time now
);
/// Takes away the parcels of which the bus has acknowledged all messages.
void remove(sql::Transaction& transaction, std::span<const std::string> ids);
/// Writes one small row, always the same: shows whether the database takes changes again.
void probe(sql::Transaction& transaction, Time now);
/// What a stopped process left behind: up to `limit` parcels after `after_id`, oldest first; of
/// `instance`, or of all if it is empty. One that cannot be read is logged, and empty.
std::vector<Parcel> unsent(
    sql::Connection& connection, const std::string& instance, const std::string& after_id,
    std::int64_t limit
);
/// The oldest parcels whose instance is none of the `living`; a few at most. None of the living:
/// nothing.
std::vector<Parcel> orphans(sql::Connection& connection, std::span<const std::string> living);

/// What the bus has not acknowledged yet, of all instances.
struct Waiting {
    std::int64_t parcels = 0;
    std::optional<Time> oldest_at{};
};
Waiting waiting(sql::Connection& connection);

}  // namespace pay::outbox
