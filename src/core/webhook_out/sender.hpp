#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "core/dead_letter/letterbox.hpp"
#include "core/http/courier.hpp"
#include "core/http/io.hpp"
#include "core/metrics/metrics.hpp"
#include "core/time/clock.hpp"
#include "core/webhook_out/directory.hpp"

namespace pay::webhook_out {

/// What the sending needs of the service it belongs to; outlives it.
struct SenderDesk {
    /// Runs `work` on a reading thread, or `refused` if that cannot be.
    std::function<void(
        std::move_only_function<void(sql::Connection&)> work,
        std::move_only_function<void()> refused
    )>
        read;
    dead_letter::Write write;
    std::function<bool()> leads;  ///< whether this instance is the one that sends
    std::shared_ptr<const Clock> clock;
};

/// Sends the deliveries that are due, a few at a time to each endpoint, so that a slow one holds up
/// none but itself, and writes down what came of each. What it sends while it is killed, or while
/// two instances lead, is sent twice, under the same id. Any thread.
class Sender {
 public:
    Sender(
        SenderDesk desk, Directory& directory, metrics::Metrics& metrics, const Source& source,
        const Settings& settings
    );
    ~Sender();

    /// Looks at once whether something is due.
    void wake();
    /// The same, every now and then; and writes again what could not be written.
    void tick();
    /// Calls under way are given up; they are made again after the next start.
    void stop();

 private:
    struct Flight;
    using FlightPtr = std::shared_ptr<Flight>;
    using Ids = std::set<std::string, std::less<>>;

    void look();
    void send_due(std::vector<Delivery> due, const Ids& busy);
    void send(const FlightPtr& flight);
    void come_back(const FlightPtr& flight, http::Courier::Outcome outcome);
    void write_down(const FlightPtr& flight);
    void record(Flight& flight, sql::Transaction& transaction, Time now);
    void end(const FlightPtr& flight);

    const SenderDesk x_desk;
    Directory& x_directory;
    const Settings x_settings;
    const std::string x_service;
    metrics::Counter& x_delivered;
    metrics::Counter& x_failed;
    metrics::Counter& x_disabled;
    /// Of signatures: receivers compare it with their own time, whatever a test adds to ours.
    const SystemClock x_wall_clock{};
    /// Its own, and several: looking up a strange name may block one of them for seconds.
    http::Io x_io{4};
    http::Courier x_courier;

    std::mutex x_mutex;
    bool x_stopped = false;
    bool x_looking = false;
    bool x_look_again = false;
    std::map<std::string, FlightPtr, std::less<>> x_flights;  ///< by delivery
    std::vector<FlightPtr> x_unwritten;
    std::minstd_rand x_random{std::random_device{}()};
};

}  // namespace pay::webhook_out
