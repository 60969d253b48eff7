#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/embedded.hpp"
#include "core/http/query.hpp"
#include "core/sql/sql.hpp"
#include "core/webhook_out/types.hpp"

/// The tables of endpoints, deliveries and attempts.
namespace pay::webhook_out {

extern const std::span<const EmbeddedFile> schema;

/// All of them, oldest first, those that are deleted, too, as long as they have deliveries.
std::vector<Endpoint> list_endpoints(sql::Connection& connection);
/// As it stays until the transaction ends; nothing if it is not there or deleted.
std::optional<Endpoint> find_endpoint(sql::Transaction& transaction, std::string_view id);
void insert(sql::Transaction& transaction, const Endpoint& endpoint);
void update(sql::Transaction& transaction, const Endpoint& endpoint);
/// The row of one that is deleted, and has no deliveries any more.
void forget(sql::Transaction& transaction, std::string_view endpoint_id);

/// Remembers that something was delivered to it.
void note_success(sql::Transaction& transaction, std::string_view endpoint_id);
/// Remembers that something was not; disables it if it is gone, or failed for a day. Why, if it was
/// enabled until now.
std::optional<DisabledBecause> note_failure(
    sql::Transaction& transaction, std::string_view endpoint_id, const Attempt& attempt, Time now
);

void insert(sql::Transaction& transaction, std::span<const Delivery> deliveries);
/// As it stays until the transaction ends.
std::optional<Delivery> lock_delivery(sql::Transaction& transaction, std::string_view id);
/// Writes what can change of it: status, due_at, give_up_at, attempts and how the last one ended.
void update(sql::Transaction& transaction, const Delivery& delivery);
void insert(sql::Transaction& transaction, std::string_view delivery_id, const Attempt& attempt);

/// Up to `limit` of an endpoint that should be sent, those that waited longest first.
std::vector<Delivery> find_due(
    sql::Connection& connection, std::string_view endpoint_id, Time now, std::int64_t limit
);
/// Whole, or nothing if it is not there.
std::optional<Delivery> find_delivery(sql::Connection& connection, std::string_view id);
/// Oldest first.
std::vector<Attempt> list_attempts(sql::Connection& connection, std::string_view delivery_id);
/// Up to limit + 1 of an endpoint, newest first, without their bodies; of any status, or of this.
std::vector<Delivery> list_deliveries(
    sql::Connection& connection, std::string_view endpoint_id, std::optional<DeliveryStatus> status,
    const http::Page& page
);
std::int64_t count_waiting(sql::Connection& connection, std::string_view endpoint_id);

/// Up to `limit` ids of deliveries that are over for long enough, or have waited for as long as
/// failed ones are kept for an endpoint that is disabled, or whose endpoint is deleted.
std::vector<std::string> find_old(
    sql::Connection& connection, const Endpoint& endpoint, Time now, std::int64_t limit
);
/// Takes deliveries away, with their attempts.
void clear(sql::Transaction& transaction, std::span<const std::string> delivery_ids);

}  // namespace pay::webhook_out
