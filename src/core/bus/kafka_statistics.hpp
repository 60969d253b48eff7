#pragma once

#include <map>
#include <string>
#include <string_view>

#include "core/metrics/metrics.hpp"

namespace pay::bus::kafka {

/// Makes a few of our metrics from what librdkafka tells of itself every few seconds. One thread.
class Statistics {
 public:
    /// `group`: of a consumer; empty for a producer.
    Statistics(metrics::Metrics& metrics, std::string group);
    /// What is not as expected is left out.
    void take(std::string_view json);

 private:
    metrics::Metrics& x_metrics;
    std::string x_group;
    std::map<std::string, metrics::Gauge*, std::less<>> x_lags;         // by topic
    std::map<std::string, metrics::Gauge*, std::less<>> x_round_trips;  // by broker
    metrics::Gauge* x_queue = nullptr;
};

}  // namespace pay::bus::kafka
