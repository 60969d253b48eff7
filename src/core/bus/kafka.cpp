#include "core/bus/kafka.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <utility>

#include "core/bus/kafka_cluster.hpp"
#include "core/bus/kafka_consumer.hpp"
#include "core/bus/kafka_producer.hpp"
#include "core/result/error.hpp"

namespace pay::bus {
namespace {

/// `payments/order` or, for the client's name, `payments-order`.
std::string name_of(const std::string& service, char separator) {
    return service.empty() ? "payments" : std::string("payments") + separator + service;
}

}  // namespace

struct Kafka::State {
    State(std::string_view url, metrics::Metrics& given, KafkaOptions wanted)
        : metrics(given),
          options(std::move(wanted)),
          settings{kafka::parse_url(url), name_of(options.service, '-')},
          cluster(settings, {options.topics, options.partitions, options.replication}),
          producer(
              settings, cluster, name_of(options.service, '/'), options.publish_timeout, metrics
          ) {}

    void add_consumer(std::vector<Subscription> of_one) {
        kafka::ConsumerOptions consuming{
            of_one.front().group, of_one.front().reading, options.session_timeout,
            options.unhandled_max
        };
        consumers.push_back(std::make_unique<kafka::Consumer>(
            settings, std::move(consuming), std::move(of_one), metrics
        ));
    }

    metrics::Metrics& metrics;
    KafkaOptions options;
    kafka::Settings settings;
    kafka::Cluster cluster;
    kafka::Producer producer;
    std::vector<Subscription> subscriptions;
    std::vector<std::unique_ptr<kafka::Consumer>> consumers;
};

Kafka::Kafka(std::string_view url, metrics::Metrics& metrics, KafkaOptions options)
    : x_state(std::make_unique<State>(url, metrics, std::move(options))) {}

Kafka::~Kafka() {
    stop();
    // All at a time.
    x_state->cluster.end();
    x_state->producer.end();
    for (const auto& consumer : x_state->consumers) consumer->end();
}

void Kafka::subscribe(Subscription subscription) {
    x_state->subscriptions.push_back(std::move(subscription));
}

bool Kafka::wanted(std::string_view) const {
    return true;
}

void Kafka::publish(const Message& message, std::move_only_function<void(bool)> acknowledged) {
    x_state->producer.publish(message, std::move(acknowledged));
}

void Kafka::start() {
    auto& state = *x_state;
    std::map<std::string, std::vector<Subscription>> groups;
    for (auto& subscription : std::exchange(state.subscriptions, {})) {
        if (subscription.reading == Reading::whole) {
            state.add_consumer({std::move(subscription)});
            continue;
        }
        auto& group = groups[subscription.group];
        PAY_ASSERT(
            std::ranges::find(group, subscription.topic, &Subscription::topic) == group.end()
        );
        group.push_back(std::move(subscription));
    }
    for (auto& [name, of_one] : groups) state.add_consumer(std::move(of_one));
    for (const auto& consumer : state.consumers) consumer->start(state.cluster);
}

void Kafka::stop() {
    for (const auto& consumer : x_state->consumers) consumer->stop();
}

std::vector<Lag> Kafka::lags(std::string_view group) const {
    std::vector<Lag> all;
    for (const auto& consumer : x_state->consumers) {
        if (consumer->group() == group)
            std::ranges::move(consumer->lags(), std::back_inserter(all));
    }
    return all;
}

std::optional<std::string> Kafka::fault() const {
    auto fault = x_state->cluster.fault();
    return fault ? fault : x_state->producer.fault();
}

}  // namespace pay::bus
