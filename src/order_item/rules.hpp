#pragma once

#include <vector>

#include "core/bus/bus.hpp"
#include "core/result/result.hpp"
#include "core/time/clock.hpp"
#include "order_item/types.hpp"

/// Who owns what was bought. Pure.
namespace pay::order_item {

/// Carries out a command on the state. Never refused: what became of a save or revoke stands in the
/// reply among the messages, and in `State::given`.
Result<Answer> decide(
    State& state, const Command& command, Time now, std::vector<bus::Message>& messages
);

}  // namespace pay::order_item
