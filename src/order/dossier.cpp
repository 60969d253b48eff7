#include "order/dossier.hpp"

#include <algorithm>
#include <array>
#include <set>

#include "core/sql/reading.hpp"
#include "order/columns.hpp"
#include "order/saga.hpp"
#include "order/store.hpp"

namespace pay::order {
namespace {

constexpr std::string_view select_refunds_of_order =
    "SELECT " PAY_REFUND_COLUMNS " FROM refund WHERE order_id = ? ORDER BY created_at LIMIT ?";
constexpr std::string_view select_webhooks_of =
    "SELECT " PAY_WEBHOOK_COLUMNS " FROM webhook WHERE receipt_id IN ";
constexpr std::string_view oldest_webhooks = " ORDER BY created_at LIMIT 100";

/// The receipts that were ever this order's, as far as it is known.
std::set<std::string> receipts_of(const Dossier& dossier) {
    std::set<std::string> receipts{dossier.order.receipt_id, dossier.order.presented_receipt_id};
    for (const auto& refund : dossier.refunds) receipts.insert(refund.receipt_id);
    receipts.erase(std::string{});
    return receipts;
}

std::optional<Waits> step_of(const Order& order) {
    switch (order.status) {
        case Status::PENDING:
            if (order.paid_with_points()) return Waits::point;
            if (order.approval_at) return Waits::approval;
            return order.deadline_at ? Waits::deposit : Waits::payment;
        case Status::PAID:
            if (order.order_item.status != StepStatus::pending) return Waits::point;
            // Of a charge both are under way: the points are named, as long as they are.
            if (order.paid_with_points() || !order.point) return Waits::order_item;
            return order.point->status == StepStatus::pending ? Waits::point : Waits::order_item;
        case Status::FAILING:
            if (order.paid_with_points()) {
                return open(order.order_item) ? Waits::order_item : Waits::point;
            }
            if (order.point && open(*order.point)) return Waits::point;
            return open(order.order_item) ? Waits::order_item : Waits::refund;
        case Status::CANCELING:
            return Waits::cancel;
        case Status::SUCCESS:
        case Status::FAIL:
        case Status::CANCELED:
        case Status::EXPIRED:
            break;
    }
    return std::nullopt;
}

State state_of(const Dossier& dossier) {
    State state;
    const auto& order = dossier.order;
    state.orders.emplace(order.id, order);
    if (!order.receipt_id.empty()) state.order_of_receipt.emplace(order.receipt_id, order.id);
    for (const auto& refund : dossier.refunds) state.refunds.emplace(refund.receipt_id, refund);
    for (const auto& one : dossier.cancellations) state.cancellations.emplace(one.id, one);
    return state;
}

}  // namespace

const Refund* Dossier::own_refund() const {
    const auto found = std::ranges::find(refunds, order.receipt_id, &Refund::receipt_id);
    return found == refunds.end() ? nullptr : &*found;
}

std::optional<Dossier> find_dossier(sql::Connection& connection, std::string_view order_id) {
    auto order = find_order(connection, order_id);
    if (!order) return std::nullopt;
    Dossier dossier{std::move(*order)};
    const std::array<sql::Value, 2> values{order_id, most_of_each};
    dossier.refunds = sql::query_all(connection, select_refunds_of_order, values, read_refund);
    dossier.cancellations = cancellations_of(connection, order_id);
    const auto receipts = receipts_of(dossier);
    const std::vector<std::string_view> keys(receipts.begin(), receipts.end());
    sql::query_in(connection, select_webhooks_of, keys, oldest_webhooks, [&](const sql::Row& row) {
        dossier.webhooks.push_back(read_webhook(row));
    });
    http::Page page;
    page.limit = most_of_each;
    dossier.actions = audit_log::list(connection, {.target = std::string(order_id)}, page);
    return dossier;
}

Waiting waiting_of(const Dossier& dossier) {
    const auto& order = dossier.order;
    const Refund* refund = dossier.own_refund();
    Waiting waiting{step_of(order), order.attempts, order.due_at, order.deadline_at};
    const bool returns = waiting.what == Waits::refund || waiting.what == Waits::cancel;
    // While money is on its way back the refund has the time table, not the order.
    if (returns && !order.due_at && refund != nullptr) {
        waiting.attempts = refund->attempts;
        waiting.next_at = refund->due_at;
    }
    if (!waiting.what) waiting = {};
    return waiting;
}

std::vector<Allowed> actions_of(const Dossier& dossier, const Settings& settings, Time now) {
    const auto& id = dossier.order.id;
    Cancel cancel;
    cancel.order_id = id;
    cancel.simulate = true;
    const std::array<std::pair<Action, Command>, 3> wishes{{
        {Action::cancel, cancel},
        {Action::retry, Retry{id}},
        {Action::refunded, CloseRefused{id}},
    }};
    std::vector<Allowed> actions;
    for (const auto& [action, command] : wishes) {
        State copy = state_of(dossier);
        std::vector<bus::Message> unsent;
        const auto result = decide(copy, command, settings, now, unsent);
        actions.push_back({action, result ? std::nullopt : std::optional{result.error()}});
    }
    return actions;
}

}  // namespace pay::order
