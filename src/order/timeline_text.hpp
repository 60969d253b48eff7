#pragma once

#include <string>
#include <string_view>

#include "bootpay/gateway.hpp"
#include "core/result/error.hpp"
#include "order/types.hpp"

/// The words of an order's timeline, in the two languages.
namespace pay::order {

Text text_of(gateway::Stage stage);
Text text_of(gateway::Refusal refusal);
Text text_of(Status status);
Text text_of(Phase phase);
Text text_of(Saying saying);
Text text_of(GatewayCall call);
/// A step of the gateway's whose outcome is `text_of` the stage or refusal.
Text text_of(Cause cause);
/// What an operator did, by the name it has in the log of actions.
Text text_of_action(std::string_view action);

/// The name of an enumerator by its place; empty if there is none.
std::string_view stage_name(int index);
std::string_view refusal_name(int index);

}  // namespace pay::order
