#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/money/money.hpp"
#include "core/time/clock.hpp"

/// A local stand-in for Bootpay's PG API v2. It shares no code with the client of src/bootpay: one
/// misreading of Bootpay's documents must not hide another.
namespace pay::sandbox {

/// A receipt's status; the numbers are Bootpay's.
enum class Status {
    expired = -10,
    declined = -2,
    opened = 0,
    paid = 1,
    approvable = 2,  ///< the buyer has authenticated; nothing is charged before `confirm`
    account_issued = 5,
    canceled = 20,
};

/// Stored by number: new ones go last.
enum class PayMethod {
    card,
    bank,
    virtual_account,
    phone,           ///< on the telephone bill: cancelled whole, in the month it was made
    naver_point,     ///< prepaid: cancelled whole
    stored_card,     ///< a billing key's
    stored_account,  ///< the same, of a bank account
};

/// One payment. Its wire form (wire.hpp) is made from this alone.
struct Receipt {
    std::int64_t number = 0;  ///< in the order of their making
    std::string receipt_id;   ///< 24 lower-case hex digits
    std::string order_id;
    std::string order_name;
    std::string user_id;  ///< goes into the metadata; may be empty
    Won price;
    Won tax_free;
    Won canceled_price;  ///< running total
    Won canceled_tax_free;
    PayMethod method = PayMethod::card;
    Status status = Status::opened;
    Time requested_at;
    std::optional<Time> purchased_at;
    std::optional<Time> confirmed_at;  ///< charged by `confirm`, not at once
    std::optional<Time> canceled_at;
    std::optional<Time> deposit_until;    ///< of a virtual account
    std::vector<std::string> cancel_ids;  ///< used up by cancels that succeeded
};

/// What a buyer is asked to pay.
struct Purchase {
    std::string order_id;
    std::string order_name;
    std::string user_id;
    Won price;
    Won tax_free;
    PayMethod method = PayMethod::card;
    bool separately_confirmed = false;
    bool silent = false;  ///< nobody is told: no webhook
};

/// What is changed of a receipt behind the merchant's back.
struct Alteration {
    std::optional<std::string> order_id{};
    std::optional<std::string> user_id{};
    std::optional<Won> price{};
    std::optional<Won> canceled_price{};
    std::optional<Status> status{};
};

/// The body of POST /v2/cancel. Amounts that are absent mean all that is left.
struct CancelRequest {
    std::string receipt_id;
    std::optional<Won> price;
    std::optional<Won> tax_free;
    std::string cancel_id;
    bool refund_account = false;  ///< whether a complete `refund` object came with it
};

/// Bootpay's refusals. Their error_code, HTTP status and message stand in wire_write.cpp.
enum class Refusal {
    token_key_invalid,
    app_key_not_found,
    app_sk_not_matched,
    rc_not_found,
    rc_not_confirm_ready,
    rc_confirm_failed,
    rc_already_cancelled,
    rc_cancel_server_error,
    rc_not_subscribe,
    rc_invalid_exp_month,
    subscribe_bk_expired,
    subscribe_publish_not_ready,
    subscribe_request_failed,
    api_param_invalid,
    api_not_found,
    server_error,
};

/// What a call did to a receipt; a repeat that only tells the result again did nothing.
enum class Effect { none, charged, account_issued, canceled, partially_canceled };

struct Totals {
    std::int64_t paid_count = 0;  ///< ever charged, cancelled or not
    Won paid_amount;
    Won canceled_amount;
    friend bool operator==(const Totals&, const Totals&) = default;
};

}  // namespace pay::sandbox
