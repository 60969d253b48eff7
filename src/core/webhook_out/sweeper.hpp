#pragma once

#include <atomic>
#include <memory>

#include "core/metrics/metrics.hpp"
#include "core/webhook_out/sender.hpp"

namespace pay::webhook_out {

/// Counts what waits, and clears away what is over: a batch in a transaction, one after another
/// until none is full, by the leading instance. Any thread.
class Sweeper {
 public:
    static constexpr Duration pause = std::chrono::seconds{10};
    static constexpr std::int64_t batch = 500;

    Sweeper(SenderDesk desk, Directory& directory, metrics::Metrics& metrics, const Source& source);

    void sweep();

 private:
    struct Found;
    static Found look(sql::Connection& connection, const Directory::Endpoints& endpoints, Time now);
    void clear(Found found);

    const SenderDesk x_desk;
    Directory& x_directory;
    metrics::Gauge& x_waiting;
    std::atomic<bool> x_sweeping{false};
};

}  // namespace pay::webhook_out
