#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/http/router.hpp"
#include "core/metrics/metrics.hpp"

namespace pay::app {

/// A service and why it cannot take requests now.
struct Readiness {
    std::string service;
    std::function<std::optional<std::string>()> fault;
};

/// What operators and their tools ask: /health/live, /health/ready, /metrics, /openapi.json.
std::vector<http::Route> operation_routes(
    metrics::Metrics& metrics, std::vector<Readiness> services
);

}  // namespace pay::app
