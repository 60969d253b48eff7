#include "core/bus/kafka_statistics.hpp"

#include <doctest/doctest.h>

using namespace pay;
using bus::kafka::Statistics;

namespace {

bool has(const metrics::Metrics& metrics, std::string_view line) {
    return metrics.text().find(line) != std::string::npos;
}

}  // namespace

TEST_CASE("a consumer's lag is of the partitions it holds") {
    metrics::Metrics metrics;
    Statistics statistics(metrics, "order");
    statistics.take(R"({"topics": {"a": {"partitions": {
        "-1": {"fetch_state": "none", "consumer_lag": -1},
        "0": {"fetch_state": "active", "consumer_lag": 5},
        "1": {"fetch_state": "active", "consumer_lag": -1},
        "2": {"fetch_state": "active", "consumer_lag": 2},
        "3": {"fetch_state": "stopped", "consumer_lag": 100}}}}})");
    CHECK(has(metrics, R"(payments_kafka_consumer_lag{group="order",topic="a"} 7)"));
    const auto lags = statistics.lags();
    REQUIRE(lags.size() == 3);
    CHECK(lags[0].topic == "a");
    CHECK(lags[0].messages == 5);
    CHECK(lags[1].messages == 0);
    CHECK(lags[2].partition == 2);
    statistics.take(R"({"topics": {"a": {"partitions": {}}}})");
    CHECK(has(metrics, R"(payments_kafka_consumer_lag{group="order",topic="a"} 0)"));
    CHECK(statistics.lags().empty());
}

TEST_CASE("a producer's queue and the way to each broker are shown") {
    metrics::Metrics metrics;
    Statistics statistics(metrics, "");
    statistics.take(R"({"msg_cnt": 12, "brokers": {
        "b:1/bootstrap": {"nodeid": -1, "rtt": {"avg": 9}},
        "b:1/1": {"nodeid": 1, "rtt": {"avg": 2500}}}})");
    CHECK(has(metrics, "payments_kafka_producer_queue 12"));
    CHECK(has(metrics, R"(payments_kafka_broker_rtt_seconds{broker="b:1/1"} 0.0025)"));
    CHECK_FALSE(has(metrics, "bootstrap"));
}

TEST_CASE("statistics that are not as expected are left out") {
    metrics::Metrics metrics;
    Statistics consumer(metrics, "order");
    Statistics producer(metrics, "");
    for (const auto* json :
         {"", "{", "[]", R"({"brokers": 1, "topics": {"a": 1}, "msg_cnt": "x"})",
          R"({"topics": {"a": {"partitions": {"0": 1}}}, "brokers": {"b": 2}})"}) {
        consumer.take(json);
        producer.take(json);
    }
    CHECK(has(metrics, "payments_kafka_producer_queue 0"));
    CHECK(has(metrics, R"(payments_kafka_consumer_lag{group="order",topic="a"} 0)"));
}
