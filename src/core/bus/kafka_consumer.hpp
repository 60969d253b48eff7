#pragma once

#include <atomic>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "core/bus/bus.hpp"
#include "core/bus/kafka_client.hpp"
#include "core/bus/kafka_cluster.hpp"
#include "core/bus/kafka_deliveries.hpp"
#include "core/bus/kafka_statistics.hpp"
#include "core/metrics/metrics.hpp"

namespace pay::bus::kafka {

struct ConsumerOptions {
    std::string group;
    Reading reading = Reading::shared;
    Duration session_timeout{6'000};
    std::size_t unhandled_max = 2'000;
};

/// Reads the topics of one group, on a thread of its own. Shared: as a member of the group, whose
/// offsets are committed up to the first message that is not handled. Whole: each partition from
/// its beginning, nothing committed. A client that a fatal error ended is replaced, and so is one
/// that knew topics, or brokers, which were gone.
class Consumer final : private Listener {
 public:
    Consumer(
        const Settings& settings, ConsumerOptions options, std::vector<Subscription> subscriptions,
        metrics::Metrics& metrics
    );
    /// Commits what is handled; within seconds.
    ~Consumer() override;
    Consumer(const Consumer&) = delete;
    Consumer& operator=(const Consumer&) = delete;

    /// Reads once the cluster is ready, which outlives this.
    void start(const Cluster& cluster);
    /// No handler gets a message once it returns. What they have is still settled, until all is or
    /// until this is destroyed.
    void stop();
    const std::string& group() const { return x_options.group; }
    /// Of the partitions it holds; any thread.
    std::vector<Lag> lags() const { return x_statistics.lags(); }
    /// Begins what the destructor waits for.
    void end() { x_thread.request_stop(); }

 private:
    struct Place {
        std::string topic;
        std::int32_t partition;
        auto operator<=>(const Place&) const = default;
    };
    struct Held {
        Tenure tenure;
        std::int64_t committed;  // or being committed
        std::int64_t goal;       // of Reading::whole: caught up when it is handled up to here
    };

    void on_statistics(std::string_view json) override;
    void on_rebalance(rd_kafka_resp_err_t error, rd_kafka_topic_partition_list_t* partitions)
        override;
    void on_commit(rd_kafka_resp_err_t error, const rd_kafka_topic_partition_list_t& partitions)
        override;

    void run(const std::stop_token& closing, const Cluster& cluster);
    bool over(const std::stop_token& closing) const;
    void open(const std::stop_token& closing);
    void join_group();
    void assign_whole(const std::stop_token& closing);
    void turn();
    void take(const rd_kafka_message_t& record);
    void make_room();
    void settle();
    Partitions positions_to_commit();
    void commit();
    void store_positions();
    void report_caught_up();
    void close();
    void leave_group();

    void hold(const rd_kafka_topic_partition_t& partition, std::int64_t begin, std::int64_t goal);
    void release_all();
    void pause();
    void resume();
    Partitions held_partitions() const;
    const Subscription& subscription_of(std::string_view topic) const;

    Settings x_settings;
    ConsumerOptions x_options;
    std::vector<Subscription> x_subscriptions;
    metrics::Counter& x_rebalances;
    metrics::Counter& x_renewed;
    Statistics x_statistics;

    // Of the thread alone.
    Deliveries x_deliveries;
    Client x_client;
    std::map<Place, Held> x_held;
    Instant x_committed_at{};
    bool x_paused = false;
    bool x_caught_up = false;

    std::mutex x_handing;  // while a handler is called; what stop() waits for
    std::atomic<bool> x_stopping{false};
    std::jthread x_thread;
};

}  // namespace pay::bus::kafka
