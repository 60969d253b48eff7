#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/bus/kafka.hpp"

/// What the bus must keep over Kafka, whichever brokers these are: run on librdkafka's mock
/// cluster, and on brokers that are really there.
namespace pay::bus {

/// Where a case runs.
class Brokers {
 public:
    virtual ~Brokers() = default;
    virtual std::string url() const = 0;
    /// Before a bus that needs it: the mock cluster cannot be asked for topics.
    virtual void prepare(const std::string& topic, int partitions) = 0;
    /// Kafka takes the commits of members that are about to join again, the mock does not.
    virtual bool commits_while_rebalancing() const = 0;
};

struct KafkaCase {
    std::string_view name;
    void (*run)(Brokers& brokers);
};

const std::vector<KafkaCase>& kafka_cases();

/// A topic of its own, and buses that know it.
class Site {
 public:
    explicit Site(Brokers& brokers, int partitions = 4);
    std::unique_ptr<Kafka> open(KafkaOptions options = {});
    /// Publishes and waits until each is safe, again if it must.
    void publish(Kafka& bus, int count);
    std::size_t published() const { return x_published; }

    std::string topic;
    metrics::Metrics metrics;

 private:
    Brokers& x_brokers;
    int x_partitions;
    std::size_t x_published = 0;
};

/// A handler that remembers, and answers at once or when it is told to.
class Desk {
 public:
    /// `verdict`: nothing to keep what comes in hand.
    explicit Desk(std::optional<Verdict> verdict = Verdict::done) : x_verdict(verdict) {}
    Handler handler();
    /// The messages that came, once there are so many; fails the test if they do not come.
    std::vector<Message> wait_for(std::size_t count);
    std::vector<std::string> ids();
    std::size_t count();
    /// Answers the message with this id, if it is in hand, or all of them.
    void answer(const std::string& id, Verdict verdict);
    void answer_all(Verdict verdict);
    void answer_from_now_on(Verdict verdict);

 private:
    std::mutex x_mutex;
    std::condition_variable x_came;
    std::optional<Verdict> x_verdict;
    std::vector<Message> x_messages;
    std::vector<std::pair<std::string, Handled>> x_hands;
};

/// Whether the message became safe, once that is known.
bool publish_one(Kafka& bus, const Message& message);

/// Waits for something that is only seen by looking; fails the test if it does not come.
void wait_until(const std::function<bool()>& condition);

}  // namespace pay::bus
