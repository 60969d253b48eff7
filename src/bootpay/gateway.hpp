#pragma once

#include <boost/describe.hpp>
#include <expected>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/money/money.hpp"
#include "core/time/clock.hpp"

/// What the order service needs of any payment gateway, in its own terms. The adapter for Bootpay
/// is bootpay/client.hpp. All calls are asynchronous; `done` runs once, on an I/O thread.
namespace pay::gateway {

/// How far a payment has come. Decided from the gateway's status and the amounts, never from what a
/// browser or a webhook says.
enum class Stage {
    not_yet,           ///< opened, or a status this program does not know: neither paid nor failed
    approvable,        ///< the buyer has authenticated; nothing is charged until it is approved
    in_progress,       ///< being approved
    awaiting_deposit,  ///< a virtual account was issued
    paid,              ///< charged; part of it may have been returned (`canceled`)
    canceled,          ///< charged and returned whole
    declined,          ///< the approval was declined
    failed,            ///< failed, closed or expired without a charge
};

struct Payment {
    std::string receipt_id;
    std::string order_id;  ///< as the merchant's browser gave it
    std::string user_id;   ///< metadata.user_id
    Won price;
    Won canceled;  ///< returned so far
    Stage stage = Stage::not_yet;
    std::optional<Time> deposit_deadline;
    /// How it was really paid, as the gateway names it: `card`, `phone`, `vbank`, … Empty: unknown.
    std::string method{};
    std::optional<Time> paid_at{};

    Won standing() const { return price - canceled; }
    bool charged() const { return stage == Stage::paid; }
};

/// Why there is no answer to go by. `not_sent`: the gateway cannot have acted. `unknown`: it may
/// have.
enum class Trouble { not_sent, unknown, timed_out };

/// Nothing in it: the gateway knows no such payment.
using Found = std::expected<std::optional<Payment>, Trouble>;
using FoundAll = std::expected<std::vector<Payment>, Trouble>;

enum class Refusal {
    declined,   ///< the payment was declined
    not_ready,  ///< it does not wait for approval (any more): look it up
    refused,    ///< any other refusal: nothing happened
    unknown,    ///< no answer, or none to go by: it may have happened; look it up later
    timed_out,  ///< the same, by time
    not_sent,   ///< it cannot have happened
};

using Approved = std::expected<Payment, Refusal>;
using Canceled = std::expected<Payment, Refusal>;

/// Where the money of a virtual account goes back to. Personal: never logged, kept no longer than
/// needed.
struct RefundAccount {
    std::string bank_code;
    std::string account;
    std::string holder;
};
BOOST_DESCRIBE_STRUCT(RefundAccount, (), (bank_code, account, holder))

struct Cancel {
    std::string receipt_id;
    std::string cancel_id;    ///< unique for this cancellation
    std::optional<Won> part;  ///< nothing: all that is left
    std::string reason;
    std::optional<RefundAccount> account{};  ///< of a virtual account: required
};

class Gateway {
 public:
    virtual ~Gateway() = default;
    virtual void find(const std::string& receipt_id, std::move_only_function<void(Found)> done) = 0;
    virtual void find_by_order(
        const std::string& order_id, std::move_only_function<void(FoundAll)> done
    ) = 0;
    virtual void approve(
        const std::string& receipt_id, std::move_only_function<void(Approved)> done
    ) = 0;
    virtual void cancel(const Cancel& cancel, std::move_only_function<void(Canceled)> done) = 0;
};

}  // namespace pay::gateway
