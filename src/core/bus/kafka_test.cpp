#include "core/bus/kafka.hpp"

#include <doctest/doctest.h>
#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>

#include <algorithm>
#include <array>
#include <atomic>

#include "core/bus/kafka_cases.hpp"
#include "core/bus/kafka_client.hpp"

using namespace pay;
using namespace pay::bus;

namespace {

// Kinds of requests, as Kafka numbers them.
constexpr std::int16_t produce = 0;
constexpr std::int16_t heartbeat = 12;

/// Brokers of librdkafka's own, inside this process. They forget all when it ends.
class MockBrokers final : public Brokers {
 public:
    MockBrokers() : x_client(make()), x_cluster(rd_kafka_mock_cluster_new(x_client.get(), 1)) {}
    ~MockBrokers() override { rd_kafka_mock_cluster_destroy(x_cluster); }
    MockBrokers(const MockBrokers&) = delete;
    MockBrokers& operator=(const MockBrokers&) = delete;

    std::string url() const override {
        return std::string("kafka://") + rd_kafka_mock_cluster_bootstraps(x_cluster);
    }
    void prepare(const std::string& topic, int partitions) override {
        rd_kafka_mock_topic_create(x_cluster, topic.c_str(), partitions, 1);
    }
    bool commits_while_rebalancing() const override { return false; }
    void go_down() { rd_kafka_mock_broker_set_down(x_cluster, 1); }
    void come_up() { rd_kafka_mock_broker_set_up(x_cluster, 1); }
    /// As if the topic were deleted, or made again.
    void lose(const std::string& topic) {
        rd_kafka_mock_topic_set_error(
            x_cluster, topic.c_str(), RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART
        );
    }
    void find(const std::string& topic) {
        rd_kafka_mock_topic_set_error(x_cluster, topic.c_str(), RD_KAFKA_RESP_ERR_NO_ERROR);
    }
    void fail_next(std::int16_t kind, rd_kafka_resp_err_t error) {
        rd_kafka_mock_push_request_errors(x_cluster, kind, 1, error);
    }

 private:
    static kafka::Client make() {
        std::array<char, 256> reason{};
        return kafka::Client(
            rd_kafka_new(RD_KAFKA_PRODUCER, rd_kafka_conf_new(), reason.data(), reason.size())
        );
    }

    kafka::Client x_client;
    rd_kafka_mock_cluster_t* x_cluster;
};

bool has(const metrics::Metrics& metrics, std::string_view line) {
    return metrics.text().find(line) != std::string::npos;
}

bool has(Desk& desk, std::string_view id) {
    const auto ids = desk.ids();
    return std::ranges::count(ids, id) > 0;
}

void run(std::string_view name) {
    for (const auto& each : kafka_cases()) {
        if (each.name != name) continue;
        MockBrokers brokers;
        each.run(brokers);
        return;
    }
    FAIL("there is no such case");
}

}  // namespace

TEST_CASE("messages come back whole") {
    run("messages come back whole");
}
TEST_CASE("a message that is too large is no fault") {
    run("a message that is too large is no fault");
}
TEST_CASE("what is not handled comes to the next") {
    run("what is not handled comes to the next");
}
TEST_CASE("stopping remembers what is in hand") {
    run("stopping remembers what is in hand");
}
TEST_CASE("a message is repeated without holding up others") {
    run("a message is repeated without holding up others");
}
TEST_CASE("each group gets every message") {
    run("each group gets every message");
}
TEST_CASE("a whole topic is read at each start") {
    run("a whole topic is read at each start");
}
TEST_CASE("who reads an empty topic whole has caught up") {
    run("who reads an empty topic whole has caught up");
}
TEST_CASE("members share and take over") {
    run("members share and take over");
}
TEST_CASE("reading pauses while handlers are behind") {
    run("reading pauses while handlers are behind");
}

TEST_CASE("a fatal error of the producer gives back what is under way, and a new one goes on") {
    MockBrokers brokers;
    Site site(brokers);
    auto bus = site.open();
    site.publish(*bus, 1);
    brokers.fail_next(produce, RD_KAFKA_RESP_ERR_OUT_OF_ORDER_SEQUENCE_NUMBER);
    CHECK_FALSE(publish_one(*bus, {.id = "lost", .topic = site.topic, .payload = "{}"}));
    site.publish(*bus, 2);
    CHECK(has(site.metrics, "payments_kafka_producers_renewed_total 1"));
    CHECK_FALSE(bus->fault());
}

