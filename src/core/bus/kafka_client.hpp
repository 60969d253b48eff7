#pragma once

#include <librdkafka/rdkafka.h>

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "core/bus/kafka_url.hpp"

/// librdkafka's handles as owners, and how every client of ours is made.
namespace pay::bus::kafka {

template <auto free>
struct Free {
    template <class T>
    void operator()(T* handle) const {
        free(handle);
    }
};

/// A consumer is closed by its owner before. In two seconds at most: a client that does not end by
/// then is left behind, silent, and calls no listener.
void destroy_client(rd_kafka_t* client);

using Client = std::unique_ptr<rd_kafka_t, Free<destroy_client>>;
using Event = std::unique_ptr<rd_kafka_event_t, Free<rd_kafka_event_destroy>>;
using Failure = std::unique_ptr<rd_kafka_error_t, Free<rd_kafka_error_destroy>>;
using RecordHeaders = std::unique_ptr<rd_kafka_headers_t, Free<rd_kafka_headers_destroy>>;
using Incoming = std::unique_ptr<rd_kafka_message_t, Free<rd_kafka_message_destroy>>;
using Metadata = std::unique_ptr<const rd_kafka_metadata_t, Free<rd_kafka_metadata_destroy>>;
using Partitions =
    std::unique_ptr<rd_kafka_topic_partition_list_t, Free<rd_kafka_topic_partition_list_destroy>>;
using TopicHandle = std::unique_ptr<rd_kafka_topic_t, Free<rd_kafka_topic_destroy>>;
using Queue = std::unique_ptr<rd_kafka_queue_t, Free<rd_kafka_queue_destroy>>;

/// What a client tells its owner, on the thread that polls it.
class Listener {
 public:
    virtual ~Listener() = default;
    virtual void on_statistics(std::string_view /*json*/) {}
    virtual void on_error(rd_kafka_resp_err_t /*error*/) {}
    /// Of a message that was produced: it is safe, or why it is not.
    virtual void on_delivery(const rd_kafka_message_t& /*message*/) {}
    /// Of offsets that were committed: whether they are, each by itself too.
    virtual void on_commit(
        rd_kafka_resp_err_t /*error*/, const rd_kafka_topic_partition_list_t& /*partitions*/
    ) {}
    virtual void on_rebalance(
        rd_kafka_resp_err_t /*error*/, rd_kafka_topic_partition_list_t* /*partitions*/
    ) {}
};

/// What all clients of a process have in common.
struct Settings {
    Url url;
    std::string client_id;
};

using Property = std::pair<std::string_view, std::string>;

/// A client with these properties, which the URL's may add to. The listener outlives it. Throws
/// std::runtime_error, without values of properties, if it cannot be made.
Client make_client(
    rd_kafka_type_t type, const Settings& settings, std::span<const Property> properties,
    Listener& listener
);

/// Whether the client is of no further use, so that a new one is needed.
inline bool is_fatal(rd_kafka_t* client) {
    return rd_kafka_fatal_error(client, nullptr, 0) != RD_KAFKA_RESP_ERR_NO_ERROR;
}

inline std::string text_of(rd_kafka_resp_err_t error) {
    return rd_kafka_err2str(error);
}

}  // namespace pay::bus::kafka
