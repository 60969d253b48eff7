// What the cases of Kafka stand on.

#include <doctest/doctest.h>

#include <chrono>
#include <future>
#include <stdexcept>

#include "core/bus/kafka_cases.hpp"
#include "core/ident/ident.hpp"

namespace pay::bus {
namespace {

constexpr std::chrono::seconds long_enough{60};

}  // namespace

Site::Site(Brokers& brokers, int partitions)
    : topic("test." + random_hex_128()), x_brokers(brokers), x_partitions(partitions) {
    brokers.prepare(topic, partitions);
}

std::unique_ptr<Kafka> Site::open(KafkaOptions options) {
    options.topics = {{topic}};
    options.partitions = x_partitions;
    return std::make_unique<Kafka>(x_brokers.url(), metrics, std::move(options));
}

void Site::publish(Kafka& bus, int count) {
    for (int i = 0; i < count; ++i) {
        const auto id = std::to_string(x_published++);
        const Message message{.id = id, .topic = topic, .key = "key " + id, .payload = "{}"};
        wait_until([&] { return publish_one(bus, message); });
    }
}

Handler Desk::handler() {
    return [this](const Message& message, Handled handled) {
        {
            const std::lock_guard lock(x_mutex);
            x_messages.push_back(message);
            if (!x_verdict) x_hands.emplace_back(message.id, std::move(handled));
        }
        if (handled) handled(*x_verdict);
        x_came.notify_all();
    };
}

std::vector<Message> Desk::wait_for(std::size_t count) {
    std::unique_lock lock(x_mutex);
    x_came.wait_for(lock, long_enough, [&] { return x_messages.size() >= count; });
    REQUIRE(x_messages.size() >= count);
    return x_messages;
}

std::vector<std::string> Desk::ids() {
    const std::lock_guard lock(x_mutex);
    std::vector<std::string> ids;
    for (const auto& message : x_messages) ids.push_back(message.id);
    return ids;
}

std::size_t Desk::count() {
    const std::lock_guard lock(x_mutex);
    return x_messages.size();
}

void Desk::answer(const std::string& id, Verdict verdict) {
    const std::lock_guard lock(x_mutex);
    std::erase_if(x_hands, [&](auto& hand) {
        if (hand.first != id) return false;
        hand.second(verdict);
        return true;
    });
}

void Desk::answer_all(Verdict verdict) {
    const std::lock_guard lock(x_mutex);
    for (auto& [id, handled] : x_hands) handled(verdict);
    x_hands.clear();
}

void Desk::answer_from_now_on(Verdict verdict) {
    {
        const std::lock_guard lock(x_mutex);
        x_verdict = verdict;
    }
    answer_all(verdict);
}

bool publish_one(Kafka& bus, const Message& message) {
    std::promise<bool> safe;
    bus.publish(message, [&safe](bool acknowledged) { safe.set_value(acknowledged); });
    return safe.get_future().get();
}

void wait_until(const std::function<bool()>& condition) {
    std::mutex mutex;
    std::condition_variable never;
    std::unique_lock lock(mutex);
    const auto end = std::chrono::steady_clock::now() + long_enough;
    while (!condition()) {
        REQUIRE(std::chrono::steady_clock::now() < end);
        never.wait_for(lock, std::chrono::milliseconds{10});
    }
}

}  // namespace pay::bus
