#include "core/http/session.hpp"

#include <boost/asio/dispatch.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/error.hpp>

#include "core/http/negotiation.hpp"
#include "core/log/log.hpp"

namespace pay::http {
namespace {

constexpr std::size_t read_size = 8 * 1024;
constexpr Duration drain_time{2'000};

asio::const_buffer bytes(std::string_view text) {
    return {text.data(), text.size()};
}

}  // namespace

Session::Session(Socket socket, std::shared_ptr<Sessions> sessions)
    : x_socket(std::move(socket)),
      x_timer(x_socket.get_executor()),
      x_sessions(std::move(sessions)),
      x_buffer(x_sessions->options.header_limit + 3 * read_size) {}

void Session::begin(bool welcome) {
    asio::post(x_socket.get_executor(), [self = shared_from_this(), welcome] {
        if (self->x_phase == Phase::closed) return;
        self->x_parser.emplace(self->x_sessions->options);
        welcome ? self->start() : self->refuse(Code::unavailable);
    });
}

void Session::start() {
    error_code ignored;
    x_socket.set_option(tcp::no_delay(true), ignored);
    error_code gone;
    const auto peer = x_socket.remote_endpoint(gone);
    if (gone) return close();
    x_peer = text_of(peer.address());
    expect_within(x_sessions->options.header_timeout);
    read();
}

void Session::read() {
    x_socket.async_read_some(
        x_buffer.prepare(read_size),
        [self = shared_from_this()](error_code failed, std::size_t size) {
            self->on_read(failed, size);
        }
    );
}

void Session::on_read(error_code failed, std::size_t size) {
    if (x_phase == Phase::closed) return;
    if (failed) return close();
    if (x_phase == Phase::reading) {
        x_buffer.commit(size);
        return parse();
    }
    read();  // streaming or draining: only the end of it is of interest
}

void Session::parse() {
    namespace http = beast::http;
    while (!x_parser->is_done()) {
        if (x_buffer.size() == 0) return read();
        if (!x_parser->got_some()) expect_within(x_sessions->options.header_timeout);
        const bool in_header = !x_parser->is_header_done();
        error_code failed;
        x_buffer.consume(x_parser->put(x_buffer.data(), failed));
        if (failed && failed != http::error::need_more) {
            const bool too_large = failed == http::error::body_limit;
            return refuse(too_large ? Code::payload_too_large : Code::bad_request);
        }
        if (in_header && x_parser->is_header_done()) {
            expect_within(x_sessions->options.body_timeout);
            if (x_parser->expects_continue && !x_parser->is_done()) return confirm_continue();
        }
        if (!failed) continue;
        // A chunk's extensions or trailers have no limit of their own.
        if (x_buffer.size() > x_sessions->options.header_limit + read_size) {
            return refuse(Code::bad_request);
        }
        return read();
    }
    take();
}

void Session::confirm_continue() {
    asio::async_write(
        x_socket, bytes("HTTP/1.1 100 Continue\r\n\r\n"),
        [self = shared_from_this()](error_code failed, std::size_t) {
            if (self->x_phase == Phase::closed) return;
            failed ? self->close() : self->parse();
        }
    );
}

void Session::take() {
    Request request = std::move(x_parser->request);
    request.remote_address = x_sessions->proxies.client(x_peer, request.headers);
    request.request_id = request_id_from(request.header("x-request-id"));
    request.traceparent = traceparent_from(request.header("traceparent"));
    request.language = preferred_language(request.header("accept-language"));
    const std::string& allowed = x_sessions->options.cors_origin;
    x_shape.keep_alive = x_parser->keep_alive() && !x_parser->http_1_0();
    x_shape.head_only = request.method == Method::head;
    x_shape.cross_origin = !allowed.empty() && request.header("origin") == allowed;
    x_shape.request_id = request.request_id;
    x_shape.traceparent = request.traceparent;
    x_phase = Phase::handling;
    expect_nothing();
    hand_over(std::move(request));
}

void Session::hand_over(Request request) {
    if (x_shape.cross_origin && request.method == Method::options &&
        !request.header("access-control-request-method").empty()) {
        return write(preflight());
    }
    Responder responder(
        [self = shared_from_this()](Response response) { self->answer(std::move(response)); },
        request.language, request.path
    );
    try {
        x_sessions->handler(std::move(request), std::move(responder));
    } catch (const std::exception& e) {
        log::error("a request handler failed", {{"reason", e.what()}});
    }
}

void Session::refuse(Code code) {
    const Request& request = x_parser->request;
    x_shape = AnswerShape{};
    x_shape.head_only = request.method == Method::head;
    x_shape.request_id = request_id_from(request.header("x-request-id"));
    x_shape.traceparent = traceparent_from(request.header("traceparent"));
    x_refused = true;
    x_phase = Phase::handling;
    const auto language = preferred_language(request.header("accept-language"));
    write(problem(Error{code}, language, request.path));
}

void Session::answer(Response response) {
    if (!x_open) return;
    asio::dispatch(
        x_socket.get_executor(), [self = shared_from_this(), response = std::move(response)](
                                 ) mutable { self->write(std::move(response)); }
    );
}

void Session::write(Response response) {
    if (x_phase != Phase::handling) return;
    if (response.status == 0) return close();  // no_answer()
    x_phase = Phase::writing;
    const bool streams = response.stream && !x_shape.head_only;
    if (response.stream || x_sessions->stopping()) x_shape.keep_alive = false;
    x_shape.chunked = response.stream && !x_parser->http_1_0();
    x_head.clear();
    append_head(x_head, response, x_shape, x_sessions->options.cors_origin);
    const bool bodiless = x_shape.head_only || streams || !has_body(response.status);
    x_body = bodiless ? std::string{} : std::move(response.body);
    if (streams) x_feeder = std::move(response.stream);
    expect_within(x_sessions->options.write_timeout);
    asio::async_write(
        x_socket, std::array{bytes(x_head), bytes(x_body)},
        [self = shared_from_this()](error_code failed, std::size_t) { self->on_written(failed); }
    );
}

void Session::on_written(error_code failed) {
    if (x_phase == Phase::closed) return;
    if (failed) return close();
    if (x_refused) return drain();
    if (x_feeder) return start_events();
    if (!x_shape.keep_alive || x_sessions->stopping()) return close();
    next_request();
}

void Session::next_request() {
    x_phase = Phase::reading;
    x_parser.emplace(x_sessions->options);
    if (x_buffer.size() > 0) return parse();
    expect_within(x_sessions->options.idle_timeout);
    read();
}

/// Takes in what the peer still sends before closing: a reset would destroy the answer on its way.
void Session::drain() {
    x_phase = Phase::draining;
    error_code ignored;
    x_socket.shutdown(tcp::socket::shutdown_send, ignored);
    x_buffer.clear();
    expect_within(drain_time);
    read();
}

void Session::close() {
    if (x_phase == Phase::closed) return;
    x_phase = Phase::closed;
    x_open = false;
    x_events.close();
    error_code ignored;
    x_socket.close(ignored);
    x_timer.cancel();
    x_sessions->remove(this);
}

void Session::finish() {
    asio::post(x_socket.get_executor(), [self = shared_from_this()] {
        if (self->x_phase == Phase::reading) self->close();
        if (self->x_phase == Phase::streaming) self->end_events();
    });
}

void Session::abandon() {
    asio::post(x_socket.get_executor(), [self = shared_from_this()] { self->close(); });
}

void Session::expect_within(Duration limit) {
    x_deadline = SteadyClock::now() + limit;
    if (x_deadline < x_armed) arm_timer();
}

void Session::arm_timer() {
    x_armed = x_deadline;
    x_timer.expires_at(x_armed);
    x_timer.async_wait([session = weak_from_this()](error_code failed) {
        if (failed) return;
        if (const auto self = session.lock()) self->on_timer();
    });
}

void Session::on_timer() {
    x_armed = SteadyClock::time_point::max();
    if (x_phase == Phase::closed || x_deadline == SteadyClock::time_point::max()) return;
    if (SteadyClock::now() >= x_deadline) return close();
    arm_timer();
}

}  // namespace pay::http
