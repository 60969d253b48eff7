#include "core/bus/kafka_cluster.hpp"

#include <array>
#include <chrono>
#include <stdexcept>
#include <utility>

#include "core/log/log.hpp"

namespace pay::bus::kafka {
namespace {

constexpr std::chrono::milliseconds pause_when_well{2'000};
constexpr std::chrono::milliseconds pause_when_not{250};
// One question may go to the one broker that is just going down, or meet topics just made.
constexpr int failures_that_count = 2;

}  // namespace

Cluster::Cluster(const Settings& settings, TopicOptions options) : x_options(std::move(options)) {
    const std::array<Property, 1> properties{{{"statistics.interval.ms", "0"}}};
    x_client = make_client(RD_KAFKA_PRODUCER, settings, properties, *this);
    x_thread = std::jthread([this](const std::stop_token& stopped) { run(stopped); });
}

Cluster::~Cluster() = default;

void Cluster::on_error(rd_kafka_resp_err_t error) {
    if (error == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN) {
        x_away = true;
    } else {
        x_hint = text_of(error);  // named better: a refused password, a certificate
    }
}

void Cluster::run(const std::stop_token& stopped) {
    while (!stopped.stop_requested()) {
        auto reason = ask();
        const auto pause = reason ? pause_when_not : pause_when_well;
        note(std::move(reason));
        std::unique_lock lock(x_mutex);
        x_changed.wait_for(lock, stopped, pause, [] { return false; });
    }
}

std::optional<std::string> Cluster::ask() {
    x_hint.reset();
    rd_kafka_poll(x_client.get(), 0);
    if (!ready()) return make();
    try {
        if (!topics_missing(x_client.get(), x_options)) {
            // Brokers that are back may be new ones, where another process has made the topics.
            if (std::exchange(x_away, false)) {
                log::info("brokers are back after none was there: clients begin anew");
                ++x_losses;
            }
            return std::nullopt;
        }
    } catch (const std::runtime_error& error) {
        rd_kafka_poll(x_client.get(), 0);
        return "no Kafka broker answers: " + x_hint.value_or(error.what());
    }
    lose();
    return make();
}

std::optional<std::string> Cluster::make() {
    const auto reason = make_topics(x_client.get(), x_options);
    rd_kafka_poll(x_client.get(), 0);
    if (!reason) x_away = false;
    if (reason) return "the topics cannot be used: " + x_hint.value_or(*reason);
    return std::nullopt;
}

void Cluster::lose() {
    log::error("topics are gone from Kafka: they are made again, and clients begin anew");
    const std::lock_guard lock(x_mutex);
    x_ready = false;
    ++x_losses;
    x_fault = "the topics are gone";
}

void Cluster::note(std::optional<std::string> reason) {
    x_failures = reason ? x_failures + 1 : 0;
    const std::lock_guard lock(x_mutex);
    if (reason && x_ready && x_failures < failures_that_count) return;
    if (x_failures == failures_that_count) {
        log::warn("Kafka cannot be used; it is asked again", {{"reason", *reason}});
    } else if (!reason && x_fault) {
        log::info("Kafka can be used");
    }
    x_ready = x_ready || !reason;
    x_fault = std::move(reason);
    x_changed.notify_all();
}

bool Cluster::ready() const {
    const std::lock_guard lock(x_mutex);
    return x_ready;
}

bool Cluster::wait_until_ready(const std::stop_token& stopped) const {
    std::unique_lock lock(x_mutex);
    return x_changed.wait(lock, stopped, [this] { return x_ready; });
}

std::optional<std::string> Cluster::fault() const {
    const std::lock_guard lock(x_mutex);
    return x_fault;
}

}  // namespace pay::bus::kafka
