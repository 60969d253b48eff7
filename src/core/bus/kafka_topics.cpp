#include "core/bus/kafka_topics.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <span>
#include <stdexcept>

#include "core/log/log.hpp"

namespace pay::bus::kafka {
namespace {

constexpr int answer_ms = 2'000;

using NewTopic = std::unique_ptr<rd_kafka_NewTopic_t, Free<rd_kafka_NewTopic_destroy>>;
using AdminOptions = std::unique_ptr<rd_kafka_AdminOptions_t, Free<rd_kafka_AdminOptions_destroy>>;

/// Throws what the broker did not answer.
std::map<std::string, rd_kafka_resp_err_t> topics_there(rd_kafka_t* client) {
    const rd_kafka_metadata_t* found = nullptr;
    const auto error = rd_kafka_metadata(client, 1, nullptr, &found, answer_ms);
    if (error != RD_KAFKA_RESP_ERR_NO_ERROR) throw std::runtime_error(text_of(error));
    const Metadata metadata(found);
    std::map<std::string, rd_kafka_resp_err_t> there;
    for (const auto& topic :
         std::span(metadata->topics, static_cast<std::size_t>(metadata->topic_cnt))) {
        if (topic.err != RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART) there[topic.topic] = topic.err;
    }
    return there;
}

NewTopic new_topic(const Topic& topic, const TopicOptions& options) {
    std::array<char, 256> reason{};
    NewTopic made(rd_kafka_NewTopic_new(
        topic.name.c_str(), options.partitions, options.replication, reason.data(), reason.size()
    ));
    if (!made) throw std::runtime_error(reason.data());
    if (topic.compacted) rd_kafka_NewTopic_set_config(made.get(), "cleanup.policy", "compact");
    if (options.replication == 3) {
        rd_kafka_NewTopic_set_config(made.get(), "min.insync.replicas", "2");
    }
    return made;
}

/// Why the topics could not be made; another process may make the same ones now.
std::optional<std::string> refusal(rd_kafka_event_t* event) {
    if (const auto error = rd_kafka_event_error(event)) return text_of(error);
    const auto* result = rd_kafka_event_CreateTopics_result(event);
    std::size_t count = 0;
    const auto** topics = rd_kafka_CreateTopics_result_topics(result, &count);
    for (const auto* topic : std::span(topics, count)) {
        const auto error = rd_kafka_topic_result_error(topic);
        if (error == RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS) continue;
        if (error != RD_KAFKA_RESP_ERR_NO_ERROR) {
            return std::string(rd_kafka_topic_result_name(topic)) + ": " + text_of(error);
        }
        log::info("a topic was made", {{"topic", rd_kafka_topic_result_name(topic)}});
    }
    return std::nullopt;
}

std::optional<std::string> create(
    rd_kafka_t* client, const std::vector<Topic>& topics, const TopicOptions& options
) {
    std::vector<NewTopic> owned;
    std::vector<rd_kafka_NewTopic_t*> wanted;
    for (const auto& topic : topics) {
        wanted.push_back(owned.emplace_back(new_topic(topic, options)).get());
    }
    const AdminOptions admin(rd_kafka_AdminOptions_new(client, RD_KAFKA_ADMIN_OP_CREATETOPICS));
    std::array<char, 256> unused{};
    rd_kafka_AdminOptions_set_request_timeout(admin.get(), answer_ms, unused.data(), unused.size());
    const Queue queue(rd_kafka_queue_new(client));
    rd_kafka_CreateTopics(client, wanted.data(), wanted.size(), admin.get(), queue.get());
    const Event event(rd_kafka_queue_poll(queue.get(), 2 * answer_ms));
    if (!event) return "the broker does not answer";
    return refusal(event.get());
}

}  // namespace

bool topics_missing(rd_kafka_t* client, const TopicOptions& options) {
    const auto there = topics_there(client);
    return !std::ranges::all_of(options.topics, [&](const auto& topic) {
        return there.contains(topic.name);
    });
}

std::optional<std::string> make_topics(rd_kafka_t* client, const TopicOptions& options) try {
    const auto there = topics_there(client);
    std::vector<Topic> missing;
    for (const auto& topic : options.topics) {
        const auto found = there.find(topic.name);
        if (found == there.end()) {
            missing.push_back(topic);
        } else if (found->second != RD_KAFKA_RESP_ERR_NO_ERROR) {
            return topic.name + ": " + text_of(found->second);
        }
    }
    if (missing.empty()) return std::nullopt;
    if (const auto refused = create(client, missing, options)) return refused;
    return "the topics were made just now";  // and are usable when their leaders are elected
} catch (const std::runtime_error& error) {
    return error.what();
}

}  // namespace pay::bus::kafka
