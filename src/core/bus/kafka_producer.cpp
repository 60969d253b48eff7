#include "core/bus/kafka_producer.hpp"

#include <array>
#include <chrono>
#include <mutex>
#include <stdexcept>

#include "core/bus/kafka_message.hpp"
#include "core/log/log.hpp"

namespace pay::bus::kafka {
namespace {

constexpr int poll_ms = 100;
constexpr int answer_ms = 1'000;
constexpr int flush_ms = 5'000;
constexpr std::chrono::milliseconds renewal_pause{1'000};

rd_kafka_vu_t text_field(rd_kafka_vtype_t type, const std::string& text) {
    rd_kafka_vu_t field{};
    field.vtype = type;
    // librdkafka copies it: RD_KAFKA_MSG_F_COPY. Nothing stands for a null key or value.
    field.u.mem.ptr = text.empty() ? nullptr : const_cast<char*>(text.data());
    field.u.mem.size = text.size();
    return field;
}

/// Whether the next message will be refused too: not if it was this one's size, or a queue of ours.
bool tells_of_others(rd_kafka_resp_err_t error) {
    const bool from_broker = error > RD_KAFKA_RESP_ERR_NO_ERROR;
    return (from_broker && error != RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE) ||
           error == RD_KAFKA_RESP_ERR__MSG_TIMED_OUT || error == RD_KAFKA_RESP_ERR__FATAL;
}

}  // namespace

Producer::Producer(
    const Settings& settings, const Cluster& cluster, std::string source, Duration timeout,
    metrics::Metrics& metrics
)
    : x_settings(settings),
      x_cluster(cluster),
      x_source(std::move(source)),
      x_timeout(timeout),
      x_delivered(metrics.counter(
          "payments_kafka_delivered_total", "Messages that Kafka has acknowledged", {}
      )),
      x_failed(metrics.counter(
          "payments_kafka_failed_total", "Messages that Kafka has not taken, to be sent again", {}
      )),
      x_renewed(metrics.counter(
          "payments_kafka_producers_renewed_total", "Producers replaced after a fatal error", {}
      )),
      x_statistics(metrics, {}),
      x_client(make()),
      x_thread([this](const std::stop_token& stopped) { run(stopped); }) {}

Producer::~Producer() {
    end();
    x_thread.join();
    give_back(x_client.get());
}

Client Producer::make() {
    const std::array<Property, 8> properties{{
        {"enable.idempotence", "true"},
        {"acks", "all"},
        {"message.timeout.ms", std::to_string(x_timeout.count())},
        {"linger.ms", "1"},  // long enough for what one commit publishes
        {"compression.codec", "lz4"},
        {"queue.buffering.max.messages", "100000"},
        {"queue.buffering.max.kbytes", "65536"},
        {"partitioner", "murmur2_random"},  // as the Java client's, so that keys meet
    }};
    return make_client(RD_KAFKA_PRODUCER, x_settings, properties, *this);
}

/// A client that meets a topic for the first time asks for it a second later only.
void Producer::learn_topics(rd_kafka_t* client) const {
    std::vector<TopicHandle> handles;
    for (const auto& topic : x_cluster.topics()) {
        handles.emplace_back(rd_kafka_topic_new(client, topic.name.c_str(), nullptr));
    }
    const rd_kafka_metadata_t* found = nullptr;
    rd_kafka_metadata(client, 0, nullptr, &found, answer_ms);
    const Metadata unused(found);
}

void Producer::publish(const Message& message, Acknowledged acknowledged) {
    if (!x_cluster.ready() || stale()) return acknowledged(false);
    auto waiting = std::make_unique<Acknowledged>(std::move(acknowledged));
    if (hand_over(message, waiting.get())) {
        static_cast<void>(waiting.release());  // on_delivery's now
    } else {
        (*waiting)(false);
    }
}

bool Producer::hand_over(const Message& message, Acknowledged* acknowledged) {
    auto headers = headers_of(message, x_source);
    std::array<rd_kafka_vu_t, 6> fields{};
    fields[0].vtype = RD_KAFKA_VTYPE_TOPIC;
    fields[0].u.cstr = message.topic.c_str();
    fields[1] = text_field(RD_KAFKA_VTYPE_KEY, message.key);
    fields[2] = text_field(RD_KAFKA_VTYPE_VALUE, message.payload);
    fields[3].vtype = RD_KAFKA_VTYPE_MSGFLAGS;
    fields[3].u.i = RD_KAFKA_MSG_F_COPY;
    fields[4].vtype = RD_KAFKA_VTYPE_HEADERS;
    fields[4].u.headers = headers.get();
    fields[5].vtype = RD_KAFKA_VTYPE_OPAQUE;
    fields[5].u.ptr = acknowledged;

    const std::shared_lock lock(x_renewing);
    const Failure failure(rd_kafka_produceva(x_client.get(), fields.data(), fields.size()));
    if (failure) {
        count(rd_kafka_error_code(failure.get()));
        return false;
    }
    static_cast<void>(headers.release());  // the message's now
    return true;
}

void Producer::on_delivery(const rd_kafka_message_t& report) {
    const std::unique_ptr<Acknowledged> waiting(static_cast<Acknowledged*>(report._private));
    count(report.err);
    (*waiting)(report.err == RD_KAFKA_RESP_ERR_NO_ERROR);
}

void Producer::count(rd_kafka_resp_err_t error) {
    if (error == RD_KAFKA_RESP_ERR_NO_ERROR) {
        x_delivered.add();
        if (x_refusal.load() != error) x_refusal = error;
        return;
    }
    x_failed.add();
    if (!tells_of_others(error)) {
        log::debug("Kafka did not take a message", {{"reason", text_of(error)}});
    } else if (x_refusal.exchange(error) != error) {
        log::warn("Kafka takes no messages", {{"reason", text_of(error)}});
    }
}

std::optional<std::string> Producer::fault() const {
    const auto refusal = x_refusal.load();
    if (refusal == RD_KAFKA_RESP_ERR_NO_ERROR) return std::nullopt;
    return "Kafka takes no messages: " + text_of(refusal);
}

void Producer::on_statistics(std::string_view json) {
    x_statistics.take(json);
}

void Producer::run(const std::stop_token& stopped) {
    if (!x_cluster.wait_until_ready(stopped)) return;
    learn_topics(x_client.get());
    std::chrono::steady_clock::time_point next_renewal{};
    // Only this thread replaces x_client, so it may read it without the lock.
    while (!stopped.stop_requested()) {
        rd_kafka_poll(x_client.get(), poll_ms);
        const auto now = std::chrono::steady_clock::now();
        // Brokers that begin anew may give another producer the id that this client still has: they
        // would take the one's messages for repetitions of the other's.
        const bool needed = is_fatal(x_client.get()) || (stale() && x_cluster.ready());
        if (!needed || now < next_renewal) continue;
        renew();
        next_renewal = now + renewal_pause;  // what made it fatal may do so again at once
    }
    rd_kafka_flush(x_client.get(), flush_ms);
}

void Producer::renew() {
    std::array<char, 512> reason{};
    rd_kafka_fatal_error(x_client.get(), reason.data(), reason.size());
    const auto losses = x_cluster.losses();
    log::warn(
        "the Kafka producer is replaced",
        {{"reason", reason[0] == 0 ? "brokers or topics were gone" : reason.data()}}
    );
    Client replaced;
    try {
        auto made = make();
        learn_topics(made.get());
        const std::unique_lock lock(x_renewing);
        replaced = std::exchange(x_client, std::move(made));
        x_losses = losses;
    } catch (const std::runtime_error& error) {
        log::error("no new Kafka producer; it is tried again", {{"reason", error.what()}});
        give_back(x_client.get());
        return;
    }
    x_renewed.add();
    give_back(replaced.get());
}

/// What is not acknowledged yet comes back as refused. It may be stored all the same: its readers
/// know it by its id then.
void Producer::give_back(rd_kafka_t* client) {
    rd_kafka_purge(client, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
    rd_kafka_flush(client, flush_ms);
}

}  // namespace pay::bus::kafka
