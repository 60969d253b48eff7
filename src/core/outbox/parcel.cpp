#include "core/outbox/parcel.hpp"

#include <charconv>

#include "core/bus/headers.hpp"

namespace pay::outbox {
namespace {

void append(std::string& text, std::string_view field) {
    text += std::to_string(field.size());
    text += ':';
    text += field;
    text += ',';
}

/// Takes fields off the front of a text.
class Fields {
 public:
    explicit Fields(std::string_view text) : x_rest(text) {}
    bool more() const { return x_good && !x_rest.empty(); }
    bool good() const { return x_good; }

    std::string_view next() {
        std::size_t length = 0;
        const char* const end = x_rest.data() + x_rest.size();
        const auto [colon, failure] = std::from_chars(x_rest.data(), end, length);
        const bool whole = failure == std::errc{} && length < x_rest.size() &&
                           static_cast<std::size_t>(end - colon) >= length + 2 && *colon == ':' &&
                           colon[1 + length] == ',';
        if (!whole) {
            x_good = false;
            return {};
        }
        x_rest.remove_prefix(static_cast<std::size_t>(colon - x_rest.data()) + length + 2);
        return {colon + 1, length};
    }

    Time next_time() {
        const auto text = next();
        std::int64_t ms = 0;
        const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), ms);
        x_good = x_good && failure == std::errc{} && end == text.data() + text.size();
        return from_epoch_ms(ms);
    }

 private:
    std::string_view x_rest;
    bool x_good = true;
};

}  // namespace

std::string pack(std::span<const bus::Message> messages) {
    std::string text;
    for (const auto& message : messages) {
        append(text, message.id);
        append(text, message.topic);
        append(text, message.key);
        append(text, message.type);
        append(text, message.payload);
        append(text, message.traceparent);
        append(text, std::to_string(to_epoch_ms(message.time)));
        append(text, message.headers.empty() ? "" : bus::headers_to_text(message.headers));
    }
    return text;
}

std::optional<std::vector<bus::Message>> unpack(std::string_view text) {
    std::vector<bus::Message> messages;
    Fields fields(text);
    while (fields.more()) {
        bus::Message message;
        message.id = fields.next();
        message.topic = fields.next();
        message.key = fields.next();
        message.type = fields.next();
        message.payload = fields.next();
        message.traceparent = fields.next();
        message.time = fields.next_time();
        if (const auto headers = fields.next(); !headers.empty())
            message.headers = bus::headers_of_text(headers);
        messages.push_back(std::move(message));
    }
    if (!fields.good() || messages.empty()) return std::nullopt;
    return messages;
}

}  // namespace pay::outbox
