#pragma once

#include <functional>
#include <string_view>
#include <vector>

#include "order/dossier.hpp"
#include "order/operator_wire.hpp"

namespace pay::order {

/// Whether anybody reads a topic: on the bus inside a process what nobody reads is never sent.
using Wanted = std::function<bool(std::string_view topic)>;

/// The trail and the rows of an order as sentences, oldest first. What the rows tell already (what
/// operators did, webhooks) is merged in; what they tell of the time before the trail begins, too.
std::vector<TimelineEntry> timeline_of(
    const Dossier& dossier, http::Language language, const Wanted& wanted
);

}  // namespace pay::order
