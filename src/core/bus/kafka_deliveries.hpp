#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "core/bus/bus.hpp"
#include "core/metrics/metrics.hpp"

namespace pay::bus::kafka {

using Instant = std::chrono::steady_clock::time_point;

/// The time one consumer holds one partition, from getting it to losing it.
using Tenure = std::uint64_t;

/// Names a message in a handler's hands.
struct Ticket {
    Tenure tenure;
    std::int64_t offset;
};

/// Where handlers leave their verdicts, from any thread, until the consumer's thread takes them. It
/// outlives the consumer in the hands of late handlers.
class Verdicts {
 public:
    void add(Ticket ticket, Verdict verdict);
    std::vector<std::pair<Ticket, Verdict>> take();
    /// Until there is one, but not beyond.
    void wait_until(Instant end);

 private:
    std::mutex x_mutex;
    std::condition_variable x_added;
    std::vector<std::pair<Ticket, Verdict>> x_verdicts;
};

/// What a consumer has handed to its handlers and how far each partition is handled. Handlers end
/// out of order; a message to be repeated waits for its time without holding up others. All of it
/// is called on the consumer's thread.
class Deliveries {
 public:
    explicit Deliveries(metrics::Counter& repeats) : x_repeats(repeats) {}

    /// The handler outlives the tenure. `position`: where reading begins, if that is known.
    Tenure begin(const Handler& handler, std::optional<std::int64_t> position);
    /// Verdicts on its messages that come later are ignored.
    void end(Tenure tenure);
    void hand_over(Tenure tenure, std::int64_t offset, Message message);
    /// There is nothing more to read before this offset.
    void read_to(Tenure tenure, std::int64_t offset);
    /// Takes in what handlers said since.
    void settle(Instant now);
    /// Hands over again what is due.
    void repeat(Instant now);
    /// Waits for a verdict, but not beyond.
    void wait_until(Instant end) { x_verdicts->wait_until(end); }

    /// Every message before it is handled; nothing if none was read.
    std::optional<std::int64_t> position(Tenure tenure) const;
    /// In handlers' hands, or waiting to be handed over again.
    std::size_t unhandled() const { return x_unhandled; }
    /// Whether a handler has one now.
    bool in_hands() const { return x_unhandled > x_waiting; }

 private:
    struct Entry {
        Message message;
        Duration pause;
        bool waiting = false;
    };
    struct Partition {
        const Handler* handler;
        std::optional<std::int64_t> read;
        std::map<std::int64_t, Entry> unhandled;  // by offset; what is handled is gone
    };
    void hand_to(const Handler& handler, Ticket ticket, const Message& message);
    void put_off(Ticket ticket, Entry& entry, Instant now);

    metrics::Counter& x_repeats;
    std::shared_ptr<Verdicts> x_verdicts = std::make_shared<Verdicts>();
    std::map<Tenure, Partition> x_partitions;
    std::multimap<Instant, Ticket> x_due;
    Tenure x_last = 0;
    std::size_t x_unhandled = 0;
    std::size_t x_waiting = 0;
};

}  // namespace pay::bus::kafka
