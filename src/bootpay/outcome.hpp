#pragma once

#include "bootpay/gateway.hpp"
#include "core/http/client.hpp"

/// What Bootpay's answers, and the lack of one, mean in the gateway's terms.
namespace pay::bootpay {

gateway::Trouble trouble_of(http::NoAnswer reason);
/// Of an action's outcome that is no success. Only a refusal that is Bootpay's own counts as one:
/// whatever else is in the way may stand behind a gateway that did act.
gateway::Refusal refusal_of(const http::Outcome& outcome);
/// Whether Bootpay itself says that what was looked up does not exist.
bool says_not_found(const http::Answer& answer);

}  // namespace pay::bootpay
