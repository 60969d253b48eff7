#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bootpay/gateway.hpp"

/// Bootpay's JSON (PG API v2) in and out. Unknown fields are passed over; null and absence are
/// alike.
namespace pay::bootpay {

struct Token {
    std::string text;
    Duration life{};
};

/// Nothing where the text is not what Bootpay sends.
std::optional<Token> read_token(std::string_view body);
std::optional<gateway::Payment> read_payment(std::string_view body);
std::optional<std::vector<gateway::Payment>> read_payments(std::string_view body);
/// `error_code` of an error's body; empty if there is none.
std::string read_error_code(std::string_view body);

std::string token_request(std::string_view application_id, std::string_view private_key);
std::string approve_request(std::string_view receipt_id);
std::string cancel_request(const gateway::Cancel& cancel);

/// What a webhook says. Nothing if it is malformed or its receipt id is not of Bootpay's form.
struct Notice {
    std::string receipt_id;
    std::int64_t status = 0;
    Won canceled;
    std::string order_id;
};
/// JSON, or form-urlencoded if `form`.
std::optional<Notice> read_notice(std::string_view body, bool form);

/// 24 hex digits.
bool is_receipt_id(std::string_view text);

}  // namespace pay::bootpay
