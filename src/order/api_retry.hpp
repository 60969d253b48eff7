#pragma once

#include "order/payment_flow.hpp"

namespace pay::order {

/// POST /v1/admin/order/orders/{id}/retry, for admins; lives as long as what it is given.
http::Route retry_route(Service& service, PaymentFlow& flow, http::Io& io);

}  // namespace pay::order
