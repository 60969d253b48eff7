#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "bootpay/billing.hpp"

/// Bootpay's JSON of billing keys and reserved charges in and out, as wire.hpp.
namespace pay::bootpay {

/// What a receipt issued, or has not issued yet, or what is destroyed.
struct Issue {
    gateway::BillingKey key;
    bool alive = false;  ///< issued and not destroyed: it can be charged
};

/// Nothing where the text is not what Bootpay sends.
std::optional<Issue> read_issue(std::string_view body);
std::optional<gateway::Reservation> read_reservation(std::string_view body);
/// Whether a destroyed key's or a revoked reservation's answer names it, and no failure.
bool says_gone(std::string_view body, std::string_view field, std::string_view id);

std::string charge_request(const gateway::Charge& charge);
std::string reserve_request(const gateway::Charge& charge, Time at);

/// Whether an id can stand in a path as it is: 1 to 128 letters, digits, `-` and `_`.
bool is_plain_id(std::string_view text);

}  // namespace pay::bootpay
