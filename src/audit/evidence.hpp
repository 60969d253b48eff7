#pragma once

#include <array>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "audit/books.hpp"
#include "core/money/money.hpp"
#include "order/types.hpp"
#include "point/types.hpp"

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
    std::int64_t cancel_fee = 0;
    std::int64_t bonus = 0;
    std::string cancellation_id;
    bool refund_refused = false;  ///< its `failure` says so
    bool payment_stands = false;  ///< its payment step is done, and not reversed
    std::int64_t version = 0;
    Time moved_at{};  ///< when the last of its steps was made
    std::optional<Time> deadline_at;
    std::optional<order::RefundStatus> refund;  ///< of its own receipt

    /// Whether its amounts can be at all.
    bool sound_money() const {
        return amount && *amount > 0 && *amount <= largest_amount && canceled_amount >= 0 &&
               canceled_amount <= *amount && cancel_fee >= 0 && cancel_fee <= canceled_amount;
    }
    /// What of its payment stands; only of sound money.
    Won kept() const { return Won{*amount - canceled_amount + cancel_fee}; }
    bool charge() const { return kind == item::Kind::point_package; }
    /// Changes with everything that happens to it.
    std::string state() const { return status_name + ' ' + std::to_string(version); }
};

/// The lines of a transaction, or of several, summed up by account.
class AccountSums {
 public:
    /// Modulo 2^64: a damaged line must not stop the audit.
    void add(point::Account account, std::int64_t points) {
        auto& sum = x_sums[static_cast<std::size_t>(account)];
        sum += static_cast<std::uint64_t>(points);
    }
    void add(const AccountSums& other) {
        for (std::size_t i = 0; i < x_sums.size(); ++i) x_sums[i] += other.x_sums[i];
    }
    std::int64_t of(point::Account account) const {
        return static_cast<std::int64_t>(x_sums[static_cast<std::size_t>(account)]);
    }

 private:
    std::array<std::uint64_t, 9> x_sums{};
};

struct Movement {
    std::string transaction_id;
    std::string user_id;
    AccountSums sums{};
};

/// What an order paid with points had set aside.
struct HoldRow {
    std::string status;
    std::int64_t points = 0;
};

/// What the order service says of the order's cancels, without those that were only asked for.
struct Cancellations {
    std::int64_t amount = 0;  ///< of those that are done
    std::int64_t fee = 0;
    std::vector<std::string> open{};  ///< ids of those that are neither done nor refused
    std::string first{};              ///< any one of them
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
    std::optional<HoldRow> hold;  ///< the one that has its id
    Cancellations cancellations;
    std::vector<ItemRow> items;
};

void read_orders(
    sql::Connection& order, const Selection& orders,
    const std::function<void(std::string id, OrderRow order)>& on_order
);

/// By order, and also of orders that are only named in the other books.
std::map<std::string, Evidence, std::less<>> collect(Books& books, const Selection& orders);

}  // namespace pay::audit
