#pragma once

#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "core/bus/bus.hpp"
#include "core/metrics/metrics.hpp"

namespace pay::bus::kafka {

/// Makes a few of our metrics from what librdkafka tells of itself every few seconds.
class Statistics {
 public:
    /// `group`: of a consumer; empty for a producer.
    Statistics(metrics::Metrics& metrics, std::string group);
    /// What is not as expected is left out. One thread.
    void take(std::string_view json);
    /// Of the partitions the consumer holds, as take() heard last, by topic and partition. Any
    /// thread.
    std::vector<Lag> lags() const;

 private:
    metrics::Metrics& x_metrics;
    std::string x_group;
    std::map<std::string, metrics::Gauge*, std::less<>> x_lags;         // by topic
    std::map<std::string, metrics::Gauge*, std::less<>> x_round_trips;  // by broker
    metrics::Gauge* x_queue = nullptr;
    mutable std::mutex x_mutex;
    std::vector<Lag> x_of_partitions;
};

}  // namespace pay::bus::kafka
