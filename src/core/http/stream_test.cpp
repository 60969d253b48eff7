#include "core/http/server.hpp"

#include <doctest/doctest.h>

#include <future>
#include <thread>

#include "core/http/test_server.hpp"

using namespace pay;
using namespace pay::http;
using namespace pay::http::test;

namespace {

/// A server whose answer is a stream; the test gets the feeder's end.
struct Streamed {
    explicit Streamed(ServerOptions options = {})
        : served(
              [this](Request, Responder responder) {
                  Response response;
                  response.content_type = "text/event-stream";
                  response.stream = [this](std::shared_ptr<Stream> stream) {
                      began.set_value(std::move(stream));
                  };
                  responder.send(std::move(response));
              },
              std::move(options)
          ) {}

    std::promise<std::shared_ptr<Stream>> began;
    Served served;
};

}  // namespace

TEST_CASE("a stream goes out in chunks and ends when its feeder closes it") {
    Streamed streamed;
    auto wire = streamed.served.connect();
    wire.send(request("GET /stream"));
    const auto stream = streamed.began.get_future().get();
    const auto head = wire.read_until("\r\n\r\n");
    CHECK(has(head, "transfer-encoding: chunked\r\n"));
    CHECK(has(head, "content-type: text/event-stream\r\n"));
    CHECK_FALSE(has(head, "content-length"));
    CHECK(stream->send("data: 1\n\n"));
    CHECK(wire.read_until("\n\n\r\n") == "9\r\ndata: 1\n\n\r\n");
    CHECK(stream->send(": still here\n\n"));
    CHECK(wire.read_until("\n\n\r\n") == "e\r\n: still here\n\n\r\n");
    stream->close();
    CHECK(wire.read_to_end() == "0\r\n\r\n");
    CHECK_FALSE(stream->send("late"));
}

TEST_CASE("a stream ends with its last handle, and for HTTP/1.0 it is the plain text") {
    Streamed streamed;
    auto wire = streamed.served.connect();
    wire.send("GET /stream HTTP/1.0\r\n\r\n");
    auto stream = streamed.began.get_future().get();
    CHECK(stream->send("data: 1\n\n"));
    stream.reset();
    CHECK(wire.read_to_end().ends_with("\r\n\r\ndata: 1\n\n"));
}

TEST_CASE("a client that does not read its stream is cut off") {
    Streamed streamed;
    auto wire = streamed.served.connect();
    wire.send(request("GET /stream"));
    const auto stream = streamed.began.get_future().get();
    const std::string piece(64 * 1024, 'x');
    int sent = 0;
    while (stream->send(piece) && sent < 1'000) ++sent;
    CHECK(sent < 1'000);
    CHECK_FALSE(stream->send("more"));
    CHECK_FALSE(wire.read_to_end().ends_with("0\r\n\r\n"));
}

TEST_CASE("the feeder learns that the client left") {
    Streamed streamed;
    auto wire = streamed.served.connect();
    wire.send(request("GET /stream"));
    const auto stream = streamed.began.get_future().get();
    wire.close();
    while (stream->send(": ping\n\n")) std::this_thread::yield();
    CHECK_FALSE(stream->send("x"));
}

TEST_CASE("a graceful stop closes streams") {
    Streamed streamed;
    auto wire = streamed.served.connect();
    wire.send(request("GET /stream"));
    const auto stream = streamed.began.get_future().get();
    CHECK(stream->send("data: 1\n\n"));
    streamed.served.server.stop(Duration{20'000});
    CHECK(wire.read_to_end().ends_with("data: 1\n\n\r\n0\r\n\r\n"));
    CHECK_FALSE(stream->send("late"));
}

TEST_CASE("a client that does not take its answer is closed") {
    std::promise<void> answered;
    Served served(
        [&](Request, Responder responder) {
            responder.send(json_response(200, std::string(64U * 1024 * 1024, 'x')));
            answered.set_value();
        },
        {.write_timeout = Duration{50}}
    );
    auto wire = served.connect();
    wire.send(request("GET /large"));
    answered.get_future().wait();
    served.server.stop(Duration{20'000});  // over once the connection is
    CHECK(wire.read_to_end().size() < 64U * 1024 * 1024);
}
