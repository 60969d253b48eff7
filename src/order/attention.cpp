#include "order/attention.hpp"

#include <algorithm>
#include <array>
#include <map>

#include "core/sql/reading.hpp"
#include "core/sql/values.hpp"
#include "order/columns.hpp"
#include "order/store.hpp"

namespace pay::order {
namespace {

// Longer than any pause after which an order is looked at again.
constexpr Duration due_within = std::chrono::minutes{15};

constexpr std::string_view select_standing = "SELECT " PAY_ORDER_COLUMNS R"(
    FROM purchase_order WHERE due_at <= ? AND (status = 'FAILING'
    OR (status IN ('PAID', 'CANCELING') AND updated_at <= ?)
    OR (status = 'PENDING' AND approval_at <= ?)) ORDER BY due_at LIMIT ?)";
// Refused ones first: while the gateway is out there can be more open ones than are looked for.
constexpr std::string_view select_returning = R"(
    SELECT r.order_id, r.attempts, r.due_at FROM refund r JOIN purchase_order o ON o.id = r.order_id
    WHERE r.status IN ('open', 'refused') AND o.status IN ('FAILING', 'CANCELING')
    AND o.receipt_id = r.receipt_id ORDER BY r.status DESC LIMIT ?)";

/// An order's refund, as far as it says when it goes on.
struct Pause {
    int attempts = 0;
    std::optional<Time> next_at{};
};

std::optional<Concern> concern_of(Order order, Pause pause, Time now) {
    Concern concern{{}, Why::failing, order.updated_at, pause.attempts, pause.next_at};
    const bool rests = order.updated_at + rests_at_most <= now;
    switch (order.status) {
        case Status::FAILING:
            if (order.failure == Failure::REFUND_REFUSED) concern.why = Why::refund_refused;
            break;
        case Status::CANCELING:
            if (!rests) return std::nullopt;
            concern.why = Why::canceling;
            break;
        case Status::PAID:
            if (!rests) return std::nullopt;
            concern.why = Why::paid;
            break;
        case Status::PENDING:
            if (!order.approval_at) return std::nullopt;
            concern.why = Why::approval_unknown;
            concern.since = *order.approval_at;
            break;
        case Status::SUCCESS:
        case Status::FAIL:
        case Status::CANCELED:
        case Status::EXPIRED:
            return std::nullopt;
    }
    concern.order = std::move(order);
    return concern;
}

}  // namespace

std::tuple<int, Time, std::string> Concern::place() const {
    const int standing = static_cast<int>(Why::canceling);
    return {std::min(static_cast<int>(why), standing), since, order.id};
}

std::vector<Concern> concerns(sql::Connection& connection, Time now) {
    std::map<std::string, Pause> returning;
    const std::array<sql::Value, 1> most{most_concerns};
    connection.query(select_returning, most, [&](const sql::Row& row) {
        returning[std::string(row.text(0))] = {
            static_cast<int>(row.integer(1)), sql::optional_time(row, 2)
        };
    });
    std::vector<Concern> found;
    const auto add = [&](Order order, const Pause& pause) {
        if (auto concern = concern_of(std::move(order), pause, now)) {
            found.push_back(std::move(*concern));
        }
    };
    std::vector<std::string> ids;
    for (const auto& [id, pause] : returning) ids.push_back(id);
    for (auto& order : find_orders(connection, ids)) {
        const Pause pause = returning.at(order.id);
        add(std::move(order), pause);
    }
    const auto rested = to_epoch_ms(now - rests_at_most);
    const std::array<sql::Value, 4> values{
        to_epoch_ms(now + due_within), rested, rested, most_concerns
    };
    for (auto& order : sql::query_all(connection, select_standing, values, read_order)) {
        if (returning.contains(order.id)) continue;
        const Pause pause{order.attempts, order.due_at};
        add(std::move(order), pause);
    }
    std::ranges::sort(found, {}, &Concern::place);
    return found;
}

}  // namespace pay::order
