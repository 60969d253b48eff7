#pragma once

#include <string>
#include <vector>

#include "core/http/router.hpp"
#include "order/payment_flow.hpp"

namespace pay::order {

struct ApiOptions {
    std::string web_key;  ///< handed to the browser for Bootpay's window
    std::vector<std::string>
        webhook_allow;  ///< CIDRs webhooks are taken from; empty: from anywhere
    std::int64_t webhook_waiting_limit = 20'000;  ///< over it: 429, and the gateway sends again
};

/// The routes of the order service.
std::vector<http::Route> routes_of(
    Service& service, PaymentFlow& flow, http::Io& io, ApiOptions options
);

}  // namespace pay::order
