#pragma once

#include "sandbox/types.hpp"

/// What may happen to a receipt, and what it becomes: Bootpay's state machine without a clock, a
/// lock or a wire. A refused call changes nothing, save that what is overdue becomes `expired`.
namespace pay::sandbox {

/// Where Bootpay's documents are silent or disagree, a choice.
struct Rules {
    Duration confirm_grace =
        std::chrono::seconds{10};  ///< a repeated confirm still answers the receipt
    Duration approval_timeout =
        std::chrono::minutes{30};                       ///< never confirmed: expired, never charged
    Duration deposit_timeout = std::chrono::hours{72};  ///< of a virtual account
    bool partial_cancel_keeps_paid = true;  ///< status 1 while something is left; false: 20 at once
    bool refuse_repeated_cancel_id =
        true;  ///< false: a repeat answers the receipt, nothing is cancelled
};

Receipt open(const Purchase& purchase, std::string receipt_id, Time now);

/// The buyer has done their part: charged (1), approvable (2), or an account waits for a deposit
/// (5).
[[nodiscard]] std::expected<Effect, Refusal> pay(
    Receipt& receipt, bool separately_confirmed, const Rules& rules, Time now
);
/// The deposit of a virtual account has come in.
[[nodiscard]] std::expected<Effect, Refusal> deposit(
    Receipt& receipt, const Rules& rules, Time now
);
[[nodiscard]] std::expected<Effect, Refusal> confirm(
    Receipt& receipt, const Rules& rules, Time now
);
/// The card company declines what `confirm` asks for.
[[nodiscard]] std::expected<Effect, Refusal> decline(
    Receipt& receipt, const Rules& rules, Time now
);
[[nodiscard]] std::expected<Effect, Refusal> cancel(
    Receipt& receipt, const CancelRequest& request, const Rules& rules, Time now
);
/// A billing key is charged: paid at once.
[[nodiscard]] std::expected<Effect, Refusal> charge_stored(Receipt& receipt, Time now);
/// The same, but the card company declines it.
[[nodiscard]] std::expected<Effect, Refusal> decline_stored(Receipt& receipt);
/// Changes what the alteration names and no rule asks for. False, and nothing changed, for amounts
/// that cannot be: more canceled than paid, or below nothing.
bool alter(Receipt& receipt, const Alteration& alteration, Time now);
/// Whether it waits for an approval or a deposit; then it has waited too long.
bool expire_at_once(Receipt& receipt);
/// Ends what has waited too long for its approval or its deposit. Whether it did.
bool expire(Receipt& receipt, const Rules& rules, Time now);

}  // namespace pay::sandbox
