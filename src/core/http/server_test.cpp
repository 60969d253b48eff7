#include "core/http/server.hpp"

#include <doctest/doctest.h>

#include <future>

#include "core/http/test_server.hpp"

using namespace pay;
using namespace pay::http;
using namespace pay::http::test;

TEST_CASE("a request is answered and the connection kept") {
    Served served(echo);
    auto wire = served.connect();
    for (int i = 0; i < 3; ++i) {
        wire.send(request("POST /a", "Content-Length: 5\r\n", "hello"));
        const auto answer = wire.read_answer();
        CHECK(answer.starts_with("HTTP/1.1 200 OK\r\n"));
        CHECK(has(answer, "content-type: application/json\r\n"));
        CHECK(has(answer, "x-request-id: "));
        CHECK(has(answer, "traceparent: 00-"));
        CHECK(answer.ends_with("\r\n\r\n/a|hello"));
    }
}

TEST_CASE("requests sent ahead are answered in their order") {
    Served served(echo);
    auto wire = served.connect();
    std::string all;
    for (int i = 0; i < 50; ++i) all += request("GET /" + std::to_string(i));
    wire.send(all);
    for (int i = 0; i < 50; ++i) CHECK(wire.read_answer().ends_with("/" + std::to_string(i) + "|"));
}

TEST_CASE("a request may come byte by byte, chunked, or after 100-continue") {
    Served served(echo);
    auto wire = served.connect();
    for (const char c : request("POST /slow", "Content-Length: 2\r\n", "ok")) {
        wire.send(std::string_view(&c, 1));
    }
    CHECK(wire.read_answer().ends_with("/slow|ok"));
    wire.send(request(
        "POST /c", "Transfer-Encoding: chunked\r\n", "3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nT: 1\r\n\r\n"
    ));
    CHECK(wire.read_answer().ends_with("/c|abcde"));
    wire.send(request("POST /e", "Content-Length: 3\r\nExpect: 100-continue\r\n"));
    CHECK(wire.read_until("\r\n\r\n") == "HTTP/1.1 100 Continue\r\n\r\n");
    wire.send("xyz");
    CHECK(wire.read_answer().ends_with("/e|xyz"));
}

TEST_CASE("HEAD has the length of the body and no body") {
    Served served(echo);
    auto wire = served.connect();
    wire.send(request("HEAD /abc") + request("GET /next"));
    const auto head = wire.read_until("\r\n\r\n");
    CHECK(has(head, "content-length: 5\r\n"));
    CHECK(wire.read_answer().ends_with("/next|"));
}

TEST_CASE("a body over the limit is 413, by its announced length alone, and the connection ends") {
    Served served(echo, {.body_limit = 100});
    for (const auto* head :
         {"Content-Length: 101\r\n", "Content-Length: 101\r\nExpect: 100-continue\r\n"}) {
        auto wire = served.connect();
        wire.send(request("POST /a", head));
        const auto answer = wire.read_answer();
        CHECK(answer.starts_with("HTTP/1.1 413 "));
        CHECK(has(answer, "content-type: application/problem+json\r\n"));
        CHECK(has(answer, "connection: close\r\n"));
        CHECK(has(answer, "\"code\":\"PAYLOAD_TOO_LARGE\""));
        CHECK(has(answer, "\"instance\":\"/a\""));
        CHECK(wire.read_to_end().empty());
    }
    auto wire = served.connect();
    const std::string chunk = "40\r\n" + std::string(64, 'x') + "\r\n";
    wire.send(request("POST /a", "Transfer-Encoding: chunked\r\n", chunk + chunk));
    CHECK(wire.read_answer().starts_with("HTTP/1.1 413 "));
    // A client that sends all of it before it reads still gets the answer.
    auto eager = served.connect();
    eager.send(request("POST /a", "Content-Length: 1000000\r\n", std::string(1'000'000, 'x')));
    CHECK(eager.read_answer().starts_with("HTTP/1.1 413 "));
    CHECK(ask(served, request("POST /a", "Content-Length: 100\r\n", std::string(100, 'x')))
              .starts_with("HTTP/1.1 200 "));
}

