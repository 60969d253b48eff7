#include "core/bus/kafka_message.hpp"

#include <algorithm>

namespace pay::bus::kafka {
namespace {

constexpr std::string_view source_header = "ce_source";

void add(rd_kafka_headers_t* headers, std::string_view name, std::string_view value) {
    rd_kafka_header_add(
        headers, name.data(), static_cast<ssize_t>(name.size()), value.data(),
        static_cast<ssize_t>(value.size())
    );
}

std::string_view bytes(const void* start, std::size_t size) {
    return start ? std::string_view(static_cast<const char*>(start), size) : std::string_view{};
}

void take_header(Message& message, std::string_view name, std::string_view value) {
    if (name == "ce_id") {
        message.id = value;
    } else if (name == "ce_type") {
        message.type = value;
    } else if (name == "ce_time") {
        message.time = parse_rfc3339(value).value_or(message.time);
    } else if (name == "traceparent") {
        message.traceparent = value;
    } else if (name != "ce_specversion" && name != "content-type") {
        message.headers.emplace_back(name, value);
    }
}

}  // namespace

RecordHeaders headers_of(const Message& message, std::string_view source) {
    RecordHeaders headers(rd_kafka_headers_new(8 + message.headers.size()));
    add(headers.get(), "ce_id", message.id);
    add(headers.get(), "ce_type", message.type);
    const bool has_source = std::ranges::any_of(message.headers, [](const auto& header) {
        return header.first == source_header;
    });
    if (!has_source) add(headers.get(), source_header, source);
    add(headers.get(), "ce_time", to_rfc3339(message.time));
    add(headers.get(), "ce_specversion", "1.0");
    add(headers.get(), "content-type", "application/json");
    if (!message.traceparent.empty()) add(headers.get(), "traceparent", message.traceparent);
    for (const auto& [name, value] : message.headers) add(headers.get(), name, value);
    return headers;
}

Message to_message(const rd_kafka_message_t& record) {
    Message message;
    message.topic = rd_kafka_topic_name(record.rkt);
    message.key = bytes(record.key, record.key_len);
    message.payload = bytes(record.payload, record.len);
    message.place = {record.partition, record.offset};
    rd_kafka_timestamp_type_t kind = RD_KAFKA_TIMESTAMP_NOT_AVAILABLE;
    const auto timestamp = rd_kafka_message_timestamp(&record, &kind);
    if (kind != RD_KAFKA_TIMESTAMP_NOT_AVAILABLE) message.time = from_epoch_ms(timestamp);

    rd_kafka_headers_t* headers = nullptr;
    if (rd_kafka_message_headers(&record, &headers) == RD_KAFKA_RESP_ERR_NO_ERROR) {
        const char* name = nullptr;
        const void* value = nullptr;
        std::size_t size = 0;
        for (std::size_t i = 0; rd_kafka_header_get_all(headers, i, &name, &value, &size) ==
                                RD_KAFKA_RESP_ERR_NO_ERROR;
             ++i) {
            take_header(message, name, bytes(value, size));
        }
    }
    if (message.id.empty()) {
        message.id = message.topic + '/' + std::to_string(record.partition) + '/' +
                     std::to_string(record.offset);
    }
    return message;
}

}  // namespace pay::bus::kafka
