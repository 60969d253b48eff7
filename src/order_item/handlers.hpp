#pragma once

#include <vector>

#include "core/bus/bus.hpp"
#include "order_item/service.hpp"

namespace pay::order_item {

/// What the order-item service hears.
std::vector<bus::Subscription> subscriptions_of(Service& service);

}  // namespace pay::order_item
