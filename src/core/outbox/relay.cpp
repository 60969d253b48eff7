#include "core/outbox/relay.hpp"

#include <algorithm>
#include <chrono>

#include "core/log/log.hpp"
#include "core/outbox/outbox.hpp"

namespace pay::outbox {
namespace {

constexpr Duration first_pause{50};
constexpr Duration longest_pause{10'000};
constexpr std::int64_t most_read = 1000;  // messages at a time

}  // namespace

struct Relay::Flight {
    bus::Message message;
    std::move_only_function<void()> delivered;  // none: its row can go
    Duration pause = first_pause;
    std::shared_ptr<http::Io::Timer> timer;  // guarded by the relay's mutex
};

Relay::Relay(bus::Bus& bus, http::Io& io, metrics::Metrics& metrics, const std::string& service)
    : x_bus(bus),
      x_io(io),
      x_repeats(metrics.counter(
          "payments_outbox_repeats_total", "Messages published again because they were not taken",
          {{"service", service}}
      )) {}

Relay::~Relay() {
    stop();
}

void Relay::publish(std::vector<bus::Message> messages) {
    std::vector<std::shared_ptr<Flight>> flights;
    flights.reserve(messages.size());
    {
        const std::lock_guard lock(x_mutex);
        if (x_stopped) return;
        for (auto& message : messages) {
            auto flight = std::make_shared<Flight>();
            flight->message = std::move(message);
            if (!x_flights.emplace(flight->message.id, flight).second) continue;
            flights.push_back(std::move(flight));
        }
    }
    for (const auto& flight : flights) hand_over(flight);
}

void Relay::deliver(bus::Message message, std::move_only_function<void()> delivered) {
    auto flight = std::make_shared<Flight>();
    flight->message = std::move(message);
    flight->delivered = std::move(delivered);
    {
        const std::lock_guard lock(x_mutex);
        if (x_stopped) return;
        x_flights.emplace(flight->message.id, flight);
    }
    hand_over(flight);
}

void Relay::hand_over(const std::shared_ptr<Flight>& flight) {
    x_bus.publish(flight->message, [this, flight](bool acknowledged) {
        settle(flight, acknowledged);
    });
}

void Relay::settle(const std::shared_ptr<Flight>& flight, bool acknowledged) {
    if (acknowledged) {
        bool first = false;
        {
            const std::lock_guard lock(x_mutex);
            x_flights.erase(flight->message.id);
            if (!flight->delivered) {
                first = x_sent.empty();
                x_sent.push_back(flight->message.id);
            }
        }
        if (flight->delivered) return flight->delivered();
        if (first && x_notify) x_notify();
        return;
    }
    x_repeats.add();
    const std::lock_guard lock(x_mutex);
    if (x_stopped) return;
    const Duration pause = flight->pause;
    flight->pause = std::min(pause * 2, longest_pause);
    if (pause == longest_pause) {
        log::warn(
            "a message is not taken by its handler; it is tried again",
            {{"type", flight->message.type}, {"key", flight->message.key}}
        );
    }
    flight->timer = x_io.after(pause, [this, weak = std::weak_ptr(flight)] {
        if (const auto alive = weak.lock()) hand_over(alive);
    });
}

std::vector<std::string> Relay::take_sent() {
    const std::lock_guard lock(x_mutex);
    return std::exchange(x_sent, {});
}

void Relay::restore_sent(std::vector<std::string> ids) {
    const std::lock_guard lock(x_mutex);
    x_sent.insert(
        x_sent.end(), std::make_move_iterator(ids.begin()), std::make_move_iterator(ids.end())
    );
}

std::size_t Relay::backlog() const {
    const std::lock_guard lock(x_mutex);
    return x_flights.size();
}

void Relay::stop() {
    const std::lock_guard lock(x_mutex);
    x_stopped = true;
    for (const auto& [id, flight] : x_flights) flight->timer.reset();
}

void publish_unsent(sql::Connection& connection, const std::string& instance, Relay& relay) {
    std::string last;
    while (true) {
        auto messages = unsent(connection, instance, last, most_read);
        if (messages.empty()) return;
        last = messages.back().id;
        relay.publish(std::move(messages));
    }
}

}  // namespace pay::outbox
