#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "audit/books.hpp"
#include "core/money/money.hpp"
#include "order/types.hpp"

/// What all the services have written down about an order.
namespace pay::audit {

/// A row of the order service, read without belief: what it holds may be damaged.
struct OrderRow {
    std::string user_id;
    std::string item_id;
    std::optional<item::Kind> kind;
    std::optional<order::PaymentMethod> payment_method;
    std::optional<std::int64_t> amount;
    std::optional<std::int64_t> points;
    std::string status_name;
    std::optional<order::Status> status;
    std::string receipt_id;
    std::string presented_receipt_id;
    std::int64_t canceled_amount = 0;
    bool refund_refused = false;  ///< its `failure` says so
    bool payment_stands = false;  ///< its payment step is done, and not reversed
    std::int64_t version = 0;
    Time moved_at{};  ///< when the last of its steps was made
    std::optional<Time> deadline_at;
    std::optional<order::RefundStatus> refund;  ///< of its own receipt

    /// Whether its amounts can be at all.
    bool sound_money() const {
        return amount && *amount > 0 && *amount <= largest_amount && canceled_amount >= 0 &&
               canceled_amount <= *amount;
    }
    bool charge() const { return kind == item::Kind::point_package; }
    /// Changes with everything that happens to it.
    std::string state() const { return status_name + ' ' + std::to_string(version); }
};

/// A transaction of the ledger: what it gave to or took from its user's accounts together.
struct Movement {
    std::string transaction_id;
    std::string user_id;
    std::int64_t points = 0;
};

struct ItemRow {
    std::string id;
    std::string user_id;
    std::string item_id;
    bool revoked = false;
};

struct Evidence {
    std::optional<OrderRow> order;
    std::vector<Movement> movements;
    std::vector<ItemRow> items;
};

void read_orders(
    sql::Connection& order, const Selection& orders,
    const std::function<void(std::string id, OrderRow order)>& on_order
);

/// By order, and also of orders that are only named in the other books.
std::map<std::string, Evidence, std::less<>> collect(Books& books, const Selection& orders);

}  // namespace pay::audit
