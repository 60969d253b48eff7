#pragma once

#include <expected>
#include <functional>
#include <optional>
#include <string>

#include "bootpay/gateway.hpp"

/// Payments without the buyer: a stored card or account (billing key), charged now or at a reserved
/// time. What auto-charge needs of a gateway, in its own terms; the adapter is bootpay/client.hpp.
/// All calls are asynchronous; `done` runs once, on an I/O thread.
namespace pay::gateway {

struct BillingKey {
    std::string key;         ///< as good as a card number: never logged, never shown
    std::string receipt_id;  ///< of its issue
    std::string user_id;     ///< metadata.user_id
    std::string method;      ///< `card`, …
    std::string label;       ///< what a person knows it by: company and last digits
    std::optional<Time> expires_at;
};

/// A charge of a billing key. `order_id` is the merchant's: one order is charged once.
struct Charge {
    std::string billing_key;
    std::string order_id;
    std::string order_name;
    Won price;
    std::string user_id;  ///< goes to metadata.user_id
};

struct Reservation {
    std::string reserve_id;
    std::string order_id;
    Time execute_at{};
    std::optional<std::string> receipt_id{};  ///< once it ran
    std::optional<Time> finished_at{};        ///< it ran; without a receipt: it failed
    std::optional<Time> revoked_at{};
};

/// Nothing in it: the gateway knows no such thing.
using FoundKey = std::expected<std::optional<BillingKey>, Trouble>;
using FoundReservation = std::expected<std::optional<Reservation>, Trouble>;
using Reserved = std::expected<Reservation, Refusal>;
/// `refused` where it was gone already.
using Revoked = std::expected<void, Refusal>;

class Billing {
 public:
    virtual ~Billing() = default;
    /// The key that was issued by this receipt.
    virtual void find_key(
        const std::string& receipt_id, std::move_only_function<void(FoundKey)> done
    ) = 0;
    /// Charges now. `declined`: the card has no money, or the like; `refused`: the key is dead.
    /// After `unknown` or `timed_out` it may have happened: look the order up.
    virtual void charge(const Charge& charge, std::move_only_function<void(Approved)> done) = 0;
    virtual void reserve(
        const Charge& charge, Time at, std::move_only_function<void(Reserved)> done
    ) = 0;
    virtual void find_reservation(
        const std::string& reserve_id, std::move_only_function<void(FoundReservation)> done
    ) = 0;
    virtual void revoke_reservation(
        const std::string& reserve_id, std::move_only_function<void(Revoked)> done
    ) = 0;
    /// Reservations on the key are not revoked with it: revoke them first.
    virtual void revoke_key(
        const std::string& billing_key, std::move_only_function<void(Revoked)> done
    ) = 0;
};

}  // namespace pay::gateway
