#pragma once

#include "core/http/message.hpp"
#include "order/service.hpp"

namespace pay::order {

/// GET /v1/orders/{id}/stream: the order now and at every change, as server-sent events, until it
/// is final or the client goes; a comment now and then keeps the connection.
void stream_order(
    Service& service, http::Io& io, const http::Request& request, http::Responder responder
);

}  // namespace pay::order
