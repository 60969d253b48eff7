#include "core/webhook_out/sweeper.hpp"

#include <iterator>

#include "core/webhook_out/store.hpp"

namespace pay::webhook_out {
namespace {

/// Rows may be written for an endpoint for some seconds after another instance deleted it.
constexpr Duration linger = std::chrono::minutes{10};

}  // namespace

struct Sweeper::Found {
    std::int64_t waiting = 0;
    std::vector<std::string> old{};        ///< deliveries
    std::vector<std::string> forgotten{};  ///< endpoints
};

Sweeper::Sweeper(
    SenderDesk desk, Directory& directory, metrics::Metrics& metrics, const Source& source
)
    : x_desk(std::move(desk)),
      x_directory(directory),
      x_waiting(metrics.gauge(
          "payments_webhook_out_waiting", "Webhooks that wait to be sent, or sent again",
          {{"service", source.service}}
      )) {}

Sweeper::Found Sweeper::look(
    sql::Connection& connection, const Directory::Endpoints& endpoints, Time now
) {
    Found found;
    for (const auto& endpoint : endpoints) {
        if (!endpoint.deleted()) found.waiting += count_waiting(connection, endpoint.id);
        const auto left = batch - static_cast<std::int64_t>(found.old.size());
        if (left <= 0) continue;
        auto old = find_old(connection, endpoint, now, left);
        if (endpoint.deleted() && old.empty() && now - endpoint.updated_at > linger) {
            found.forgotten.push_back(endpoint.id);
        }
        std::ranges::move(old, std::back_inserter(found.old));
    }
    return found;
}

void Sweeper::sweep() {
    const auto endpoints = x_directory.all();
    if (endpoints->empty() || !x_desk.leads()) return x_waiting.set(0);
    if (x_sweeping.exchange(true)) return;
    x_desk.read(
        [this, endpoints](sql::Connection& connection) {
            auto found = look(connection, *endpoints, x_desk.clock->now());
            x_waiting.set(static_cast<double>(found.waiting));
            clear(std::move(found));
        },
        [this] { x_sweeping = false; }
    );
}

void Sweeper::clear(Found found) {
    if (found.old.empty() && found.forgotten.empty()) {
        x_sweeping = false;
        return;
    }
    const bool more = std::ssize(found.old) >= batch;
    dead_letter::Change change;
    change.record = [found = std::move(found)](sql::Transaction& transaction, Time, auto&) {
        webhook_out::clear(transaction, found.old);
        for (const auto& id : found.forgotten) forget(transaction, id);
    };
    change.done = [this, more](const std::optional<Error>& error) {
        x_sweeping = false;
        // At once: a batch in each pause would be fewer than a busy service writes.
        if (more && !error) sweep();
    };
    x_desk.write(std::move(change));
}

}  // namespace pay::webhook_out