TEST_CASE("brokers that go down are a fault until they are back, and nothing is lost") {
    MockBrokers brokers;
    Site site(brokers);
    Desk desk;
    auto bus = site.open({.publish_timeout = Duration{1'000}});
    bus->subscribe({site.topic, "point", desk.handler()});
    bus->start();
    site.publish(*bus, 1);
    desk.wait_for(1);
    CHECK_FALSE(bus->fault());

    brokers.go_down();
    CHECK_FALSE(publish_one(*bus, {.id = "1", .topic = site.topic, .payload = "{}"}));
    CHECK(bus->fault() == "Kafka takes no messages: Local: Message timed out");
    wait_until([&] { return bus->fault()->starts_with("no Kafka broker answers: "); });

    brokers.come_up();
    site.publish(*bus, 2);
    wait_until([&] { return !bus->fault(); });
    wait_until([&] { return has(desk, "1") && has(desk, "2"); });
}

TEST_CASE("brokers that are not there yet are waited for") {
    MockBrokers brokers;
    Site site(brokers);
    brokers.go_down();
    Desk desk;
    Desk whole;
    auto bus = site.open();
    bus->subscribe({site.topic, "point", desk.handler()});
    bus->subscribe({site.topic, "order", whole.handler(), Reading::whole});
    bus->start();
    CHECK_FALSE(publish_one(*bus, {.id = "early", .topic = site.topic}));
    wait_until([&] { return bus->fault()->starts_with("the topics cannot be used: "); });
    brokers.come_up();
    site.publish(*bus, 1);
    CHECK(desk.wait_for(1).front().id == "0");
    CHECK(whole.wait_for(1).front().id == "0");
    CHECK_FALSE(bus->fault());
}

TEST_CASE("topics that are gone are a fault until they are back, and all clients begin anew") {
    MockBrokers brokers;
    Site site(brokers);
    Desk desk;
    Desk whole;
    std::atomic<int> caught_up = 0;
    auto bus = site.open();
    bus->subscribe({site.topic, "point", desk.handler()});
    bus->subscribe({site.topic, "order", whole.handler(), Reading::whole, [&] { ++caught_up; }});
    bus->start();
    site.publish(*bus, 3);
    desk.wait_for(3);
    whole.wait_for(3);

    brokers.lose(site.topic);
    wait_until([&] { return bus->fault().has_value(); });
    CHECK(bus->fault()->starts_with("the topics "));
    CHECK_FALSE(publish_one(*bus, {.id = "early", .topic = site.topic}));

    brokers.find(site.topic);
    site.publish(*bus, 1);
    CHECK_FALSE(bus->fault());
    wait_until([&] { return has(desk, "3"); });
    whole.wait_for(7);  // from its beginning
    CHECK(caught_up == 1);
    CHECK(has(site.metrics, "payments_kafka_producers_renewed_total 1"));
    CHECK(has(site.metrics, R"(consumers_renewed_total{group="point"} 1)"));
}

TEST_CASE("a bus can be stopped while its topics are gone") {
    MockBrokers brokers;
    Site site(brokers);
    Desk desk(std::nullopt);
    auto bus = site.open();
    bus->subscribe({site.topic, "point", desk.handler()});
    bus->start();
    site.publish(*bus, 2);
    desk.wait_for(2);
    brokers.lose(site.topic);
    wait_until([&] { return bus->fault().has_value(); });
    bus.reset();
    desk.answer_all(Verdict::done);  // to nobody
    CHECK(desk.count() == 2);
}

TEST_CASE("a bus whose brokers never come can be stopped") {
    MockBrokers brokers;
    Site site(brokers);
    brokers.go_down();
    Desk desk;
    auto bus = site.open();
    bus->subscribe({site.topic, "point", desk.handler()});
    bus->start();
    bus->stop();
    bus.reset();
    CHECK(desk.count() == 0);
}

TEST_CASE("a bus that loses its brokers can be stopped with messages in hand and under way") {
    MockBrokers brokers;
    Site site(brokers);
    Desk desk(std::nullopt);
    auto bus = site.open();
    bus->subscribe({site.topic, "point", desk.handler()});
    bus->start();
    site.publish(*bus, 3);
    desk.wait_for(3);
    brokers.go_down();
    std::vector<bool> answers;
    bus->publish({.id = "x", .topic = site.topic}, [&](bool safe) { answers.push_back(safe); });
    desk.answer("0", Verdict::done);
    bus.reset();
    CHECK(answers == std::vector<bool>{false});
}

TEST_CASE("a member that the group has given up joins again") {
    MockBrokers brokers;
    Site site(brokers, 1);
    Desk desk(std::nullopt);
    auto bus = site.open();
    bus->subscribe({site.topic, "point", desk.handler()});
    bus->start();
    site.publish(*bus, 2);
    desk.wait_for(2);
    brokers.fail_next(heartbeat, RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID);
    desk.wait_for(4);  // both again: neither was handled
    desk.answer_from_now_on(Verdict::done);
    site.publish(*bus, 1);
    CHECK(desk.wait_for(5).back().id == "2");
}

TEST_CASE("a consumer with a fatal error is replaced") {
    MockBrokers brokers;
    Site site(brokers, 1);
    Desk desk;
    auto bus = site.open();
    bus->subscribe({site.topic, "point", desk.handler()});
    bus->start();
    site.publish(*bus, 1);
    desk.wait_for(1);
    brokers.fail_next(heartbeat, RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID);
    wait_until([&] { return has(site.metrics, R"(consumers_renewed_total{group="point"} 1)"); });
    site.publish(*bus, 1);
    wait_until([&] { return desk.ids().back() == "1"; });
}

TEST_CASE("records of others are taken as they are") {
    MockBrokers brokers;
    Site site(brokers, 1);
    Desk desk;
    auto bus = site.open();
    bus->subscribe({site.topic, "point", desk.handler()});
    bus->start();
    site.publish(*bus, 1);
    kafka::Listener nobody;
    const auto other = kafka::make_client(
        RD_KAFKA_PRODUCER, {kafka::parse_url(brokers.url()), "other"}, {}, nobody
    );
    std::string text = "not JSON";
    const auto topic = site.topic;
    rd_kafka_topic_t* handle = rd_kafka_topic_new(other.get(), topic.c_str(), nullptr);
    rd_kafka_produce(handle, 0, RD_KAFKA_MSG_F_COPY, text.data(), text.size(), "k", 1, nullptr);
    rd_kafka_flush(other.get(), 10'000);
    desk.wait_for(1);
    const auto got = desk.wait_for(2).back();
    rd_kafka_topic_destroy(handle);
    CHECK(got.id == topic + "/0/1");
    CHECK(got.type.empty());
    CHECK(got.key == "k");
    CHECK(got.payload == "not JSON");
    CHECK(got.headers.empty());
}
