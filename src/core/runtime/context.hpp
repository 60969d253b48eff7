#pragma once

#include <memory>
#include <string>

#include "core/bus/bus.hpp"
#include "core/dead_letter/letterbox.hpp"
#include "core/http/io.hpp"
#include "core/metrics/metrics.hpp"
#include "core/sql/sql.hpp"
#include "core/time/clock.hpp"
#include "core/webhook_out/types.hpp"

namespace pay {

/// What every service is given: made by app/wiring, outlives the services.
struct Context {
    sql::Storage& storage;
    bus::Bus& bus;
    http::Io& io;
    metrics::Metrics& metrics;
    std::shared_ptr<const Clock> clock;
    /// The name of this process among those that share the databases: the same after a restart.
    std::string instance = "alone";
    dead_letter::Tries tries{};  ///< of messages that cannot be handled
    webhook_out::Settings webhooks{};
};

}  // namespace pay
