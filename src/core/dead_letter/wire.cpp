#include "core/dead_letter/wire.hpp"

#include "core/dead_letter/bytes.hpp"
#include "core/http/utf8.hpp"
#include "core/json/write.hpp"
#include "core/text/text.hpp"

namespace pay::dead_letter {

static_assert(json::whole<LetterView>);
static_assert(json::whole<HeaderView>);
static_assert(json::whole<WholeLetterView>);
static_assert(json::whole<ReplayedView>);
static_assert(json::whole<DiscardedView>);

namespace {

void write_bytes(std::string_view bytes, std::string& text, Encoding& encoding) {
    encoding = http::is_utf8(bytes) ? Encoding::utf8 : Encoding::base64;
    text = encoding == Encoding::utf8 ? std::string(bytes) : to_base64(bytes);
}

/// What both views begin with.
template <class View>
View begin_view(const Letter& letter, const std::string& service) {
    View view;
    view.id = letter.id;
    view.service = service;
    view.topic = letter.message.topic;
    write_bytes(letter.message.key, view.key, view.key_encoding);
    view.type = readable(letter.message.type);
    view.message_id = readable(letter.message.id);
    view.reason = letter.reason;
    view.attempts = letter.attempts;
    view.sent_at = to_rfc3339(letter.message.time);
    view.parked_at = to_rfc3339(letter.parked_at);
    return view;
}

}  // namespace

LetterView view_of(const Letter& letter, const std::string& service) {
    return begin_view<LetterView>(letter, service);
}

WholeLetterView whole_view_of(
    const Letter& letter, const std::string& service, std::int64_t waiting
) {
    auto view = begin_view<WholeLetterView>(letter, service);
    view.traceparent = readable(letter.message.traceparent);
    for (const auto& [name, value] : letter.message.headers) {
        view.headers.push_back({name, value});
    }
    write_bytes(letter.message.payload, view.payload, view.payload_encoding);
    view.waiting = waiting;
    return view;
}

std::string to_text(const Replayed& replayed) {
    return json::to_text(
        ReplayedView{replayed.replayed, replayed.failed, replayed.reason, replayed.left}
    );
}

}  // namespace pay::dead_letter
