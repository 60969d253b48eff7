#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "sandbox/receipts.hpp"

namespace pay::sandbox {

/// All receipts, in memory. Finds one by its id or by its order in constant time and keeps the
/// totals as running sums. Any thread.
class Book {
 public:
    /// Told of every change, in the order of the changes; called under the book's lock: must be
    /// quick.
    using OnChange = std::function<void(const Receipt&)>;
    struct Change {
        Receipt receipt;
        Effect effect = Effect::none;
    };
    using Outcome = std::expected<Change, Refusal>;

    Book(Rules rules, std::shared_ptr<const Clock> clock, OnChange on_change);

    /// A buyer opens a payment and goes through with it.
    Change pay(const Purchase& purchase);
    Outcome deposit(std::string_view receipt_id);
    /// `declined` is asked only if the receipt could be approved.
    Outcome confirm(std::string_view receipt_id, const std::function<bool()>& declined);
    /// `refused` is asked only if the cancel would go through.
    Outcome cancel(const CancelRequest& request, const std::function<bool()>& refused);

    /// A billing key is charged; `declined` by its card company: the receipt ends so.
    Outcome charge(const Purchase& purchase, const std::function<bool()>& declined);

    /// Behind the merchant's back: nobody is told but OnChange. Nothing if there is no such receipt
    /// or the alteration cannot be.
    std::optional<Receipt> alter(std::string_view receipt_id, const Alteration& alteration);
    /// The receipt ends as if its time were over. Nothing if it waits for nothing.
    std::optional<Receipt> expire(std::string_view receipt_id);
    /// As if it had never been; `then` runs under the lock. False if it never was.
    bool remove(std::string_view receipt_id, const std::function<void()>& then);

    std::optional<Receipt> find(std::string_view receipt_id) const;
    /// Newest first; an empty order id means all orders.
    std::vector<Receipt> list(std::string_view order_id, std::size_t limit) const;
    Totals totals() const;
    const Rules& rules() const { return x_rules; }

    /// Takes in a receipt of an earlier life, oldest first; nobody is told.
    void restore(Receipt receipt);
    /// Forgets everything; `then` runs under the lock.
    void clear(const std::function<void()>& then);

 private:
    using Operation = std::function<std::expected<Effect, Refusal>(Receipt&)>;
    Outcome change(Receipt& held, const Operation& operation);
    Receipt* find_held(std::string_view receipt_id);
    Receipt as_of_now(const Receipt& receipt) const;
    const Receipt& add(Receipt receipt);
    Receipt& keep(Receipt receipt);
    void leave_order(const Receipt& receipt);
    void count(const Receipt& receipt, std::int64_t sign);

    const Rules x_rules;
    const std::shared_ptr<const Clock> x_clock;
    const OnChange x_on_change;
    mutable std::mutex x_mutex;
    std::int64_t x_last_number = 0;
    std::map<std::int64_t, Receipt> x_receipts;  ///< by number; never moved, so views into it hold
    std::unordered_map<std::string_view, Receipt*> x_by_id;
    std::unordered_map<std::string, std::vector<const Receipt*>> x_by_order;
    Totals x_totals;
};

}  // namespace pay::sandbox
