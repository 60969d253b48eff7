#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "core/bus/bus.hpp"
#include "core/http/io.hpp"
#include "core/metrics/metrics.hpp"
#include "core/outbox/parcel.hpp"
#include "core/sql/sql.hpp"

namespace pay::outbox {

/// Carries committed messages to the bus. The writer hands it what it committed and, with each
/// later batch, takes away the rows of what was acknowledged. A message the bus or a handler could
/// not take is published again after a growing pause, for as long as it takes. Any thread.
class Relay {
 public:
    Relay(bus::Bus& bus, http::Io& io, metrics::Metrics& metrics, const std::string& service);
    ~Relay();

    bool wanted(std::string_view topic) const { return x_bus.wanted(topic); }
    /// Those that are on their way already are left out.
    void publish(std::vector<Parcel> parcels);
    /// Carries a message that is not stored, and tells once the bus has it. Whoever waits for that
    /// makes it again if the process ends before.
    void deliver(bus::Message message, std::move_only_function<void()> delivered);
    /// The parcels acknowledged as a whole since the last call; their rows can go.
    std::vector<std::string> take_sent();
    /// Gives ids back whose rows could not be removed.
    void restore_sent(std::vector<std::string> ids);
    /// Called, without a lock held, when something was acknowledged and nothing was before.
    void on_sent(std::function<void()> notify) { x_notify = std::move(notify); }
    /// How many messages are under way.
    std::size_t backlog() const;
    /// Publishes nothing from here on; acknowledgements still come in. What is unsent stays stored.
    void stop();

 private:
    struct Open;
    struct Flight;
    void hand_over(const std::shared_ptr<Flight>& flight);
    void settle(const std::shared_ptr<Flight>& flight, bool acknowledged);

    bus::Bus& x_bus;
    http::Io& x_io;
    metrics::Counter& x_repeats;
    std::function<void()> x_notify;
    mutable std::mutex x_mutex;
    bool x_stopped = false;
    std::map<std::string, std::shared_ptr<Flight>> x_flights;  ///< by message
    std::set<std::string> x_parcels;                           ///< under way
    std::vector<std::string> x_sent;
};

/// Hands over all that outbox::unsent() finds.
void publish_unsent(sql::Connection& connection, const std::string& instance, Relay& relay);

}  // namespace pay::outbox
