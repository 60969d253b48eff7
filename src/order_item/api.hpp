#pragma once

#include <vector>

#include "core/http/router.hpp"
#include "order_item/service.hpp"

namespace pay::order_item {

std::vector<http::Route> routes_of(Service& service);

}  // namespace pay::order_item
