#include "core/runtime/call.hpp"

namespace pay {

http::Response replay(const idempotency::Entry& entry) {
    http::Response response = http::json_response(*entry.status, entry.body);
    if (response.status >= 400) response.content_type = "application/problem+json";
    response.headers.emplace_back("Idempotency-Replayed", "true");
    return response;
}

}  // namespace pay
