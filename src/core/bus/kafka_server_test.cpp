// The cases of Kafka on brokers that are really there: PAYMENTS_TEST_KAFKA says where.

#include <doctest/doctest.h>

#include <cstdlib>

#include "core/bus/kafka_cases.hpp"

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
};

}  // namespace

TEST_CASE("the bus over brokers that are really there") {
    RealBrokers brokers;
    for (const auto& each : kafka_cases()) {
        SUBCASE(std::string(each.name).c_str()) {
            each.run(brokers);
        }
    }
}
