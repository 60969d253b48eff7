#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <map>
#include <string>

#include "bench/histogram.hpp"

namespace pay::bench {

using SteadyClock = std::chrono::steady_clock;

/// What a round of load came to. Latencies in microseconds, by name, each a histogram of its own.
struct Results {
    std::uint64_t done = 0;
    std::uint64_t failed = 0;
    std::uint64_t waiting = 0;  ///< of a schedule: arrived, but not begun when its time was over
    double seconds = 0;
    std::map<std::string, Histogram, std::less<>> latencies{};
    std::map<std::string, std::uint64_t> faults{};  ///< what failed, and how often
};

/// The results of one lane while they come in. Only the counts may be read by other threads.
class Tally {
 public:
    void latency(std::string_view name, SteadyClock::duration took) {
        auto found = x_results.latencies.find(name);
        if (found == x_results.latencies.end()) {
            found = x_results.latencies.try_emplace(std::string(name)).first;
        }
        const auto us = std::chrono::duration_cast<std::chrono::microseconds>(took).count();
        found->second.add(static_cast<std::uint64_t>(us));
    }
    void succeeded() { x_done.fetch_add(1, std::memory_order_relaxed); }
    void failed(const std::string& fault) {
        ++x_results.faults[fault];
        x_failed.fetch_add(1, std::memory_order_relaxed);
    }

    std::uint64_t done() const { return x_done.load(std::memory_order_relaxed); }
    std::uint64_t failures() const { return x_failed.load(std::memory_order_relaxed); }

    /// Adds all of it to `sum`, and begins anew. On the lane's thread, or when it has come to rest.
    void move_to(Results& sum) {
        sum.done += x_done.exchange(0);
        sum.failed += x_failed.exchange(0);
        for (const auto& [name, histogram] : x_results.latencies)
            sum.latencies[name].add(histogram);
        for (const auto& [fault, count] : x_results.faults) sum.faults[fault] += count;
        x_results = {};
    }

 private:
    std::atomic<std::uint64_t> x_done{0};
    std::atomic<std::uint64_t> x_failed{0};
    Results x_results;
};

}  // namespace pay::bench
