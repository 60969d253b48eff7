#pragma once

#include <boost/describe.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/dead_letter/letterbox.hpp"
#include "core/json/read.hpp"

/// Dead letters as admins and the command see them.
namespace pay::dead_letter {

/// How the bytes of a key or a payload are written: as they are if they are UTF-8.
enum class Encoding { utf8, base64 };
BOOST_DESCRIBE_ENUM(Encoding, utf8, base64)

struct LetterView {
    std::string id;
    std::string service;
    std::string topic;
    std::string key;
    Encoding key_encoding = Encoding::utf8;
    std::string type;
    std::string message_id;
    std::string reason;
    std::int64_t attempts = 0;
    std::string sent_at;  ///< RFC 3339, as all times here
    std::string parked_at;
};
BOOST_DESCRIBE_STRUCT(
    LetterView, (),
    (id, service, topic, key, key_encoding, type, message_id, reason, attempts, sent_at, parked_at)
)

struct HeaderView {
    std::string name;
    std::string value;
};
BOOST_DESCRIBE_STRUCT(HeaderView, (), (name, value))

struct WholeLetterView {
    std::string id;
    std::string service;
    std::string topic;
    std::string key;
    Encoding key_encoding = Encoding::utf8;
    std::string type;
    std::string message_id;
    std::string reason;
    std::int64_t attempts = 0;
    std::string sent_at;
    std::string parked_at;
    std::string traceparent;
    std::vector<HeaderView> headers;
    std::string payload;
    Encoding payload_encoding = Encoding::utf8;
    std::int64_t waiting = 0;  ///< how many of its key are parked behind it
};
BOOST_DESCRIBE_STRUCT(
    WholeLetterView, (),
    (id, service, topic, key, key_encoding, type, message_id, reason, attempts, sent_at, parked_at,
     traceparent, headers, payload, payload_encoding, waiting)
)

struct ReplayedView {
    std::int64_t replayed = 0;
    std::optional<std::string> failed;
    std::optional<std::string> reason;
    std::int64_t left = 0;
};
BOOST_DESCRIBE_STRUCT(ReplayedView, (), (replayed, failed, reason, left))

struct DiscardedView {
    std::string id;
    std::int64_t waiting = 0;  ///< how many of its key stay parked
};
BOOST_DESCRIBE_STRUCT(DiscardedView, (), (id, waiting))

LetterView view_of(const Letter& letter, const std::string& service);
WholeLetterView whole_view_of(
    const Letter& letter, const std::string& service, std::int64_t waiting
);
std::string to_text(const Replayed& replayed);

}  // namespace pay::dead_letter
