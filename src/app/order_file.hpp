#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/sql/sql.hpp"
#include "order/operator_wire.hpp"
#include "point/types.hpp"

/// All that the databases have of one order, for those who live in a terminal.
namespace pay::app {

struct SavedItemView {
    std::string id;
    Time created_at{};
    std::optional<Time> revoked_at;
};
BOOST_DESCRIBE_STRUCT(SavedItemView, (), (id, created_at, revoked_at))
static_assert(json::whole<SavedItemView>);

/// As GET /v1/admin/order/orders/{id} shows it, but for what may be done now, which depends on the
/// server's settings; and what the other services have of it.
struct OrderFile {
    order::OrderView order;
    std::optional<order::ReceiptView> receipt;
    std::vector<order::RefundView> refunds;
    std::vector<order::CancellationView> cancellations;
    std::vector<order::WebhookView> webhooks;
    order::WaitsView waits;
    std::optional<SavedItemView> order_item;
    std::vector<point::LedgerEntry> points;  ///< oldest first
    std::vector<order::TimelineEntry> timeline;
};
BOOST_DESCRIBE_STRUCT(
    OrderFile, (),
    (order, receipt, refunds, cancellations, webhooks, waits, order_item, points, timeline)
)
static_assert(json::whole<OrderFile>);

/// The order first, then the others': what it says was done is in them. Nothing if there is no such
/// order. Throws as StillDatabase does.
std::optional<OrderFile> find_order_file(
    sql::Storage& storage, std::string_view order_id, Time now
);

}  // namespace pay::app
