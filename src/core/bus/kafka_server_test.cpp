// The cases of Kafka on brokers that are really there: PAYMENTS_TEST_KAFKA says where.

#include <doctest/doctest.h>

#include <cstdlib>

#include "core/bus/kafka_cases.hpp"
#include "core/bus/kafka_client.hpp"

using namespace pay::bus;

namespace {

/// Their topics are made by the bus itself.
class RealBrokers final : public Brokers {
 public:
    std::string url() const override {
        const char* brokers = std::getenv("PAYMENTS_TEST_KAFKA");
        REQUIRE(brokers);
        return std::string("kafka://") + brokers;
    }
    void prepare(const std::string&, int) override {}
    bool commits_while_rebalancing() const override { return true; }
    void remove(const std::string& topic) const;
};

void RealBrokers::remove(const std::string& topic) const {
    kafka::Listener nobody;
    const auto client =
        kafka::make_client(RD_KAFKA_PRODUCER, {kafka::parse_url(url()), "remover"}, {}, nobody);
    rd_kafka_DeleteTopic_t* unwanted = rd_kafka_DeleteTopic_new(topic.c_str());
    const kafka::Queue queue(rd_kafka_queue_new(client.get()));
    rd_kafka_DeleteTopics(client.get(), &unwanted, 1, nullptr, queue.get());
    const kafka::Event event(rd_kafka_queue_poll(queue.get(), 30'000));
    rd_kafka_DeleteTopic_destroy(unwanted);
    REQUIRE(event);
    REQUIRE(rd_kafka_event_error(event.get()) == RD_KAFKA_RESP_ERR_NO_ERROR);
}

}  // namespace

TEST_CASE("the bus over brokers that are really there") {
    RealBrokers brokers;
    for (const auto& each : kafka_cases()) {
        SUBCASE(std::string(each.name).c_str()) {
            each.run(brokers);
        }
    }
}

TEST_CASE("topics that are gone are made again, and nothing in them is skipped") {
    RealBrokers brokers;
    Site site(brokers);
    Desk desk;
    Desk whole;
    Desk next;
    auto bus = site.open();
    bus->subscribe({site.topic, "point", desk.handler()});
    bus->subscribe({site.topic, "order", whole.handler(), Reading::whole});
    bus->start();
    site.publish(*bus, 40);
    desk.wait_for(40);
    whole.wait_for(40);
    brokers.remove(site.topic);
    wait_until([&] { return bus->fault().has_value(); });
    // At offsets below those that were read before.
    site.publish(*bus, 8);
    wait_until([&] { return desk.count() == 48 && whole.count() == 48; });
    CHECK_FALSE(bus->fault());
    bus.reset();

    bus = site.open();
    bus->subscribe({site.topic, "point", next.handler()});
    bus->start();
    site.publish(*bus, 1);
    CHECK(next.wait_for(1).front().id == "48");
}
