// The part of a session that sends a text/event-stream.
#include <boost/asio/dispatch.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#include <charconv>

#include "core/http/session.hpp"
#include "core/log/log.hpp"

namespace pay::http {
namespace {

/// The feeder's end of a stream. When the last handle goes, the stream ends.
class EventStream final : public Stream {
 public:
    explicit EventStream(std::shared_ptr<Session> session) : x_session(std::move(session)) {}
    ~EventStream() override { x_session->end_events(); }
    EventStream(const EventStream&) = delete;
    EventStream& operator=(const EventStream&) = delete;
    bool send(std::string text) override { return x_session->send_event(text); }
    void close() override { x_session->end_events(); }

 private:
    std::shared_ptr<Session> x_session;
};

std::string chunk_head(std::size_t size) {
    char digits[16];
    std::string head(digits, std::to_chars(digits, digits + sizeof digits, size, 16).ptr);
    return head + "\r\n";
}

}  // namespace

void Session::start_events() {
    x_phase = Phase::streaming;
    expect_nothing();
    x_buffer.clear();
    read();  // to learn that the client went away
    try {
        std::exchange(x_feeder, nullptr)(std::make_shared<EventStream>(shared_from_this()));
    } catch (const std::exception& e) {
        log::error("the feeder of a stream failed", {{"reason", e.what()}});
        return close();
    }
    if (x_sessions->stopping()) end_events();
}

bool Session::send_event(std::string_view text) {
    if (text.empty()) return !x_events.closed();  // an empty chunk would end the stream
    const auto added = x_events.add(text);
    if (added == StreamBuffer::Added::overflow) abandon();
    if (added == StreamBuffer::Added::first) {
        asio::post(x_socket.get_executor(), [self = shared_from_this()] { self->write_events(); });
    }
    return added == StreamBuffer::Added::first || added == StreamBuffer::Added::more;
}

void Session::end_events() {
    if (!x_open) return;
    x_events.close();
    asio::post(x_socket.get_executor(), [self = shared_from_this()] { self->write_events(); });
}

void Session::write_events() {
    if (x_phase != Phase::streaming || x_writing_events) return;
    const bool last = x_events.closed();
    x_body = x_events.take();
    if (x_body.empty() && !last) return expect_nothing();
    x_head.clear();
    std::string_view tail;
    if (x_shape.chunked) {
        if (!x_body.empty()) x_head = chunk_head(x_body.size());
        tail = x_body.empty() ? "0\r\n\r\n" : last ? "\r\n0\r\n\r\n" : "\r\n";
    }
    x_writing_events = true;
    expect_within(x_sessions->options.write_timeout);
    asio::async_write(
        x_socket,
        std::array<asio::const_buffer, 3>{
            asio::buffer(x_head), asio::buffer(x_body), asio::buffer(tail)
        },
        [self = shared_from_this(), last](error_code failed, std::size_t) {
            self->x_writing_events = false;
            if (self->x_phase == Phase::closed) return;
            failed || last ? self->close() : self->write_events();
        }
    );
}

}  // namespace pay::http
