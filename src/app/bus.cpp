#include "app/bus.hpp"

#include <array>
#include <string>

#include "core/bus/kafka.hpp"
#include "core/bus/local.hpp"
#include "item/messages.hpp"
#include "order/messages.hpp"
#include "order_item/messages.hpp"
#include "point/messages.hpp"

namespace pay::app {
namespace {

/// Every process makes those that are missing, whichever starts first.
std::vector<bus::Topic> topics() {
    constexpr std::array handled{
        point::commands_topic, order_item::commands_topic, point::replies_topic, item::changed_topic
    };
    std::vector<bus::Topic> all;
    for (const auto topic : handled) {
        all.push_back({std::string(topic), topic == item::changed_topic});
        all.push_back({std::string(topic) + ".dead", false});
    }
    all.push_back({std::string(order::events_topic), false});
    all.push_back({std::string(point::events_topic), false});
    return all;
}

}  // namespace

std::unique_ptr<bus::Bus> open_bus(const ServeOptions& options, metrics::Metrics& metrics) {
    if (options.bus_url == "local:") return std::make_unique<bus::Local>();
    bus::KafkaOptions kafka;
    if (options.services.size() == 1) kafka.service = options.services.front();
    kafka.topics = topics();
    kafka.partitions = options.kafka_partitions;
    kafka.replication = options.kafka_replication;
    return std::make_unique<bus::Kafka>(options.bus_url, metrics, std::move(kafka));
}

}  // namespace pay::app
