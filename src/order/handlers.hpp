#pragma once

#include "core/bus/bus.hpp"
#include "order/payment_flow.hpp"

namespace pay::order {

/// What the order service hears from the bus, and the command each message becomes.
void subscribe(bus::Bus& bus, Service& service, PaymentFlow& flow);

}  // namespace pay::order
