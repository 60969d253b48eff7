#include "core/runtime/webhooks.hpp"

#include <algorithm>

#include "core/log/log.hpp"
#include "core/webhook_out/rules.hpp"
#include "core/webhook_out/store.hpp"

namespace pay {

using webhook_out::Delivery;

Webhooks::Webhooks(
    http::Io& io, metrics::Metrics& metrics, webhook_out::SenderDesk desk,
    webhook_out::Source source, webhook_out::Settings settings
)
    : x_io(io),
      x_source(std::move(source)),
      x_tick(settings.tick),
      x_guard(settings.allowed),
      x_clock(desk.clock),
      x_sender(desk, x_directory, metrics, x_source, settings),
      x_sweeper(desk, x_directory, metrics, x_source) {}

Webhooks::~Webhooks() {
    stop();
}

void Webhooks::open(sql::Connection& connection) {
    x_directory.set(webhook_out::list_endpoints(connection));
}

void Webhooks::start() {
    x_ticks = std::make_unique<Repeating>(x_io, x_tick, [this] { x_sender.tick(); });
    x_sweeps = std::make_unique<Repeating>(x_io, webhook_out::Sweeper::pause, [this] {
        x_sweeper.sweep();
    });
}

dead_letter::Change Webhooks::refresh() {
    const auto found = std::make_shared<webhook_out::Directory::Endpoints>();
    dead_letter::Change change;
    change.record = [found](sql::Transaction& transaction, Time, auto&) {
        *found = webhook_out::list_endpoints(transaction.connection());
    };
    change.done = [this, found](const std::optional<Error>& error) {
        if (!error) x_directory.set(std::move(*found));
    };
    return change;
}

void Webhooks::stop() {
    x_ticks.reset();
    x_sweeps.reset();
    x_sender.stop();
}

bool Webhooks::wants(const bus::Message& message) const {
    return x_directory.any_enabled() && message.topic == x_source.topic &&
           x_directory.any_wants(message.type);
}

void Webhooks::record(
    sql::Transaction& transaction, std::span<const bus::Message> events, Time now
) {
    std::vector<Delivery> deliveries;
    const auto endpoints = x_directory.all();
    for (const auto& event : events) {
        const auto body = body_of(x_source, event.id, event.type, event.time, event.payload);
        if (body.size() > webhook_out::longest_body) {
            log::error("an event is too long for a webhook", {{"id", event.id}});
            continue;
        }
        for (const auto& endpoint : *endpoints) {
            if (!endpoint.wants(event.type)) continue;
            deliveries.push_back(make_delivery(endpoint, event.id, event.type, body, now));
        }
    }
    webhook_out::insert(transaction, deliveries);
}

void Webhooks::changed(webhook_out::Directory::Endpoints endpoints) {
    x_directory.set(std::move(endpoints));
    x_sender.wake();
}

}  // namespace pay
