#include "core/webhook_out/sender.hpp"

#include <algorithm>

#include "core/dead_letter/bytes.hpp"
#include "core/json/names.hpp"
#include "core/log/log.hpp"
#include "core/webhook_out/rules.hpp"
#include "core/webhook_out/signing.hpp"
#include "core/webhook_out/store.hpp"

namespace pay::webhook_out {
namespace {

constexpr std::size_t longest_error = 200;

Attempt attempt_of(const http::Courier::Outcome& outcome) {
    Attempt attempt;
    if (!outcome) {
        attempt.error = dead_letter::readable(outcome.error().substr(0, longest_error));
        return attempt;
    }
    attempt.status = outcome->status;
    attempt.answer = dead_letter::readable(outcome->body);
    const bool redirects = outcome->status >= 300 && outcome->status < 400;
    if (redirects) {
        attempt.error = "it redirects, which is not followed";
    } else if (outcome->status < 200 || outcome->status > 299) {
        attempt.error = "it answered " + std::to_string(outcome->status);
    }
    return attempt;
}

}  // namespace

/// A delivery on its way, and what came of it.
struct Sender::Flight {
    Delivery delivery;
    Endpoint endpoint;
    Time since{};
    std::int64_t chance = 0;
    Attempt attempt{};
    bool over = false;  ///< as it was written down
    std::optional<DisabledBecause> disabled{};
};

Sender::Sender(
    SenderDesk desk, Directory& directory, metrics::Metrics& metrics, const Source& source,
    const Settings& settings
)
    : x_desk(std::move(desk)),
      x_directory(directory),
      x_settings(settings),
      x_service(source.service),
      x_delivered(metrics.counter(
          "payments_webhook_out_attempts_total", "Webhooks sent to others, by how it ended",
          {{"service", x_service}, {"outcome", "delivered"}}
      )),
      x_failed(metrics.counter(
          "payments_webhook_out_attempts_total", "Webhooks sent to others, by how it ended",
          {{"service", x_service}, {"outcome", "failed"}}
      )),
      x_disabled(metrics.counter(
          "payments_webhook_out_disabled_total",
          "Endpoints disabled because they are gone, or failed for a day", {{"service", x_service}}
      )),
      x_courier(
          x_io,
          {.allowed = settings.allowed, .timeout = settings.timeout, .answer_limit = longest_answer}
      ) {}

Sender::~Sender() {
    stop();
}

void Sender::stop() {
    {
        const std::lock_guard lock(x_mutex);
        if (std::exchange(x_stopped, true)) return;
    }
    x_courier.stop();
    x_io.stop();
}

void Sender::tick() {
    std::vector<FlightPtr> unwritten;
    {
        const std::lock_guard lock(x_mutex);
        unwritten = std::exchange(x_unwritten, {});
    }
    for (const auto& flight : unwritten) write_down(flight);
    wake();
}

void Sender::wake() {
    if (!x_directory.any_enabled() || !x_desk.leads()) return;
    {
        const std::lock_guard lock(x_mutex);
        if (x_stopped) return;
        x_look_again = x_looking;
        if (std::exchange(x_looking, true)) return;
    }
    look();
}

/// One look at a time. What is in flight when it begins may be over before the rows are read, and
/// stand there as it was: it is passed over.
void Sender::look() {
    Ids busy;
    std::map<std::string, std::size_t, std::less<>> calls;
    {
        const std::lock_guard lock(x_mutex);
        for (const auto& [id, flight] : x_flights) {
            busy.insert(id);
            ++calls[flight->delivery.endpoint_id];
        }
    }
    x_desk.read(
        [this, busy = std::move(busy), calls = std::move(calls)](sql::Connection& connection) {
            std::vector<Delivery> due;
            const auto endpoints = x_directory.all();
            for (const auto& endpoint : *endpoints) {
                const auto found = calls.find(endpoint.id);
                const auto running = found == calls.end() ? 0 : found->second;
                if (!endpoint.enabled() || running >= x_settings.at_once) continue;
                const auto limit = static_cast<std::int64_t>(x_settings.at_once + running);
                auto more = find_due(connection, endpoint.id, x_desk.clock->now(), limit);
                std::ranges::move(more, std::back_inserter(due));
            }
            send_due(std::move(due), busy);
        },
        [this] {
            const std::lock_guard lock(x_mutex);
            x_looking = false;
        }
    );
}

void Sender::send_due(std::vector<Delivery> due, const Ids& busy) {
    const auto endpoints = x_directory.all();
    std::vector<FlightPtr> flights;
    bool again = false;
    {
        const std::lock_guard lock(x_mutex);
        x_looking = false;
        again = std::exchange(x_look_again, false);
        if (x_stopped) return;
        std::map<std::string, std::size_t, std::less<>> calls;
        for (const auto& [id, flight] : x_flights) ++calls[flight->delivery.endpoint_id];
        for (auto& delivery : due) {
            if (busy.contains(delivery.id) || x_flights.contains(delivery.id)) continue;
            const auto endpoint =
                std::ranges::find(*endpoints, delivery.endpoint_id, &Endpoint::id);
            if (endpoint == endpoints->end() || !endpoint->enabled()) continue;
            if (++calls[endpoint->id] > x_settings.at_once) continue;
            auto flight = std::make_shared<Flight>(std::move(delivery), *endpoint);
            flight->chance = std::uniform_int_distribution<std::int64_t>(0, 1000)(x_random);
            x_flights.emplace(flight->delivery.id, flight);
            flights.push_back(std::move(flight));
        }
    }
    for (const auto& flight : flights) send(flight);
    if (again) wake();
}

void Sender::send(const FlightPtr& flight) {
    flight->since = x_wall_clock.now();
    flight->attempt.at = x_desk.clock->now();
    x_courier.send(
        {flight->endpoint.url,
         headers_of(flight->endpoint, flight->delivery, flight->since, flight->attempt.at),
         flight->delivery.body},
        [this, flight](const http::Courier::Outcome& outcome) { come_back(flight, outcome); }
    );
}

void Sender::come_back(const FlightPtr& flight, http::Courier::Outcome outcome) {
    {
        const std::lock_guard lock(x_mutex);
        if (x_stopped) return;
    }
    const auto at = flight->attempt.at;
    flight->attempt = attempt_of(outcome);
    flight->attempt.at = at;
    flight->attempt.took = std::max(x_wall_clock.now() - flight->since, Duration{0});
    (flight->attempt.delivered() ? x_delivered : x_failed).add();
    write_down(flight);
}

void Sender::write_down(const FlightPtr& flight) {
    dead_letter::Change change;
    change.record = [this, flight](sql::Transaction& transaction, Time now, auto&) {
        record(*flight, transaction, now);
    };
    change.done = [this, flight](const std::optional<Error>& error) {
        if (!error) return end(flight);
        const std::lock_guard lock(x_mutex);
        x_unwritten.push_back(flight);
    };
    x_desk.write(std::move(change));
}

void Sender::record(Flight& flight, sql::Transaction& transaction, Time now) {
    flight.disabled.reset();
    auto delivery = lock_delivery(transaction, flight.delivery.id);
    if (!delivery) return;  // cleared away
    settle(*delivery, flight.attempt, now, flight.chance);
    flight.attempt.number = delivery->attempts;
    flight.over = delivery->status != DeliveryStatus::waiting;
    update(transaction, *delivery);
    insert(transaction, delivery->id, flight.attempt);
    if (flight.attempt.delivered()) return note_success(transaction, delivery->endpoint_id);
    flight.disabled = note_failure(transaction, delivery->endpoint_id, flight.attempt, now);
}

void Sender::end(const FlightPtr& flight) {
    if (!flight->attempt.delivered() && flight->over) {
        log::warn(
            "a webhook is given up", {{"service", x_service},
                                      {"endpoint", flight->endpoint.id},
                                      {"delivery", flight->delivery.id},
                                      {"reason", *flight->attempt.error}}
        );
    }
    if (flight->disabled) {
        x_disabled.add();
        log::warn(
            "a webhook endpoint is disabled", {{"service", x_service},
                                               {"endpoint", flight->endpoint.id},
                                               {"reason", json::name_of(*flight->disabled)}}
        );
        auto endpoints = *x_directory.all();
        const auto found = std::ranges::find(endpoints, flight->endpoint.id, &Endpoint::id);
        if (found != endpoints.end()) found->status = EndpointStatus::disabled;
        x_directory.set(std::move(endpoints));  // on the writer's thread, as all that sets it
    }
    {
        const std::lock_guard lock(x_mutex);
        x_flights.erase(flight->delivery.id);
    }
    wake();
}

}  // namespace pay::webhook_out
