// How a consumer comes by its partitions, says how far they are handled, and loses them.

#include <array>
#include <span>
#include <stdexcept>

#include "core/bus/kafka_consumer.hpp"
#include "core/log/log.hpp"

namespace pay::bus::kafka {
namespace {

constexpr int answer_ms = 2'000;

void check(rd_kafka_resp_err_t error) {
    if (error != RD_KAFKA_RESP_ERR_NO_ERROR) throw std::runtime_error(text_of(error));
}

std::int32_t partitions_of(rd_kafka_t* client, const std::string& topic) {
    const TopicHandle handle(rd_kafka_topic_new(client, topic.c_str(), nullptr));
    const rd_kafka_metadata_t* found = nullptr;
    check(rd_kafka_metadata(client, 0, handle.get(), &found, answer_ms));
    const Metadata metadata(found);
    if (metadata->topic_cnt != 1) throw std::runtime_error("the topic is not there");
    check(metadata->topics[0].err);
    return metadata->topics[0].partition_cnt;
}

std::span<rd_kafka_topic_partition_t> all_of(const rd_kafka_topic_partition_list_t& partitions) {
    return {partitions.elems, static_cast<std::size_t>(partitions.cnt)};
}

}  // namespace

void Consumer::open(const std::stop_token& closing) {
    const bool whole = x_options.reading == Reading::whole;
    const std::array<Property, 12> properties{{
        {"group.id", x_options.group},
        {"session.timeout.ms", std::to_string(x_options.session_timeout.count())},
        {"heartbeat.interval.ms", std::to_string(x_options.session_timeout.count() / 6)},
        // Not cooperative: librdkafka 2.0.2 has faults there.
        {"partition.assignment.strategy", "roundrobin"},
        {"auto.offset.reset", "earliest"},
        {"enable.auto.offset.store", "false"},
        // Only where partitions are given up, see store_positions(). At each interval it would
        // commit positions of a topic that is gone to its successor.
        {"enable.auto.commit", whole ? "false" : "true"},
        {"auto.commit.interval.ms", "0"},
        {"enable.partition.eof", whole ? "true" : "false"},
        // How long a fetch under way may keep a partition that was resumed or got from being read.
        {"fetch.wait.max.ms", "100"},
        {"fetch.error.backoff.ms", "100"},
        {"queued.max.messages.kbytes", "16384"},
    }};
    x_client = make_client(RD_KAFKA_CONSUMER, x_settings, properties, *this);
    rd_kafka_poll_set_consumer(x_client.get());
    x_paused = false;
    if (whole) {
        assign_whole(closing);
    } else {
        join_group();
    }
}

void Consumer::join_group() {
    const Partitions topics(rd_kafka_topic_partition_list_new(0));
    for (const auto& subscription : x_subscriptions) {
        rd_kafka_topic_partition_list_add(
            topics.get(), subscription.topic.c_str(), RD_KAFKA_PARTITION_UA
        );
    }
    check(rd_kafka_subscribe(x_client.get(), topics.get()));
}

void Consumer::assign_whole(const std::stop_token& closing) {
    const auto& topic = x_subscriptions.front().topic;
    const auto count = partitions_of(x_client.get(), topic);
    const Partitions partitions(rd_kafka_topic_partition_list_new(count));
    for (std::int32_t i = 0; i < count; ++i) {
        if (closing.stop_requested()) return;  // each question may take its time
        std::int64_t low = 0;
        std::int64_t high = 0;
        check(rd_kafka_query_watermark_offsets(
            x_client.get(), topic.c_str(), i, &low, &high, answer_ms
        ));
        auto* partition = rd_kafka_topic_partition_list_add(partitions.get(), topic.c_str(), i);
        partition->offset = RD_KAFKA_OFFSET_BEGINNING;
        hold(*partition, low, high);
    }
    check(rd_kafka_assign(x_client.get(), partitions.get()));
}

void Consumer::on_rebalance(
    rd_kafka_resp_err_t error, rd_kafka_topic_partition_list_t* partitions
) {
    x_rebalances.add();
    log::info(
        error == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS ? "partitions were given to this consumer"
                                                      : "partitions were taken from this consumer",
        {{"group", x_options.group}, {"partitions", partitions->cnt}}
    );
    if (error == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS) {
        rd_kafka_assign(x_client.get(), partitions);
        for (const auto& partition : all_of(*partitions)) {
            hold(partition, RD_KAFKA_OFFSET_INVALID, 0);
        }
        if (x_paused) pause();
        return;
    }
    x_deliveries.settle(std::chrono::steady_clock::now());
    // Of lost ones, which others read already, the group takes no commit from here anyway.
    if (rd_kafka_assignment_lost(x_client.get()) == 0) store_positions();
    release_all();
    rd_kafka_assign(x_client.get(), nullptr);
}

void Consumer::on_commit(
    rd_kafka_resp_err_t error, const rd_kafka_topic_partition_list_t& partitions
) {
    for (const auto& partition : all_of(partitions)) {
        const auto failure = error == RD_KAFKA_RESP_ERR_NO_ERROR ? partition.err : error;
        if (failure == RD_KAFKA_RESP_ERR_NO_ERROR) continue;
        log::debug(
            "Kafka did not take an offset; it is committed again",
            {{"group", x_options.group}, {"topic", partition.topic}, {"reason", text_of(failure)}}
        );
        const auto held = x_held.find({partition.topic, partition.partition});
        if (held != x_held.end()) held->second.committed = RD_KAFKA_OFFSET_INVALID;
    }
}

/// What is handled and not committed yet.
Partitions Consumer::positions_to_commit() {
    Partitions changed(rd_kafka_topic_partition_list_new(0));
    if (x_options.reading == Reading::whole) return changed;
    for (auto& [place, held] : x_held) {
        const auto position = x_deliveries.position(held.tenure);
        if (!position || *position == held.committed) continue;
        held.committed = *position;
        rd_kafka_topic_partition_list_add(changed.get(), place.topic.c_str(), place.partition)
            ->offset = *position;
    }
    return changed;
}

/// on_commit tells how it went.
void Consumer::commit() {
    const auto changed = positions_to_commit();
    if (changed->cnt > 0) rd_kafka_commit(x_client.get(), changed.get(), 1);
}

/// librdkafka commits it when the partitions are given up right after, before another gets them. If
/// no broker answers then, what is not committed comes again.
void Consumer::store_positions() {
    const auto changed = positions_to_commit();
    if (changed->cnt > 0) rd_kafka_offsets_store(x_client.get(), changed.get());
}

void Consumer::hold(
    const rd_kafka_topic_partition_t& partition, std::int64_t begin, std::int64_t goal
) {
    const auto& handler = subscription_of(partition.topic).handler;
    const auto position = begin < 0 ? std::nullopt : std::optional(begin);
    const auto tenure = x_deliveries.begin(handler, position);
    x_held.insert_or_assign({partition.topic, partition.partition}, Held{tenure, begin, goal});
}

void Consumer::release_all() {
    for (const auto& [place, held] : x_held) x_deliveries.end(held.tenure);
    x_held.clear();
}

Partitions Consumer::held_partitions() const {
    Partitions partitions(rd_kafka_topic_partition_list_new(static_cast<int>(x_held.size())));
    for (const auto& [place, held] : x_held) {
        rd_kafka_topic_partition_list_add(partitions.get(), place.topic.c_str(), place.partition);
    }
    return partitions;
}

void Consumer::pause() {
    x_paused = true;
    rd_kafka_pause_partitions(x_client.get(), held_partitions().get());
}

void Consumer::resume() {
    x_paused = false;
    rd_kafka_resume_partitions(x_client.get(), held_partitions().get());
}

}  // namespace pay::bus::kafka
