#pragma once

#include <string_view>

#include "core/bus/bus.hpp"
#include "core/bus/kafka_client.hpp"

/// A message as a record of Kafka: CloudEvents 1.0 in binary mode, which is one header a field.
namespace pay::bus::kafka {

/// `source` is what ce_source says, unless the message has a header of that name itself.
RecordHeaders headers_of(const Message& message, std::string_view source);

/// What others wrote without our headers gets topic/partition/offset as its id. ce_source and what
/// is not known here stays among the headers; no value is an empty payload.
Message to_message(const rd_kafka_message_t& record);

}  // namespace pay::bus::kafka
