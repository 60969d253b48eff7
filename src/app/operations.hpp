#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/http/router.hpp"
#include "core/metrics/metrics.hpp"
#include "core/time/clock.hpp"

namespace pay::app {

/// A service and why it cannot take requests now.
struct Readiness {
    std::string service;
    std::function<std::optional<std::string>()> fault;
};

/// A responder that writes one line of log for the answer before it hands it on: what was asked, by
/// which request id and trace, how it ended and how long it took. At level debug; no header, body
/// or query is in it.
http::Responder log_answer(
    const http::Request& request, http::Responder responder, const Clock& clock
);

/// What operators and their tools ask: /health/live, /health/ready, /metrics, /openapi.json.
std::vector<http::Route> operation_routes(
    metrics::Metrics& metrics, std::vector<Readiness> services
);

}  // namespace pay::app
