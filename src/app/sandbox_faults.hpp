#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/http/client.hpp"
#include "core/http/router.hpp"

namespace pay::app {

/// GET, POST and DELETE /v1/admin/order/sandbox/faults, for admins: handed on to the sandbox as
/// they are, so that an operator's page needs to know but one server. What the sandbox answers goes
/// back as it is; none is PAYMENT_GATEWAY_UNAVAILABLE or PAYMENT_GATEWAY_TIMEOUT.
class SandboxFaults {
 public:
    SandboxFaults(http::Io& io, const std::string& sandbox_url);
    std::vector<http::Route> routes();
    /// Ends the calls under way.
    void stop();

 private:
    http::Client x_sandbox;
};

}  // namespace pay::app
