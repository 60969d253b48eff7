#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>

#include "core/bus/kafka_client.hpp"
#include "core/bus/kafka_topics.hpp"

namespace pay::bus::kafka {

/// Makes the topics, for as long as it takes, then asks the brokers now and then whether they are
/// there: the connections of an idle producer or consumer come and go without a meaning. Topics
/// that are gone, as with brokers that lost their disks, are made again. A thread and a client of
/// its own.
class Cluster final : private Listener {
 public:
    /// Begins at once, in the background. Throws std::runtime_error if the settings are wrong.
    Cluster(const Settings& settings, TopicOptions options);
    ~Cluster() override;
    Cluster(const Cluster&) = delete;
    Cluster& operator=(const Cluster&) = delete;

    const std::vector<Topic>& topics() const { return x_options.topics; }
    /// Whether all topics are there. Any thread.
    bool ready() const;
    /// How often they were gone since the start, or may have been since all brokers were away: what
    /// clients knew of them before, such as offsets, means nothing any more. Any thread.
    std::uint64_t losses() const { return x_losses; }
    /// Begins what the destructor waits for.
    void end() { x_thread.request_stop(); }
    /// Waits until they are; false if it is stopped before.
    bool wait_until_ready(const std::stop_token& stopped) const;
    /// Why brokers or topics cannot be used now. Any thread.
    std::optional<std::string> fault() const;

 private:
    void on_error(rd_kafka_resp_err_t error) override;
    void run(const std::stop_token& stopped);
    std::optional<std::string> ask();
    std::optional<std::string> make();
    void lose();
    void note(std::optional<std::string> reason);

    TopicOptions x_options;
    Client x_client;
    std::optional<std::string> x_hint;  // the client's last complaint; of the thread
    bool x_away = false;                // all brokers were, since they answered; of the thread
    int x_failures = 0;                 // in a row; of the thread
    mutable std::mutex x_mutex;
    mutable std::condition_variable_any x_changed;
    bool x_ready = false;
    std::atomic<std::uint64_t> x_losses = 0;
    std::optional<std::string> x_fault{"Kafka has not answered yet"};
    std::jthread x_thread;
};

}  // namespace pay::bus::kafka
