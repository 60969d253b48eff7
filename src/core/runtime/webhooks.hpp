#pragma once

#include <memory>
#include <string>

#include "core/dead_letter/letterbox.hpp"
#include "core/http/address_guard.hpp"
#include "core/runtime/repeating.hpp"
#include "core/webhook_out/sender.hpp"
#include "core/webhook_out/sweeper.hpp"
#include "core/writer/event_sink.hpp"

namespace pay {

/// A service's webhooks to others: writes a delivery beside each event that an endpoint wants, and
/// sends what is due. While no endpoint is enabled an event costs a look at a flag.
class Webhooks final : public EventSink {
 public:
    Webhooks(
        http::Io& io, metrics::Metrics& metrics, webhook_out::SenderDesk desk,
        webhook_out::Source source, webhook_out::Settings settings
    );
    ~Webhooks() override;

    /// Learns the endpoints; before the writer starts.
    void open(sql::Connection& connection);
    void start();
    /// Learns the endpoints again, for what other instances changed; every now and then.
    dead_letter::Change refresh();
    /// Sends nothing from here on.
    void stop();

    bool wants(const bus::Message& message) const override;
    void record(sql::Transaction& transaction, std::span<const bus::Message> events, Time now)
        override;
    void committed() override { x_sender.wake(); }

    const webhook_out::Source& source() const { return x_source; }
    const http::AddressGuard& guard() const { return x_guard; }
    Time now() const { return x_clock->now(); }
    /// The endpoints as a transaction left them that is committed now. On the writer's thread.
    void changed(webhook_out::Directory::Endpoints endpoints);

 private:
    http::Io& x_io;
    const webhook_out::Source x_source;
    const Duration x_tick;
    const http::AddressGuard x_guard;
    const std::shared_ptr<const Clock> x_clock;
    webhook_out::Directory x_directory;
    webhook_out::Sender x_sender;
    webhook_out::Sweeper x_sweeper;
    std::unique_ptr<Repeating> x_ticks;
    std::unique_ptr<Repeating> x_sweeps;
};

}  // namespace pay
