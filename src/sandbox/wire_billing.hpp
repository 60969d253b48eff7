#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "core/http/message.hpp"
#include "sandbox/billing.hpp"
#include "sandbox/wire.hpp"

/// Bootpay's JSON of billing keys and reservations, read and written as wire.hpp does.
namespace pay::sandbox {

/// POST request/subscribe and POST request/subscribe/automatic-transfer.
std::expected<Subscription, Refusal> read_card_subscription(const http::Request& request);
std::expected<Subscription, Refusal> read_account_subscription(const http::Request& request);
/// POST subscribe/payment.
std::expected<KeyCharge, Refusal> read_charge(const http::Request& request);
struct ReserveRequest {
    KeyCharge charge;
    Time at{};
};
std::expected<ReserveRequest, Refusal> read_reserve(const http::Request& request);
/// POST /sandbox/billing-keys: what a customer does in the browser.
std::expected<Subscription, Complaint> read_subscription_control(const http::Request& request);

/// A BillingKey of Bootpay's; the key itself only once it is issued. `first`: of the first payment.
std::string key_body(const BillingKey& key, const std::optional<Receipt>& first);
/// What a browser is told: no key.
std::string issue_body(const BillingKey& key);
std::string destroyed_body(const BillingKey& key);
std::string reserved_body(const Reservation& reservation);
std::string reservation_body(const Reservation& reservation);
std::string revoked_body(const Reservation& reservation);

/// As they are stored, and back. Throws std::runtime_error for what was never written by it.
std::string to_document(const BillingKey& key);
std::string to_document(const Reservation& reservation);
BillingKey key_from_document(std::string_view document);
Reservation reservation_from_document(std::string_view document);

}  // namespace pay::sandbox
