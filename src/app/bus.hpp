#pragma once

#include <memory>

#include "app/options.hpp"
#include "core/bus/bus.hpp"
#include "core/metrics/metrics.hpp"

namespace pay::app {

/// The bus that --bus names, with the topics of the contract. Throws std::runtime_error with one
/// clear line, without any value of the URL.
std::unique_ptr<bus::Bus> open_bus(const ServeOptions& options, metrics::Metrics& metrics);

}  // namespace pay::app
