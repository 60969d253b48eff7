#pragma once

#include <vector>

#include "order/payment_flow.hpp"

namespace pay::order {

/// The routes of cancels; they live as long as what they are given.
std::vector<http::Route> cancel_routes(Service& service, PaymentFlow& flow, http::Io& io);

}  // namespace pay::order
