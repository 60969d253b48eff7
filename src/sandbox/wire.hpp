#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "core/http/message.hpp"
#include "sandbox/faults.hpp"
#include "sandbox/types.hpp"

/// Bootpay's JSON and the controls' own. What Bootpay's SDKs send is read with patience: null, ""
/// and absence are the same, 1000.0 is 1000, a form is as good as JSON. The controls are strict.
namespace pay::sandbox {

// --- wire_write.cpp: what is sent ---

struct RefusalFacts {
    std::string_view error_code;
    int status;
    std::string_view message;
};
const RefusalFacts& facts(Refusal refusal) noexcept;
/// {"error_code","message"}
std::string error_body(std::string_view error_code, std::string_view message);

/// A receipt as GET /v2/receipt gives it; `with_user` adds the buyer.
std::string receipt_body(const Receipt& receipt, bool with_user = false);
std::string receipts_body(const std::vector<Receipt>& receipts);
/// The same as a webhook carries it: with `webhook_type`, and 20 for every cancel.
/// Empty if Bootpay sends no webhook for the effect.
std::string webhook_body(const Receipt& receipt, Effect effect);

std::string token_body(std::string_view token, std::int64_t expire_in);
std::string user_token_body(std::string_view token, Time expires);
std::string totals_body(const Totals& totals);
std::string fault_body(Fault fault, const FaultSetting& setting);
std::string clock_body(Time now);

// --- wire.cpp: what is read ---

struct TokenRequest {
    std::string application_id;
    std::string private_key;
};
struct FaultRequest {
    Fault fault;
    FaultSetting setting;
};
/// Why a control does not understand its request.
struct Complaint {
    int status;
    std::string message;
};

TokenRequest read_token_request(const http::Request& request);
/// One text field of a body; empty if it is not there.
std::string read_text(const http::Request& request, std::string_view name);
std::expected<CancelRequest, Refusal> read_cancel(const http::Request& request);

std::expected<Purchase, Complaint> read_purchase(const http::Request& request);
std::expected<Alteration, Complaint> read_alteration(const http::Request& request);
std::expected<FaultRequest, Complaint> read_fault(const http::Request& request);
std::expected<std::string, Complaint> read_receipt_id(const http::Request& request);
/// {"advance_s": N}, from 0 to ten years.
std::expected<Duration, Complaint> read_advance(const http::Request& request);

/// Whether a webhook's receiver said {"success": true}.
bool says_success(std::string_view body);

/// A receipt as it is stored, and back. Throws std::runtime_error for what was never written by it.
std::string to_document(const Receipt& receipt);
Receipt receipt_from_document(std::string_view document);

}  // namespace pay::sandbox
