#pragma once

#include <optional>
#include <string>

#include "sandbox/types.hpp"

/// Billing keys and the charges reserved on them: what each is.
namespace pay::sandbox {

/// The numbers are Bootpay's.
enum class KeyStatus {
    destroyed = -11,
    issued = 11,
    awaiting_consent = 41,  ///< of a bank account: its holder has not agreed yet
};

/// Stored by number: new ones go last.
enum class KeyMethod {
    card,       ///< in the browser
    card_rest,  ///< by the merchant's server
    account,    ///< a bank account's, by the merchant's server
};

/// What a customer, or the merchant's server for them, stores. Of a number only what Bootpay shows.
struct Subscription {
    KeyMethod method = KeyMethod::card;
    std::string subscription_id;
    std::string order_name;
    std::string user_id;
    std::string number_shown = "12345678****9012";
    std::string holder;
    std::string bank_name;
    Won price;  ///< of a first payment; 0: none
    Won tax_free;
};

struct BillingKey {
    std::int64_t number = 0;  ///< in the order of their making
    std::string receipt_id;   ///< of its issue
    std::string billing_key;  ///< made with it, told once it is issued
    Subscription subscription;
    KeyStatus status = KeyStatus::issued;
    Time requested_at{};
    std::optional<Time> published_at;
    std::string first_receipt_id;  ///< of the first payment; empty: none was made
};

/// The numbers are not published; these are the sandbox's choice.
enum class ReservationStatus { failed = -1, waiting = 0, done = 1, running = 2, revoked = 20 };

struct Reservation {
    std::int64_t number = 0;  ///< in the order of their making
    std::string reserve_id;
    std::string billing_key;
    std::string order_id;
    std::string order_name;
    std::string user_id;
    Won price;
    Won tax_free;
    ReservationStatus status = ReservationStatus::waiting;
    Time requested_at{};
    Time execute_at{};
    std::optional<Time> started_at;
    std::optional<Time> finished_at;
    std::optional<Time> revoked_at;
    std::string receipt_id;  ///< once it was charged
};

/// A charge of a key: what is paid, with the key's method and user once the key is known.
struct KeyCharge {
    std::string billing_key;
    Purchase purchase;
};

}  // namespace pay::sandbox
