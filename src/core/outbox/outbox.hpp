#pragma once

#include <span>
#include <string>
#include <vector>

#include "core/bus/bus.hpp"
#include "core/embedded.hpp"
#include "core/sql/sql.hpp"

/// Messages to send are rows written in the transaction of the change they tell of.
namespace pay::outbox {

extern const std::span<const EmbeddedFile> schema;

/// `instance`: who sends them after the commit.
void append(
    sql::Transaction& transaction, std::string_view instance, std::span<const bus::Message> messages
);
/// Takes away what the bus has acknowledged.
void remove(sql::Transaction& transaction, std::span<const std::string> ids);
/// Writes one small row, always the same: shows whether the database takes changes again.
void probe(sql::Transaction& transaction, Time now);
/// What a stopped process left behind: up to `limit` messages after `after_id`, oldest first; of
/// `instance`, or of all if it is empty.
std::vector<bus::Message> unsent(
    sql::Connection& connection, const std::string& instance, const std::string& after_id,
    std::int64_t limit
);
/// The oldest messages whose instance is none of the `living`; some hundred at most. None of the
/// living: nothing.
std::vector<bus::Message> orphans(sql::Connection& connection, std::span<const std::string> living);

}  // namespace pay::outbox
