#include "core/bus/kafka_consumer.hpp"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <stdexcept>

#include "core/bus/kafka_message.hpp"
#include "core/log/log.hpp"
#include "core/result/error.hpp"

namespace pay::bus::kafka {
namespace {

using std::chrono::steady_clock;

// Also the longest time a verdict waits to be seen, or a repetition to be made.
constexpr int poll_ms = 25;
constexpr std::chrono::milliseconds commit_interval{1'000};
constexpr std::chrono::milliseconds patience{1'000};
constexpr std::chrono::milliseconds reopen_pause{500};
constexpr std::chrono::milliseconds close_time{3'000};

}  // namespace

Consumer::Consumer(
    const Settings& settings, ConsumerOptions options, std::vector<Subscription> subscriptions,
    metrics::Metrics& metrics
)
    : x_settings(settings),
      x_options(std::move(options)),
      x_subscriptions(std::move(subscriptions)),
      x_rebalances(metrics.counter(
          "payments_kafka_rebalances_total", "Partitions given to or taken from this consumer",
          {{"group", x_options.group}}
      )),
      x_renewed(metrics.counter(
          "payments_kafka_consumers_renewed_total", "Consumers replaced after an error",
          {{"group", x_options.group}}
      )),
      x_statistics(metrics, x_options.group),
      x_deliveries(metrics.counter(
          "payments_kafka_redelivered_total", "Messages handed over again after a pause",
          {{"group", x_options.group}}
      )) {}

Consumer::~Consumer() {
    stop();
}

void Consumer::start(const Cluster& cluster) {
    x_thread =
        std::jthread([this, &cluster](const std::stop_token& closing) { run(closing, cluster); });
}

void Consumer::stop() {
    const std::lock_guard lock(x_handing);
    x_stopping = true;
}

bool Consumer::over(const std::stop_token& closing) const {
    return closing.stop_requested() || (x_stopping && !x_deliveries.in_hands());
}

void Consumer::run(const std::stop_token& closing, const Cluster& cluster) {
    std::mutex mutex;
    std::condition_variable_any pause;
    while (!over(closing)) {
        if (!cluster.wait_until_ready(closing)) return;
        const auto losses = cluster.losses();
        try {
            open(closing);
            while (!over(closing) && !is_fatal(x_client.get()) && cluster.losses() == losses) {
                turn();
            }
        } catch (const std::runtime_error& error) {
            log::warn(
                "a topic cannot be read; it is tried again",
                {{"group", x_options.group}, {"reason", error.what()}}
            );
        }
        // The offsets of topics that are gone mean nothing in new ones: they are not committed.
        if (cluster.losses() != losses) release_all();
        close();
        if (over(closing)) return;
        x_renewed.add();
        std::unique_lock lock(mutex);
        pause.wait_for(lock, closing, reopen_pause, [] { return false; });
    }
}

void Consumer::turn() {
    make_room();
    if (const Incoming record{rd_kafka_consumer_poll(x_client.get(), poll_ms)}) take(*record);
    settle();
}

void Consumer::take(const rd_kafka_message_t& record) {
    const std::string topic = record.rkt ? rd_kafka_topic_name(record.rkt) : "";
    const auto found = x_held.find({topic, record.partition});
    if (record.err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
        if (found != x_held.end()) x_deliveries.read_to(found->second.tenure, record.offset);
    } else if (record.err != RD_KAFKA_RESP_ERR_NO_ERROR) {
        log::warn(
            "reading from Kafka is held up",
            {{"group", x_options.group}, {"topic", topic}, {"reason", text_of(record.err)}}
        );
    } else if (found != x_held.end()) {
        const std::lock_guard lock(x_handing);
        if (x_stopping) return;  // its offset is not stored: it comes again to another
        x_deliveries.hand_over(found->second.tenure, record.offset, to_message(record));
    }
}

/// What librdkafka has fetched ahead is thrown away by a pause, so handlers get a moment first.
void Consumer::make_room() {
    const auto max = x_options.unhandled_max;
    const auto patient_until = steady_clock::now() + patience;
    while (!x_paused && !x_stopping && x_deliveries.unhandled() >= max) {
        const auto now = steady_clock::now();
        if (now >= patient_until) {
            pause();
            log::info("handlers are behind: reading pauses", {{"group", x_options.group}});
            break;
        }
        x_deliveries.wait_until(std::min(patient_until, now + std::chrono::milliseconds{poll_ms}));
        settle();
    }
    if (x_stopping && !x_paused) pause();
    if (x_paused && !x_stopping && x_deliveries.unhandled() < max / 2) resume();
}

void Consumer::settle() {
    const auto now = steady_clock::now();
    x_deliveries.settle(now);
    {
        const std::lock_guard lock(x_handing);
        if (!x_stopping) x_deliveries.repeat(now);
    }
    if (x_options.reading == Reading::whole) {
        report_caught_up();
    } else if (now - x_committed_at >= commit_interval) {
        x_committed_at = now;
        commit();
    }
}

void Consumer::report_caught_up() {
    if (x_caught_up) return;
    x_caught_up = std::ranges::all_of(x_held, [this](const auto& each) {
        const auto& held = each.second;
        return x_deliveries.position(held.tenure).value_or(0) >= held.goal;
    });
    const auto& caught_up = x_subscriptions.front().caught_up;
    if (x_caught_up && caught_up) caught_up();
}

void Consumer::close() {
    if (!x_client) return;
    x_deliveries.settle(steady_clock::now());
    leave_group();
    release_all();
    x_client.reset();
}

/// With a last commit. If no broker answers it ends all the same: what is not committed comes
/// again.
void Consumer::leave_group() {
    const Queue queue(rd_kafka_queue_new(x_client.get()));
    if (const Failure failure{rd_kafka_consumer_close_queue(x_client.get(), queue.get())}) {
        log::debug(
            "the Kafka consumer does not close", {{"reason", rd_kafka_error_string(failure.get())}}
        );
        return;
    }
    const auto end = steady_clock::now() + close_time;
    while (rd_kafka_consumer_closed(x_client.get()) == 0 && steady_clock::now() < end) {
        // Messages come too, which are dropped.
        const Event event(rd_kafka_queue_poll(queue.get(), poll_ms));
        if (rd_kafka_event_type(event.get()) == RD_KAFKA_EVENT_REBALANCE) {
            on_rebalance(
                rd_kafka_event_error(event.get()), rd_kafka_event_topic_partition_list(event.get())
            );
        }
    }
}

void Consumer::on_statistics(std::string_view json) {
    x_statistics.take(json);
}

const Subscription& Consumer::subscription_of(std::string_view topic) const {
    const auto found = std::ranges::find(x_subscriptions, topic, &Subscription::topic);
    PAY_ASSERT(found != x_subscriptions.end());
    return *found;
}

}  // namespace pay::bus::kafka
