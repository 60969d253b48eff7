#include "core/outbox/relay.hpp"

#include <algorithm>
#include <chrono>

#include "core/log/log.hpp"
#include "core/outbox/outbox.hpp"

namespace pay::outbox {
namespace {

constexpr Duration first_pause{50};
constexpr Duration longest_pause{10'000};
constexpr std::int64_t most_read = 16;  // parcels at a time

}  // namespace

/// A parcel under way, and how many of its messages are.
struct Relay::Open {
    std::string id;
    std::size_t messages;  // guarded by the relay's mutex
};

struct Relay::Flight {
    bus::Message message;
    std::shared_ptr<Open> parcel;               // none: it is not stored, and
    std::move_only_function<void()> delivered;  // told of instead
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

void Relay::publish(std::vector<Parcel> parcels) {
    std::vector<std::shared_ptr<Flight>> flights;
    {
        const std::lock_guard lock(x_mutex);
        if (x_stopped) return;
        for (auto& parcel : parcels) {
            if (parcel.messages.empty() || !x_parcels.insert(parcel.id).second) continue;
            auto open = std::make_shared<Open>(std::move(parcel.id), parcel.messages.size());
            for (auto& message : parcel.messages) {
                auto flight = std::make_shared<Flight>();
                flight->message = std::move(message);
                flight->parcel = open;
                x_flights.emplace(flight->message.id, flight);
                flights.push_back(std::move(flight));
            }
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
            if (flight->parcel && --flight->parcel->messages == 0) {
                x_parcels.erase(flight->parcel->id);
                first = x_sent.empty();
                x_sent.push_back(flight->parcel->id);
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
        auto parcels = unsent(connection, instance, last, most_read);
        if (parcels.empty()) return;
        last = parcels.back().id;
        relay.publish(std::move(parcels));
    }
}

}  // namespace pay::outbox
