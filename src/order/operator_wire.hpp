#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "order/attention.hpp"
#include "order/dossier.hpp"
#include "order/wire.hpp"

/// What operators are shown of orders.
namespace pay::order {

struct ReceiptView {
    std::optional<std::string> receipt_id;
    std::optional<std::string> presented_receipt_id;
    std::optional<std::string> method;
    std::optional<Time> paid_at;
    std::optional<Time> approval_at;
};
BOOST_DESCRIBE_STRUCT(
    ReceiptView, (), (receipt_id, presented_receipt_id, method, paid_at, approval_at)
)

struct RefundView {
    std::string receipt_id;
    RefundStatus status = RefundStatus::open;
    std::string cancel_id;
    std::optional<Won> target;
    Won canceled_before;
    std::optional<Time> called_at;
    std::optional<Time> next_at;
    std::int64_t attempts = 0;
    Time created_at{};
    Time updated_at{};
};
BOOST_DESCRIBE_STRUCT(
    RefundView, (),
    (receipt_id, status, cancel_id, target, canceled_before, called_at, next_at, attempts,
     created_at, updated_at)
)

struct WebhookView {
    std::string receipt_id;
    std::int64_t receipt_status = 0;
    Won canceled;
    WebhookStatus status = WebhookStatus::stored;
    std::int64_t attempts = 0;
    Time created_at{};
};
BOOST_DESCRIBE_STRUCT(
    WebhookView, (), (receipt_id, receipt_status, canceled, status, attempts, created_at)
)

struct WaitsView {
    std::optional<Waits> what;  ///< on the wire `for`, which C++ keeps for itself
    std::int64_t attempts = 0;
    std::optional<Time> next_at;
    std::optional<Time> deadline_at;
};
void write(std::string& out, const WaitsView& waits);

struct ActionView {
    Action action = Action::cancel;
    bool allowed = false;
    std::optional<std::string> reason;  ///< why not
};
BOOST_DESCRIBE_STRUCT(ActionView, (), (action, allowed, reason))

/// One thing that happened. `kind` is request, gateway, message_out, message_in, webhook, driver,
/// status or operator.
struct TimelineEntry {
    Time at{};
    std::string kind;
    std::string text;
    std::map<std::string, std::string> detail;
};
BOOST_DESCRIBE_STRUCT(TimelineEntry, (), (at, kind, text, detail))

/// All of an order: GET /v1/admin/order/orders/{id}.
struct DossierView {
    OrderView order;
    std::optional<ReceiptView> receipt;
    std::vector<RefundView> refunds;
    std::vector<CancellationView> cancellations;
    std::vector<WebhookView> webhooks;
    WaitsView waits;
    std::vector<TimelineEntry> timeline;
    std::vector<ActionView> actions;
};
BOOST_DESCRIBE_STRUCT(
    DossierView, (), (order, receipt, refunds, cancellations, webhooks, waits, timeline, actions)
)

/// With an empty timeline (timeline.hpp).
DossierView page_of(
    const Dossier& dossier, const Settings& settings, Time now, http::Language language
);

struct ConcernView {
    OrderView order;
    Why why = Why::failing;
    Time since{};
    std::int64_t attempts = 0;
    std::optional<Time> next_at;
};
BOOST_DESCRIBE_STRUCT(ConcernView, (), (order, why, since, attempts, next_at))

ConcernView view(const Concern& concern, http::Language language);

}  // namespace pay::order
