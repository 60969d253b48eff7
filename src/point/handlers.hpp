#pragma once

#include <vector>

#include "core/dead_letter/handler.hpp"
#include "point/service.hpp"

namespace pay::point {

/// What the point service hears.
std::vector<dead_letter::Subscription> subscriptions_of(Service& service);

}  // namespace pay::point