TEST_CASE("malformed HTTP is 400 and the connection ends") {
    Served served(echo, {.header_limit = 2048});
    const std::string long_value(4000, 'x');
    const std::string cases[] = {
        "\x16\x03\x01\x02garbage\r\n\r\n",
        "GET / HTTP/9.9\r\n\r\n",
        "GET / HTTP/1.1\r\n\r\n",
        "GET /\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        request("GET /", "Bad Header: x\r\n"),
        request("GET /", "X: " + long_value + "\r\n"),
        "GET /" + long_value + " HTTP/1.1\r\nHost: a\r\n\r\n",
        request("POST /", "Content-Length: -1\r\n"),
        request("POST /", "Content-Length: 1\r\nContent-Length: 2\r\n"),
        request("POST /", "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n"),
        request("POST /", "Transfer-Encoding: gzip\r\n"),
        request("POST /", "Transfer-Encoding: chunked\r\n", "zz\r\n"),
        request("POST /", "Transfer-Encoding: chunked\r\n", "1;" + std::string(20'000, 'e')),
    };
    for (const auto& text : cases) {
        CAPTURE(text.substr(0, 80));
        auto wire = served.connect();
        wire.send(text);
        const auto answer = wire.read_answer();
        CHECK(answer.starts_with("HTTP/1.1 400 Bad Request\r\n"));
        CHECK(has(answer, "\"code\":\"BAD_REQUEST\""));
        CHECK(has(answer, "connection: close\r\n"));
        CHECK(wire.read_to_end().empty());
    }
}

TEST_CASE("clients that stop half way are closed") {
    const ServerOptions hurried{
        .header_timeout = Duration{50}, .body_timeout = Duration{50}, .idle_timeout = Duration{50}
    };
    Served served(echo, hurried);
    for (const std::string& text :
         {std::string{}, std::string{"GET / HT"}, std::string{"GET / HTTP/1.1\r\nHost: x\r\nA"},
          request("POST /", "Content-Length: 10\r\n", "half")}) {
        auto wire = served.connect();
        wire.send(text);
        CHECK(wire.read_to_end().empty());
    }
    auto kept = served.connect();
    kept.send(request("GET /a"));
    CHECK(kept.read_answer().ends_with("/a|"));
    CHECK(kept.read_to_end().empty());
}

TEST_CASE("a client that shuts its sending side still gets its answer") {
    Served served(echo);
    auto wire = served.connect();
    wire.send(request("GET /last"));
    wire.shut_sending();
    CHECK(wire.read_to_end().ends_with("/last|"));
}

TEST_CASE("Connection: close and HTTP/1.0 end the connection after the answer") {
    Served served(echo);
    for (const auto& text :
         {request("GET /a", "Connection: close\r\n"), std::string{"GET /a HTTP/1.0\r\n\r\n"}}) {
        auto wire = served.connect();
        wire.send(text);
        const auto answer = wire.read_to_end();
        CHECK(has(answer, "connection: close\r\n"));
        CHECK(answer.ends_with("/a|"));
    }
}

TEST_CASE("an answer may come later and from any thread") {
    std::promise<Responder> taken;
    Served served([&](Request, Responder responder) { taken.set_value(std::move(responder)); });
    auto wire = served.connect();
    wire.send(request("GET /later"));
    auto responder = taken.get_future().get();
    responder.send(json_response(201, "{}"));
    CHECK(wire.read_answer().starts_with("HTTP/1.1 201 Created\r\n"));
}

TEST_CASE("a forgotten request is 500, also when the handler throws") {
    Served forgets([](Request, Responder) {});
    CHECK(has(ask(forgets, request("GET /x")), "\"code\":\"INTERNAL\""));
    Served throws([](Request, Responder) { throw std::runtime_error("no"); });
    CHECK(ask(throws, request("GET /x")).starts_with("HTTP/1.1 500 "));
}

TEST_CASE("an answer to a client that left is dropped") {
    std::promise<Responder> taken;
    Served served([&](Request, Responder responder) { taken.set_value(std::move(responder)); });
    auto wire = served.connect();
    wire.send(request("GET /later"));
    auto responder = taken.get_future().get();
    served.server.stop(Duration{0});
    CHECK(wire.read_to_end().empty());
    responder.send(json_response(200, "{}"));
}

TEST_CASE("over the connection limit: 503 with Retry-After, and others go on") {
    Served served(echo, {.connection_limit = 1});
    auto first = served.connect();
    first.send(request("GET /a"));
    CHECK(first.read_answer().ends_with("/a|"));
    auto second = served.connect();
    const auto answer = second.read_answer();
    CHECK(answer.starts_with("HTTP/1.1 503 "));
    CHECK(has(answer, "retry-after: 1\r\n"));
    CHECK(has(answer, "\"code\":\"UNAVAILABLE\""));
    first.send(request("GET /b"));
    CHECK(first.read_answer().ends_with("/b|"));
}

TEST_CASE("Retry-After is given where the handler set none") {
    const auto answer_with = [](int status, Fields headers) {
        Served served([&](Request, Responder responder) {
            auto response = json_response(status, "{}");
            response.headers = headers;
            responder.send(std::move(response));
        });
        return ask(served, request("GET /"));
    };
    CHECK(has(answer_with(503, {}), "retry-after: 1\r\n"));
    CHECK(has(answer_with(429, {{"retry-after", "7"}}), "retry-after: 7\r\n"));
    CHECK_FALSE(has(answer_with(429, {{"retry-after", "7"}}), "retry-after: 1\r\n"));
    CHECK_FALSE(has(answer_with(500, {}), "retry-after"));
}

TEST_CASE("a header cannot be broken out of") {
    Served served([](Request, Responder responder) {
        auto response = json_response(200, "{}");
        response.headers = {
            {"x-one", "a\r\nset-cookie: x=1"}, {"x-two\r\nevil", "b"}, {"x-three", "c"}
        };
        responder.send(std::move(response));
    });
    const auto answer = ask(served, request("GET /"));
    CHECK_FALSE(has(answer, "cookie"));
    CHECK_FALSE(has(answer, "evil"));
    CHECK(has(answer, "x-three: c\r\n"));
}

TEST_CASE("ids, trace and language of a request are taken in and given back") {
    std::promise<Request> seen;
    Served served([&](Request got, Responder responder) {
        seen.set_value(std::move(got));
        responder.refuse(Error{Code::not_found});
    });
    const std::string trace = "0af7651916cd43dd8448eb211c80319c";
    const auto answer =
        ask(served,
            request(
                "GET /a?b=c", "X-Request-Id: req-1\r\ntraceparent: 00-" + trace +
                                  "-b7ad6b7169203331-01\r\nAccept-Language: ko-KR,en;q=0.5\r\n"
            ));
    const auto got = seen.get_future().get();
    CHECK(got.request_id == "req-1");
    CHECK(got.traceparent.substr(3, 32) == trace);
    CHECK(got.traceparent.substr(36, 16) != "b7ad6b7169203331");
    CHECK(got.language == Language::ko);
    CHECK(got.remote_address == "127.0.0.1");
    CHECK(got.query_text == "b=c");
    CHECK(has(answer, "x-request-id: req-1\r\n"));
    CHECK(has(answer, "traceparent: " + got.traceparent + "\r\n"));
    CHECK(has(answer, "content-language: ko\r\n"));
    CHECK(has(answer, "찾을 수 없습니다"));
}

TEST_CASE("a browser of the allowed origin may call, another may not") {
    Served served(echo, {.cors_origin = "https://shop.example"});
    const auto asked =
        ask(served, request(
                        "OPTIONS /v1/orders",
                        "Origin: https://shop.example\r\nAccess-Control-Request-Method: POST\r\n"
                    ));
    CHECK(asked.starts_with("HTTP/1.1 204 "));
    CHECK(has(asked, "access-control-allow-origin: https://shop.example\r\n"));
    CHECK(has(asked, "access-control-allow-headers: authorization, content-type, idempotency-key"));
    CHECK_FALSE(has(asked, "content-length"));
    const auto called = ask(served, request("GET /", "Origin: https://shop.example\r\n"));
    CHECK(has(called, "access-control-allow-origin: https://shop.example\r\n"));
    CHECK(has(
        called, "access-control-expose-headers: idempotency-replayed, x-request-id, retry-after\r\n"
    ));
    const auto other = ask(served, request("GET /", "Origin: https://evil.example\r\n"));
    CHECK_FALSE(has(other, "access-control"));
    CHECK(has(other, "vary: origin\r\n"));
}

TEST_CASE("a graceful stop answers what was taken in and closes the rest") {
    std::promise<Responder> taken;
    Served served([&](Request, Responder responder) { taken.set_value(std::move(responder)); });
    auto idle = served.connect();
    auto busy = served.connect();
    busy.send(request("GET /busy"));
    auto responder = taken.get_future().get();
    auto stopped = std::async(std::launch::async, [&] { served.server.stop(Duration{20'000}); });
    CHECK(idle.read_to_end().empty());  // closed, so the stop is under way
    CHECK_THROWS(served.connect());
    responder.send(json_response(200, "{}"));
    const auto answer = busy.read_to_end();
    CHECK(has(answer, "connection: close\r\n"));
    CHECK(answer.ends_with("{}"));
    stopped.get();
}

TEST_CASE("a stop does not wait longer than its grace") {
    std::promise<Responder> taken;
    Served served([&](Request, Responder responder) { taken.set_value(std::move(responder)); });
    auto busy = served.connect();
    busy.send(request("GET /busy"));
    const auto responder = taken.get_future().get();
    served.server.stop(Duration{1});
    CHECK(busy.read_to_end().empty());
}

TEST_CASE("a server that cannot listen says so in one line") {
    Io io(1);
    Server first(io, {.listen = "127.0.0.1:0"}, echo);
    const std::string taken = "127.0.0.1:" + std::to_string(first.port());
    for (const std::string& listen :
         {taken, std::string{"nonsense"}, std::string{"127.0.0.1:"}, std::string{"127.0.0.1:99999"},
          std::string{"203.0.113.1:0"}}) {
        CHECK_THROWS_AS(Server(io, {.listen = listen}, echo), std::runtime_error);
    }
    const ServerOptions bad_proxy{.listen = "127.0.0.1:0", .trusted_proxies = {"10.0.0.0/99"}};
    CHECK_THROWS_AS(Server(io, bad_proxy, echo), std::runtime_error);
}
