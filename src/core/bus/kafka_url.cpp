#include "core/bus/kafka_url.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <stdexcept>

namespace pay::bus::kafka {
namespace {

constexpr std::string_view scheme = "kafka://";

// What the bus promises rests on these; a URL must not turn them.
constexpr std::array<std::string_view, 29> own_properties{
    "acks",
    "allow.auto.create.topics",
    "auto.commit.enable",
    "auto.offset.reset",
    "bootstrap.servers",
    "client.id",
    "delivery.report.only.error",
    "delivery.timeout.ms",
    "enable.auto.commit",
    "enable.auto.offset.store",
    "enable.gapless.guarantee",
    "enable.idempotence",
    "enable.partition.eof",
    "group.id",
    "group.instance.id",
    "isolation.level",
    "max.in.flight",
    "max.in.flight.requests.per.connection",
    "message.send.max.retries",
    "message.timeout.ms",
    "metadata.broker.list",
    "partition.assignment.strategy",
    "partitioner",
    "plugin.library.paths",
    "request.required.acks",
    "retries",
    "session.timeout.ms",
    "test.mock.num.brokers",
    "transactional.id",
};

[[noreturn]] void refuse(const std::string& reason) {
    throw std::runtime_error("the Kafka URL " + reason);
}

int digit_of(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

std::string decoded(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            out += text[i];
            continue;
        }
        const int high = i + 2 < text.size() ? digit_of(text[i + 1]) : -1;
        const int low = i + 2 < text.size() ? digit_of(text[i + 2]) : -1;
        if (high < 0 || low < 0) refuse("has a % that two hexadecimal digits do not follow");
        out += static_cast<char>(high * 16 + low);
        i += 2;
    }
    return out;
}

template <class Take>
void split(std::string_view text, char separator, const Take& take) {
    while (true) {
        const auto end = text.find(separator);
        take(text.substr(0, end));
        if (end == std::string_view::npos) return;
        text.remove_prefix(end + 1);
    }
}

void check_broker(std::string_view broker) {
    const auto colon = broker.rfind(':');
    const auto host = broker.substr(0, colon);
    const auto port = colon == std::string_view::npos ? "" : broker.substr(colon + 1);
    std::uint16_t number = 0;
    const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), number);
    const bool port_good = error == std::errc{} && end == port.data() + port.size() && number != 0;
    const bool host_good = !host.empty() && std::ranges::all_of(host, [](char c) {
        return c > ' ' && c < 0x7f && c != '@' && c != '/' && c != '%' && c != '#';
    });
    if (!host_good || !port_good) {
        refuse("is kafka://HOST:PORT[,HOST:PORT][?PROPERTY=VALUE]; users go to sasl.username");
    }
}

}  // namespace

Url parse_url(std::string_view text) {
    if (!text.starts_with(scheme)) refuse("does not begin with kafka://");
    text.remove_prefix(scheme.size());
    const auto question = text.find('?');
    auto brokers = text.substr(0, question);
    if (brokers.ends_with('/')) brokers.remove_suffix(1);
    split(brokers, ',', check_broker);

    Url url{std::string(brokers), {}};
    if (question == std::string_view::npos || question + 1 == text.size()) return url;
    split(text.substr(question + 1), '&', [&url](std::string_view pair) {
        const auto equals = pair.find('=');
        if (equals == std::string_view::npos) refuse("has a property without a value");
        auto name = decoded(pair.substr(0, equals));
        if (std::ranges::binary_search(own_properties, name)) {
            refuse("must not set " + name + ": the bus sets it itself");
        }
        url.properties.emplace_back(std::move(name), decoded(pair.substr(equals + 1)));
    });
    return url;
}

}  // namespace pay::bus::kafka
