#pragma once

#include <vector>

#include "core/dead_letter/handler.hpp"
#include "order_item/service.hpp"

namespace pay::order_item {

/// What the order-item service hears.
std::vector<dead_letter::Subscription> subscriptions_of(Service& service);

}  // namespace pay::order_item
