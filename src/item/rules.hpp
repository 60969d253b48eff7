#pragma once

#include <vector>

#include "core/bus/bus.hpp"
#include "core/result/result.hpp"
#include "core/time/clock.hpp"
#include "item/types.hpp"

/// What may be sold, and how it changes. Pure.
namespace pay::item {

/// Carries out a command on the state, or refuses it and leaves the state as it was: NOT_FOUND,
/// INVALID. Each item that changed is told in a message.
Result<Answer> decide(
    State& state, const Command& command, Time now, std::vector<bus::Message>& messages
);

/// `item.changed` of an item as it is.
bus::Message changed_message(const Item& item);

/// What a new installation sells; their ids are made from `now`.
Seed first_items(Time now);

}  // namespace pay::item
