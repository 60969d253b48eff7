#pragma once

#include <cstddef>
#include <string>

#include "core/metrics/metrics.hpp"
#include "core/time/clock.hpp"

namespace pay {

struct WriterLimits {
    std::size_t batch = 512;       ///< commands in one transaction
    std::size_t queue = 16'384;    ///< commands that may wait; over it: UNAVAILABLE
    std::size_t backlog = 65'536;  ///< messages not yet acknowledged; over it: UNAVAILABLE
    /// Where a transaction costs round trips: after a batch of `crowd` commands or more the next
    /// one begins at the earliest so long after it, and gathers more. A lone command goes at once.
    Duration gather{0};
    std::size_t crowd = 8;
};

struct WriterMetrics {
    WriterMetrics(metrics::Metrics& metrics, const std::string& of_service)
        : service(of_service),
          batch(metrics.histogram(
              "payments_writer_batch_size", "Commands in one transaction",
              {{"service", of_service}}, {1, 2, 4, 8, 16, 32, 64, 128, 256, 512}
          )),
          failures(metrics.counter(
              "payments_writer_failures_total", "Batches that could not be committed",
              {{"service", of_service}}
          )),
          conflicts(metrics.counter(
              "payments_writer_conflicts_total",
              "Transactions run again because another instance was quicker",
              {{"service", of_service}}
          )) {}
    std::string service;
    metrics::Histogram& batch;
    metrics::Counter& failures;
    metrics::Counter& conflicts;
};

}  // namespace pay
