#pragma once

#include <array>
#include <atomic>
#include <boost/beast/core/flat_buffer.hpp>
#include <memory>
#include <optional>

#include "core/http/answer_head.hpp"
#include "core/http/event_stream.hpp"
#include "core/http/io_context.hpp"
#include "core/http/request_parser.hpp"
#include "core/http/sessions.hpp"

namespace pay::http {

/// One connection: reads a request, has it handled, writes the answer, and again. Requests sent
/// ahead wait in the buffer. Everything runs on the socket's loop, except where a comment says
/// otherwise.
class Session : public std::enable_shared_from_this<Session> {
 public:
    Session(Socket socket, std::shared_ptr<Sessions> sessions);

    // Any thread:
    /// Without `welcome` it answers 503 at once: there are too many connections.
    void begin(bool welcome);
    void answer(Response response);
    void finish();   ///< closes as soon as the request taken in, if any, is answered
    void abandon();  ///< closes at once
    bool send_event(std::string_view text);
    void end_events();

 private:
    enum class Phase { reading, handling, writing, streaming, draining, closed };

    void start();
    void read();
    void on_read(error_code failed, std::size_t size);
    void parse();
    void confirm_continue();
    void take();
    void hand_over(Request request);
    void refuse(Code code);
    void write(Response response);
    void on_written(error_code failed);
    void next_request();
    void start_events();
    void write_events();
    void drain();
    void close();

    void expect_within(Duration limit);
    void expect_nothing() { x_deadline = SteadyClock::time_point::max(); }
    void arm_timer();
    void on_timer();

    Socket x_socket;
    SteadyTimer x_timer;
    std::shared_ptr<Sessions> x_sessions;
    beast::flat_buffer x_buffer;
    std::optional<RequestParser> x_parser;
    std::string x_peer;  ///< its address: to ask the system each time would be dear
    Phase x_phase = Phase::reading;
    std::atomic<bool> x_open{true};

    // The request that is being answered.
    AnswerShape x_shape;
    bool x_refused = false;  ///< not read to its end
    std::string x_head;
    std::string x_body;
    std::function<void(std::shared_ptr<Stream>)> x_feeder;
    StreamBuffer x_events;
    bool x_writing_events = false;

    // When the peer must have done what we wait for. The timer is set again only when that comes
    // earlier than it would go off: almost never on a busy connection.
    SteadyClock::time_point x_deadline = SteadyClock::time_point::max();
    SteadyClock::time_point x_armed = SteadyClock::time_point::max();
};

}  // namespace pay::http
