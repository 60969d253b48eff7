#pragma once

#include <vector>

#include "bootpay/billing.hpp"
#include "core/http/router.hpp"
#include "order/service.hpp"

namespace pay::order {

/// The routes of billing keys and auto-charges; they live as long as what they are given.
std::vector<http::Route> auto_charge_routes(Service& service, gateway::Billing& billing);

}  // namespace pay::order
