#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/bus/bus.hpp"
#include "core/metrics/metrics.hpp"

namespace pay::bus {

/// A topic that must be there before anything is published or read.
struct Topic {
    std::string name;
    bool compacted = false;  ///< keeps the last message of each key for ever
};

struct KafkaOptions {
    std::string service{};             ///< for ce_source, `payments/SERVICE`, and the client's name
    std::vector<Topic> topics{};       ///< are made if they are missing
    int partitions = 3;                ///< of a topic that is made
    int replication = 1;               ///< likewise; of 3, a message is safe when 2 have it
    Duration session_timeout{6'000};   ///< until the group takes a silent member's partitions
    Duration publish_timeout{30'000};  ///< until a message that is not taken comes back
    std::size_t unhandled_max = 2'000;  ///< messages a group's reader hands out at a time
};

/// The bus over Apache Kafka, by librdkafka: see docs/decisions/0017-kafka-by-librdkafka.md.
/// Publishes idempotently, acknowledged by all replicas in sync. Each group of this process is one
/// member of Kafka's group of that name; an offset is committed once everything before it in its
/// partition is handled. Brokers that cannot be reached, now or later, are waited for in the
/// background. At most one subscription of a group to a topic.
class Kafka final : public Bus {
 public:
    /// `kafka://host:port[,host:port][?property=value&…]`: the properties are librdkafka's
    /// (security.protocol, sasl.*, ssl.* …). Makes the topics from here on. Throws
    /// std::runtime_error, one line without any value, if the URL or a property is wrong.
    Kafka(std::string_view url, metrics::Metrics& metrics, KafkaOptions options);
    /// Waits some seconds at most for what is under way. No handler is called any more.
    ~Kafka() override;

    void subscribe(Subscription subscription) override;
    /// Always: anyone may read along.
    bool wanted(std::string_view topic) const override;
    /// Says false, at once, as long as the topics are not there. An empty payload is a record
    /// without a value.
    void publish(const Message& message, std::move_only_function<void(bool)> acknowledged) override;
    void start() override;
    void stop() override;
    std::optional<std::string> fault() const override;
    std::vector<Lag> lags(std::string_view group) const override;

 private:
    struct State;
    std::unique_ptr<State> x_state;
};

}  // namespace pay::bus
