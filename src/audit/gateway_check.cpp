#include "audit/gateway_check.hpp"

#include <condition_variable>
#include <mutex>
#include <set>

#include "audit/evidence.hpp"
#include "audit/receipts.hpp"
#include "bootpay/wire.hpp"
#include "core/result/outage.hpp"

namespace pay::audit {
namespace {

using order::RefundStatus;
using order::Status;
using Payments = std::map<std::string, std::optional<gateway::Payment>>;

constexpr int most_in_flight = 32;

constexpr std::string_view select_returned = R"(
    SELECT r.receipt_id, r.order_id FROM refund r
    LEFT JOIN purchase_order o ON o.receipt_id = r.receipt_id
    WHERE r.status = 'done' AND o.id IS NULL)";
constexpr std::string_view select_held =
    "SELECT receipt_id FROM purchase_order WHERE receipt_id IN ";
constexpr std::string_view select_refunded = "SELECT receipt_id FROM refund WHERE receipt_id IN ";

/// Shared with the calls in flight.
struct Asking {
    std::mutex mutex;
    std::condition_variable changed;
    int in_flight = 0;
    std::string failed;  ///< a receipt that could not be asked for
    Payments payments;
};

/// What stands paid for a receipt.
Won standing(const Payments& payments, const std::string& receipt) {
    const auto found = payments.find(receipt);
    if (found == payments.end() || !found->second || !found->second->charged()) return Won{};
    return found->second->standing();
}

/// What an order says stands paid; nothing while it says nothing certain: money on its way back,
/// and money that was paid back by other means.
std::optional<Won> expected(const OrderRow& order) {
    if (!order.sound_money()) return std::nullopt;  // told by rule 3
    switch (*order.status) {
        case Status::PAID:
        case Status::SUCCESS:
            return order.kept();
        case Status::CANCELED:
            // What was returned behind our back has no refund; what was kept is a fee.
            if (order.refund == RefundStatus::done || !order.refund) return order.kept();
            break;
        case Status::FAIL:
        case Status::EXPIRED:
            if (order.refund == RefundStatus::done || !order.refund) return Won{};
            break;
        case Status::PENDING:
        case Status::FAILING:
        case Status::CANCELING:
            break;
    }
    return std::nullopt;
}

std::string won(Won amount) {
    return std::to_string(amount.value()) + " won";
}

void examine_held(
    const std::string& id, const OrderRow& order, const Payments& payments, Suspicion& suspicion
) {
    const Won stands = standing(payments, order.receipt_id);
    if (order.status == Status::PENDING) {
        if (stands > Won{}) suspicion.unclaimed.push_back({order.receipt_id, id, stands});
        return;
    }
    const auto says = expected(order);
    if (!says || *says == stands) return;
    const bool known = payments.contains(order.receipt_id) && payments.at(order.receipt_id);
    suspicion.problems.push_back(
        {"gateway", id, order.user_id,
         "Order " + id + " (" + order.status_name + ") says that " + won(*says) +
             " stand paid by receipt " + order.receipt_id + ", but the gateway " +
             (known ? "says " + won(stands) : "knows no such receipt") + '.'}
    );
}

/// Receipts that an order holds or that are being returned: not unclaimed.
std::set<std::string> accounted_for(
    sql::Connection& order, const std::vector<std::string_view>& receipts
) {
    std::set<std::string> found;
    for (const auto statement : {select_held, select_refunded}) {
        sql::query_in(order, statement, receipts, "", [&](const sql::Row& row) {
            found.emplace(row.text(0));
        });
    }
    return found;
}

}  // namespace

Payments Till::ask(const std::vector<std::string>& receipts) {
    const auto asking = std::make_shared<Asking>();
    for (const auto& receipt : receipts) {
        // What is no receipt id cannot be asked for, and is unknown.
        if (!bootpay::is_receipt_id(receipt)) continue;
        {
            std::unique_lock lock(asking->mutex);
            asking->changed.wait(lock, [&] { return asking->in_flight < most_in_flight; });
            if (!asking->failed.empty()) break;
            ++asking->in_flight;
        }
        x_gateway.find(receipt, [asking, receipt](gateway::Found found) {
            const std::lock_guard lock(asking->mutex);
            --asking->in_flight;
            if (found) asking->payments[receipt] = std::move(*found);
            if (!found) asking->failed = receipt;
            asking->changed.notify_all();
        });
    }
    std::unique_lock lock(asking->mutex);
    asking->changed.wait(lock, [&] { return asking->in_flight == 0; });
    if (!asking->failed.empty()) {
        throw Outage("the gateway gives no answer for receipt " + asking->failed);
    }
    return std::move(asking->payments);
}

std::int64_t examine_payments(
    sql::Connection& order, const Selection& orders, Till& till, const OnSuspicion& suspicious
) {
    std::map<std::string, OrderRow> rows;
    std::vector<std::string> receipts;
    std::vector<std::string_view> presented;
    read_orders(order, orders, [&](std::string id, OrderRow row) {
        const bool held = !row.receipt_id.empty();
        const auto& receipt = held ? row.receipt_id : row.presented_receipt_id;
        // A status that does not exist is told by rule 3.
        if (receipt.empty() || !row.status) return;
        receipts.push_back(receipt);
        const auto at = rows.emplace(std::move(id), std::move(row)).first;
        if (!held) presented.push_back(at->second.presented_receipt_id);
    });
    const auto payments = till.ask(receipts);
    const auto taken = accounted_for(order, presented);
    for (const auto& [id, row] : rows) {
        Suspicion suspicion{.key = id, .state = row.state()};
        if (!row.receipt_id.empty()) {
            examine_held(id, row, payments, suspicion);
        } else if (const Won stands = standing(payments, row.presented_receipt_id);
                   stands > Won{} && !taken.contains(row.presented_receipt_id)) {
            suspicion.unclaimed.push_back({row.presented_receipt_id, id, stands});
        }
        if (suspicion.problems.empty() && suspicion.unclaimed.empty()) continue;
        suspicious(std::move(suspicion));
    }
    return static_cast<std::int64_t>(receipts.size());
}

void examine_returned(sql::Connection& order, Till& till, const OnSuspicion& suspicious) {
    std::map<std::string, std::string> orders;
    std::vector<std::string> receipts;
    order.query(select_returned, {}, [&](const sql::Row& row) {
        receipts.emplace_back(row.text(0));
        orders.emplace(receipts.back(), row.text(1));
    });
    const auto payments = till.ask(receipts);
    for (const auto& receipt : receipts) {
        const Won stands = standing(payments, receipt);
        if (stands == Won{}) continue;
        const auto& id = orders.at(receipt);
        Suspicion suspicion{.key = receipt};
        suspicion.problems.push_back(
            {"gateway",
             id,
             {},
             "Receipt " + receipt + ", a further payment for order " + id +
                 ", is returned by our books, but the gateway says " + won(stands) + " stand paid."}
        );
        suspicious(std::move(suspicion));
    }
}

void examine_unclaimed(sql::Connection& order, Till& till, const OnSuspicion& found) {
    std::vector<Suspicion> listed;
    std::vector<std::string> receipts;
    list_unclaimed(order, [&](Suspicion payment) {
        receipts.push_back(payment.key);
        listed.push_back(std::move(payment));
    });
    const auto payments = till.ask(receipts);
    for (auto& payment : listed) {
        payment.unclaimed.front().amount = standing(payments, payment.key);
        if (payment.unclaimed.front().amount > Won{}) found(std::move(payment));
    }
}

}  // namespace pay::audit
