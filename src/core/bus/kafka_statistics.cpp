#include "core/bus/kafka_statistics.hpp"

#include <algorithm>
#include <boost/json/parse.hpp>
#include <boost/system/error_code.hpp>
#include <charconv>
#include <cstdint>
#include <optional>

namespace pay::bus::kafka {
namespace {

namespace json = boost::json;

const json::object& object_at(const json::object& from, std::string_view name) {
    static const json::object nothing;
    const auto* found = from.if_contains(name);
    return found && found->is_object() ? found->get_object() : nothing;
}

std::optional<std::int64_t> number_at(const json::object& from, std::string_view name) {
    const auto* found = from.if_contains(name);
    return found && found->is_int64() ? std::optional(found->get_int64()) : std::nullopt;
}

/// Messages of the topic that wait for this consumer, in each of the partitions it holds.
std::vector<Lag> lags_of(std::string_view name, const json::object& topic) {
    std::vector<Lag> lags;
    for (const auto& [number, value] : object_at(topic, "partitions")) {
        if (!value.is_object()) continue;
        const auto& partition = value.get_object();
        const auto* state = partition.if_contains("fetch_state");
        if (!state || !state->is_string() || state->get_string() != "active") continue;
        Lag lag{std::string(name), 0, 0};
        const std::string_view digits = number;
        std::from_chars(digits.data(), digits.data() + digits.size(), lag.partition);
        lag.messages =
            std::max(number_at(partition, "consumer_lag").value_or(0), std::int64_t{0});
        lags.push_back(std::move(lag));
    }
    std::ranges::sort(lags, {}, &Lag::partition);
    return lags;
}

}  // namespace

Statistics::Statistics(metrics::Metrics& metrics, std::string group)
    : x_metrics(metrics), x_group(std::move(group)) {
    if (!x_group.empty()) return;
    x_queue = &metrics.gauge(
        "payments_kafka_producer_queue", "Messages handed over and not acknowledged yet", {}
    );
}

void Statistics::take(std::string_view text) {
    boost::system::error_code error;
    const auto parsed = json::parse(text, error);
    if (error || !parsed.is_object()) return;
    const auto& root = parsed.get_object();
    if (x_queue) {
        x_queue->set(static_cast<double>(number_at(root, "msg_cnt").value_or(0)));
        for (const auto& [name, broker] : object_at(root, "brokers")) {
            if (!broker.is_object() || number_at(broker.get_object(), "nodeid").value_or(-1) < 0) {
                continue;  // what the URL named, before the cluster told its brokers
            }
            auto& gauge = x_round_trips[name];
            if (!gauge) {
                gauge = &x_metrics.gauge(
                    "payments_kafka_broker_rtt_seconds", "Mean time to a broker and back",
                    {{"broker", name}}
                );
            }
            const auto& round_trip = object_at(broker.get_object(), "rtt");
            gauge->set(static_cast<double>(number_at(round_trip, "avg").value_or(0)) / 1e6);
        }
        return;
    }
    std::vector<Lag> all;
    for (const auto& [name, topic] : object_at(root, "topics")) {
        if (!topic.is_object()) continue;
        auto& gauge = x_lags[name];
        if (!gauge) {
            gauge = &x_metrics.gauge(
                "payments_kafka_consumer_lag", "Messages that wait for this consumer",
                {{"group", x_group}, {"topic", name}}
            );
        }
        std::int64_t sum = 0;
        for (auto& lag : lags_of(name, topic.get_object())) {
            sum += lag.messages;
            all.push_back(std::move(lag));
        }
        gauge->set(static_cast<double>(sum));
    }
    const std::lock_guard lock(x_mutex);
    x_of_partitions = std::move(all);
}

std::vector<Lag> Statistics::lags() const {
    const std::lock_guard lock(x_mutex);
    return x_of_partitions;
}

}  // namespace pay::bus::kafka
