#include "bootpay/outcome.hpp"

#include "bootpay/wire.hpp"
#include "core/log/log.hpp"

namespace pay::bootpay {

using gateway::Refusal;
using gateway::Trouble;
using http::Answer;
using http::NoAnswer;

namespace {

Refusal refusal_of(NoAnswer reason) {
    switch (reason) {
        case NoAnswer::not_sent:
            return Refusal::not_sent;
        case NoAnswer::unknown:
            return Refusal::unknown;
        case NoAnswer::timed_out:
            break;
    }
    return Refusal::timed_out;
}

Refusal refusal_of(const Answer& answer) {
    const std::string code = read_error_code(answer.body);
    if (answer.status == 429) return Refusal::not_sent;
    if (answer.status >= 500 || answer.status < 400 || code.empty()) return Refusal::unknown;
    // The payment company behind Bootpay did not answer it in time: it may have acted.
    if (code.find("_CRITICAL_") != code.npos) return Refusal::unknown;
    if (code == "RC_CONFIRM_FAILED") return Refusal::declined;
    if (code == "RC_NOT_CONFIRM_READY" || code == "RC_ALREADY_CANCELLED") return Refusal::not_ready;
    if (answer.status == 401) return Refusal::not_sent;
    log::warn("the gateway refused", {{"error_code", code}, {"status", answer.status}});
    return Refusal::refused;
}

}  // namespace

Trouble trouble_of(NoAnswer reason) {
    switch (reason) {
        case NoAnswer::not_sent:
            return Trouble::not_sent;
        case NoAnswer::unknown:
            return Trouble::unknown;
        case NoAnswer::timed_out:
            break;
    }
    return Trouble::timed_out;
}

Refusal refusal_of(const http::Outcome& outcome) {
    return outcome ? refusal_of(*outcome) : refusal_of(outcome.error());
}

bool says_not_found(const Answer& answer) {
    return answer.status == 404 && read_error_code(answer.body) == "RC_NOT_FOUND";
}

}  // namespace pay::bootpay
