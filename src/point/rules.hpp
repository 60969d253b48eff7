#pragma once

#include <vector>

#include "core/bus/bus.hpp"
#include "core/result/result.hpp"
#include "core/time/clock.hpp"
#include "point/types.hpp"

/// How points move. Pure.
namespace pay::point {

/// Carries out an instruction on the state and returns the wallet as it then stands. What an order
/// asks for always gives a wallet: what became of it stands in the reply among the messages, and in
/// `State::given`. An adjustment or grant may be refused, INVALID or INSUFFICIENT_POINTS, and then
/// changes nothing.
Result<Standing> decide(
    State& state, const Instruction& instruction, const Settings& settings, Time now,
    std::vector<bus::Message>& messages
);

}  // namespace pay::point
