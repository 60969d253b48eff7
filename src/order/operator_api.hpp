#pragma once

#include <vector>

#include "core/http/router.hpp"
#include "order/service.hpp"

namespace pay::order {

/// What operators look at: an order's whole page, the orders to attend to, sales. For admins.
std::vector<http::Route> operator_views(Service& service);

}  // namespace pay::order
