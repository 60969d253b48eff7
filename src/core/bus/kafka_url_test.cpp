#include "core/bus/kafka_url.hpp"

#include <doctest/doctest.h>

#include <array>
#include <stdexcept>

#include "core/bus/kafka.hpp"

using namespace pay;
using bus::kafka::parse_url;

namespace {

std::string refusal_of(const std::string& url) {
    try {
        metrics::Metrics metrics;
        const bus::Kafka made(url, metrics, {});
        return {};
    } catch (const std::runtime_error& error) {
        return error.what();
    }
}

}  // namespace

TEST_CASE("a URL names brokers and librdkafka's properties") {
    const auto one = parse_url("kafka://127.0.0.1:9092");
    CHECK(one.brokers == "127.0.0.1:9092");
    CHECK(one.properties.empty());
    CHECK(parse_url("kafka://a:1,b.example:2,[::1]:3/").brokers == "a:1,b.example:2,[::1]:3");

    const auto secure = parse_url(
        "kafka://b:9093/?security.protocol=SASL_SSL&sasl.username=pay&sasl.password=a%26b%3D%25+c"
    );
    CHECK(secure.brokers == "b:9093");
    const std::vector<std::pair<std::string, std::string>> properties{
        {"security.protocol", "SASL_SSL"}, {"sasl.username", "pay"}, {"sasl.password", "a&b=%+c"}
    };
    CHECK(secure.properties == properties);
}

TEST_CASE("a URL that is none is refused without repeating it") {
    const std::array<std::string, 16> wrong{
        "",
        "kafka:",
        "http://b:1",
        "kafka://",
        "kafka://b",
        "kafka://b:",
        "kafka://b:0",
        "kafka://b:65536",
        "kafka://b:9x",
        "kafka://b:1,",
        "kafka://me:secret@b:1",
        "kafka://b:1/t",
        "kafka://b:1?secret",
        "kafka://b:1?a=secret%",
        "kafka://b:1?a=secret%4",
        "kafka://b:1?a=%zz"
    };
    for (const auto& url : wrong) {
        CAPTURE(url);
        const auto refusal = refusal_of(url);
        CHECK(refusal.starts_with("the Kafka URL "));
        CHECK(refusal.find("secret") == std::string::npos);
        CHECK(refusal.find('\n') == std::string::npos);
    }
}

TEST_CASE("properties that the promises rest on are refused by name") {
    for (const auto* property :
         {"acks", "request.required.acks", "enable.idempotence", "enable.auto.offset.store",
          "enable.auto.commit", "isolation.level", "partition.assignment.strategy", "group.id",
          "transactional.id", "auto.offset.reset", "bootstrap.servers", "plugin.library.paths"}) {
        const auto refusal = refusal_of(std::string("kafka://b:1?") + property + "=secret");
        CHECK(
            refusal ==
            "the Kafka URL must not set " + std::string(property) + ": the bus sets it itself"
        );
    }
}

TEST_CASE("properties that librdkafka does not take are refused without their values") {
    CHECK(refusal_of("kafka://b:1?no.such=secret") == "librdkafka knows no property no.such");
    CHECK(
        refusal_of("kafka://b:1?security.protocol=secret") ==
        "librdkafka does not take this value of security.protocol"
    );
    const auto refusal = refusal_of("kafka://b:1?security.protocol=ssl&ssl.ca.location=/no/where");
    CHECK(refusal.starts_with("no Kafka client can be made: "));
}
