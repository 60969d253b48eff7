#pragma once

#include <map>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "core/sql/sql.hpp"
#include "order/reconcile_types.hpp"

/// All SQL of reconciliations. Throws sql's Outage and Broken.
namespace pay::order::reconcile {

/// Orders made from `from` on, and asked for before `to`: their ids sort by that. Of two spans, one
/// from the end of the other, neither misses an order.
std::int64_t count_orders(sql::Connection& connection, Time from, Time to);
/// The next of them behind `position`, by id.
std::vector<std::string> next_orders(
    sql::Connection& connection, const Reconciliation& run, std::int64_t limit
);
/// When the first order of all was made; nothing if there is none.
std::optional<Time> first_order_at(sql::Connection& connection);

/// Receipts behind `position` that webhooks told of in the span and nobody claimed.
std::vector<std::string> next_unclaimed(
    sql::Connection& connection, const Reconciliation& run, std::int64_t limit
);

/// Of each of these orders what the order service itself knows; in the order of their ids.
std::vector<Evidence> find_evidence(
    sql::Connection& connection, std::span<const std::string> order_ids
);
/// Which of these receipts an order holds, and which.
std::map<std::string, std::string> holders(
    sql::Connection& connection, std::span<const std::string> receipt_ids
);

/// False, and nothing is stored, if one is running.
bool begin(sql::Transaction& transaction, const Reconciliation& run);
/// A page is done: the run as it is then, and what was found. False if another process was quicker.
bool save_page(
    sql::Transaction& transaction, const Reconciliation& run, std::span<const Finding> findings,
    Time now
);
std::optional<Reconciliation> find(sql::Connection& connection, std::string_view id);
/// Newest first, those with ids below `before`.
std::vector<Reconciliation> list(
    sql::Connection& connection, std::string_view before, std::int64_t limit
);
struct StoredFinding {
    std::string id;
    Finding finding;
};
std::vector<StoredFinding> list_findings(
    sql::Connection& connection, std::string_view id, std::string_view before, std::int64_t limit
);

void save_answer(sql::Transaction& transaction, const point::Checked& answer);
std::vector<point::Checked> find_answers(sql::Connection& connection, std::string_view check_id);
void delete_answers(sql::Transaction& transaction, std::string_view check_id);

/// What of these orders is on its way is due now.
void make_due(sql::Transaction& transaction, std::span<const std::string> order_ids, Time now);

}  // namespace pay::order::reconcile
