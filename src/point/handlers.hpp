#pragma once

#include <vector>

#include "core/bus/bus.hpp"
#include "point/service.hpp"

namespace pay::point {

/// What the point service hears.
std::vector<bus::Subscription> subscriptions_of(Service& service);

}  // namespace pay::point
