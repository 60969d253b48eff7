#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace pay {

/// What can be refused, as the contract names it. The table in error.cpp gives each its name on the
/// wire, its one HTTP status and its title in English and Korean.
enum class Code {
    bad_request,
    unauthorized,
    invalid_token,
    forbidden,
    not_found,
    method_not_allowed,
    conflict,
    duplicate_receipt,
    idempotency_in_progress,
    insufficient_points,
    not_cancelable,
    payload_too_large,
    invalid,
    amount_mismatch,
    receipt_invalid,
    payment_declined,
    idempotency_key_reused,
    too_many_requests,
    payment_gateway_unavailable,
    payment_gateway_timeout,
    unavailable,
    internal,
};

/// One text in the two languages of the people who read it. Literals only: nothing secret and
/// nothing from a request can get into an answer this way.
struct Text {
    std::string_view en;
    std::string_view ko;
    friend bool operator==(const Text&, const Text&) = default;
};

/// What is wrong with one field of a request, named by its path (`amount`, `lines[1].quantity`).
struct FieldFault {
    std::string field;
    Text text;
    friend bool operator==(const FieldFault&, const FieldFault&) = default;
};

/// An expected refusal. Returned, never thrown. `order_id` is set where the caller may be told
/// which order of their own stands in the way.
struct Error {
    Code code = Code::internal;
    Text detail{};
    std::vector<FieldFault> fields{};
    std::string order_id{};
    friend bool operator==(const Error&, const Error&) = default;
};

struct CodeFacts {
    std::string_view name;  ///< stable, upper snake case
    int status;             ///< HTTP
    Text title;
};

/// The facts of a code; total over the enumeration.
const CodeFacts& facts(Code code) noexcept;

/// Whether the same call may succeed later without being changed (5xx, and 429): such answers are
/// not kept under an idempotency key.
bool retryable(Code code) noexcept;

/// Stops the process with a message: a bug, never reachable by input. Kept in release builds.
[[noreturn]] void abort_with(const char* condition, const char* file, int line) noexcept;

}  // namespace pay

#define PAY_ASSERT(condition) \
    ((condition) ? static_cast<void>(0) : ::pay::abort_with(#condition, __FILE__, __LINE__))
