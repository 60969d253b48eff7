#pragma once

#include <expected>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "sandbox/billing.hpp"

namespace pay::sandbox {

/// All billing keys and reservations, in memory. Charges nothing itself: that is the book's. Any
/// thread.
class BillingKeys {
 public:
    /// Told of every change, in the order of the changes; called under the lock: must be quick.
    struct OnChange {
        std::function<void(const BillingKey&)> key;
        std::function<void(const Reservation&)> reservation;
    };
    template <class T>
    using Outcome = std::expected<T, Refusal>;

    static constexpr std::size_t most_waiting = 10;  ///< reservations on one key

    BillingKeys(std::shared_ptr<const Clock> clock, OnChange on_change);

    /// A card is issued at once, a bank account waits for its holder's consent.
    BillingKey issue(const Subscription& subscription, std::string first_receipt_id = {});
    /// The consent has been given: the key of an account is issued. `withheld` is asked only where
    /// it could be.
    Outcome<BillingKey> publish(
        const std::string& receipt_id, const std::function<bool()>& withheld
    );
    std::optional<BillingKey> find_by_receipt(const std::string& receipt_id) const;
    /// None that is not issued yet.
    std::optional<BillingKey> find(const std::string& billing_key) const;
    /// One that can be charged.
    Outcome<BillingKey> find_alive(const std::string& billing_key) const;
    /// Its reservations are not revoked with it.
    Outcome<BillingKey> destroy(const std::string& billing_key);

    Outcome<Reservation> reserve(const KeyCharge& charge, Time at);
    std::optional<Reservation> find_reservation(const std::string& reserve_id) const;
    Outcome<Reservation> revoke(const std::string& reserve_id);
    /// The waiting ones whose time has come; they are running from now on.
    std::vector<Reservation> start_due();
    /// A running one is over; an empty receipt id: it failed.
    void finish(const std::string& reserve_id, const std::string& receipt_id);

    /// Takes in what is of an earlier life, oldest first; a reservation that was running then has
    /// failed: whether it charged is not known, and it must not charge twice.
    void restore(BillingKey key);
    void restore(Reservation reservation);
    void clear();

 private:
    BillingKey* find_held(const std::string& billing_key) const;
    Outcome<BillingKey*> find_issued(const std::string& billing_key) const;
    void keep(BillingKey key);

    const std::shared_ptr<const Clock> x_clock;
    const OnChange x_on_change;
    mutable std::mutex x_mutex;
    std::unordered_map<std::string, std::unique_ptr<BillingKey>> x_by_receipt;
    std::unordered_map<std::string, BillingKey*> x_by_key;
    std::map<std::string, Reservation> x_reservations;
    std::multimap<Time, std::string> x_waiting;  ///< by their time
    std::int64_t x_last_number = 0;
};

}  // namespace pay::sandbox
