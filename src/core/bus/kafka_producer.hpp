#pragma once

#include <atomic>
#include <functional>
#include <optional>
#include <shared_mutex>
#include <string>
#include <thread>

#include "core/bus/bus.hpp"
#include "core/bus/kafka_client.hpp"
#include "core/bus/kafka_cluster.hpp"
#include "core/bus/kafka_statistics.hpp"
#include "core/metrics/metrics.hpp"

namespace pay::bus::kafka {

/// Publishes: idempotent, acknowledged by all replicas in sync, in batches. A message that is not
/// taken in time comes back, to be published again. After a fatal error, or when topics
/// or all brokers were gone, all that is under way comes back, and a new client goes on. A thread
/// of its own for the reports.
class Producer final : private Listener {
 public:
    using Acknowledged = std::move_only_function<void(bool)>;

    /// `cluster`: outlives this. `source`: what ce_source says. `timeout`: until a message comes
    /// back that is not taken. Throws std::runtime_error if the settings are wrong.
    Producer(
        const Settings& settings, const Cluster& cluster, std::string source, Duration timeout,
        metrics::Metrics& metrics
    );
    /// Waits up to five seconds for what is under way; the rest is not acknowledged.
    ~Producer() override;
    Producer(const Producer&) = delete;
    Producer& operator=(const Producer&) = delete;

    /// Begins what the destructor waits for. After the last publish().
    void end() { x_thread.request_stop(); }
    /// See Bus::publish. Any thread. Says false at once if its queue is full or the cluster is not
    /// ready: who asks for a topic that is not there may have the broker make it as it likes.
    void publish(const Message& message, Acknowledged acknowledged);
    /// Why the last message was refused, if the next one will be too. Any thread.
    std::optional<std::string> fault() const;

 private:
    void on_statistics(std::string_view json) override;
    void on_delivery(const rd_kafka_message_t& report) override;
    Client make();
    void learn_topics(rd_kafka_t* client) const;
    void run(const std::stop_token& stopped);
    bool stale() const { return x_losses != x_cluster.losses(); }
    void renew();
    static void give_back(rd_kafka_t* client);
    bool hand_over(const Message& message, Acknowledged* acknowledged);
    void count(rd_kafka_resp_err_t error);

    Settings x_settings;
    const Cluster& x_cluster;
    std::string x_source;
    Duration x_timeout;
    metrics::Counter& x_delivered;
    metrics::Counter& x_failed;
    metrics::Counter& x_renewed;
    Statistics x_statistics;
    std::shared_mutex x_renewing;  // shared: x_client is in use; exclusive: it is replaced
    Client x_client;
    std::atomic<std::uint64_t> x_losses = 0;  // of the cluster's topics before x_client
    std::atomic<rd_kafka_resp_err_t> x_refusal{RD_KAFKA_RESP_ERR_NO_ERROR};
    std::jthread x_thread;
};

}  // namespace pay::bus::kafka
