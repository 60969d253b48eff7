#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/bus/kafka.hpp"
#include "core/bus/kafka_client.hpp"

namespace pay::bus::kafka {

struct TopicOptions {
    std::vector<Topic> topics;
    int partitions;
    int replication;  ///< of 3: a message is safe when 2 have it
};

/// Whether one of them is not there. Takes seconds at most; throws std::runtime_error if no broker
/// answers.
bool topics_missing(rd_kafka_t* client, const TopicOptions& options);

/// Makes those that are missing; what is there already is left as it is. Nothing if all can be
/// used, else why not: try again. Takes seconds at most.
std::optional<std::string> make_topics(rd_kafka_t* client, const TopicOptions& options);

}  // namespace pay::bus::kafka
