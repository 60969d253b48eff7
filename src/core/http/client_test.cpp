#include "core/http/client.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <future>
#include <thread>

#include "core/http/base_url.hpp"
#include "core/http/breaker.hpp"
#include "core/http/server.hpp"
#include "core/http/test_wire.hpp"

using namespace pay;
using namespace pay::http;
using test::Wire;

namespace {

/// A listener that does with each connection what the test's script says, one after another.
class Listener {
 public:
    using Script = std::function<void(Wire, int)>;

    explicit Listener(Script script) : x_socket(::socket(AF_INET, SOCK_STREAM, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        auto* generic = reinterpret_cast<sockaddr*>(&address);
        REQUIRE(::bind(x_socket, generic, sizeof address) == 0);
        REQUIRE(::listen(x_socket, 64) == 0);
        socklen_t size = sizeof address;
        REQUIRE(::getsockname(x_socket, generic, &size) == 0);
        x_port = ntohs(address.sin_port);
        x_thread = std::thread([this, script = std::move(script)] {
            for (;;) {
                const int accepted = ::accept(x_socket, nullptr, nullptr);
                if (accepted < 0) return;
                script(Wire::from_socket(accepted), x_accepted++);
            }
        });
    }
    Listener(const Listener&) = delete;
    Listener& operator=(const Listener&) = delete;
    ~Listener() {
        ::shutdown(x_socket, SHUT_RDWR);
        x_thread.join();
        ::close(x_socket);
    }

    std::string url() const { return "http://127.0.0.1:" + std::to_string(x_port); }
    int accepted() const { return x_accepted; }

 private:
    int x_socket;
    int x_port = 0;
    std::atomic<int> x_accepted{0};
    std::thread x_thread;
};

std::future<Outcome> start(Client& client, Call call) {
    auto promise = std::make_shared<std::promise<Outcome>>();
    auto future = promise->get_future();
    client.send(std::move(call), [promise](Outcome outcome) {
        promise->set_value(std::move(outcome));
    });
    return future;
}

Outcome ask(Client& client, Call call) {
    return start(client, std::move(call)).get();
}

Call get(std::string target = "/") {
    Call call;
    call.target = std::move(target);
    return call;
}

Call post(std::string body) {
    Call call = get();
    call.method = Method::post;
    call.body = std::move(body);
    return call;
}

std::string ok(std::string_view body) {
    return "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
           std::string(body);
}

NoAnswer why(const Outcome& outcome) {
    REQUIRE_FALSE(outcome.has_value());
    return outcome.error();
}

/// Nobody listens on this port: it was free a moment ago.
std::string closed_url() {
    const Listener listener([](Wire, int) {});
    return listener.url();
}

}  // namespace

TEST_CASE("calls reach a server, with prefix, headers and body, over kept connections") {
    Io io(2);
    Server server(io, {.listen = "127.0.0.1:0"}, [](Request request, Responder responder) {
        auto response =
            json_response(201, request.path + '|' + request.query_text + '|' + request.body);
        response.headers.emplace_back("X-Seen", request.header("x-sent"));
        responder.send(std::move(response));
    });
    server.start();
    Client client(io, {.base_url = server.url() + "/v2/"});
    Call call = post("{\"a\":1}");
    call.target = "/pay?x=1";
    call.headers = {{"X-Sent", "yes"}};
    for (int i = 0; i < 3; ++i) {
        const auto outcome = ask(client, call);
        REQUIRE(outcome.has_value());
        CHECK(outcome->status == 201);
        CHECK(outcome->body == "/v2/pay|x=1|{\"a\":1}");
        CHECK(find(outcome->headers, "x-seen") == "yes");
    }
    Call head = get("/h");
    head.method = Method::head;
    const auto outcome = ask(client, head);
    REQUIRE(outcome.has_value());
    CHECK(outcome->body.empty());
    CHECK(ask(client, get("/next"))->body == "/v2/next||");
}

TEST_CASE("many calls share few connections") {
    Io io(2);
    Server server(
        io, {.listen = "127.0.0.1:0", .connection_limit = 3},
        [](Request request, Responder responder) {
            responder.send(json_response(200, request.path));
        }
    );
    server.start();
    Client client(io, {.base_url = server.url(), .connection_limit = 3});
    std::vector<std::future<Outcome>> calls;
    for (int i = 0; i < 300; ++i) calls.push_back(start(client, get("/" + std::to_string(i))));
    for (int i = 0; i < 300; ++i) {
        const auto outcome = calls[static_cast<std::size_t>(i)].get();
        REQUIRE(outcome.has_value());
        CHECK(outcome->body == "/" + std::to_string(i));
    }
}

TEST_CASE("no connection is not_sent") {
    Io io(1);
    Client client(io, {.base_url = closed_url()});
    CHECK(why(ask(client, get())) == NoAnswer::not_sent);
    CHECK(why(ask(client, post("x"))) == NoAnswer::not_sent);
}

TEST_CASE("a server that misbehaves leaves the outcome unknown") {
    const std::string answers[] = {
        "",
        "HTTP/1.1 200 OK\r\nContent-Le",
        "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf",
        "\x16garbage\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
        "HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n" + std::string(5000, 'x')
    };
    Io io(1);
    for (const auto& answer : answers) {
        CAPTURE(answer.substr(0, 60));
        const Listener listener([&](Wire wire, int) {
            wire.read_until("\r\n\r\n");
            wire.send(answer);
        });
        Client client(io, {.base_url = listener.url(), .answer_limit = 1000});
        CHECK(why(ask(client, get())) == NoAnswer::unknown);
        CHECK(why(ask(client, post("x"))) == NoAnswer::unknown);
    }
}

TEST_CASE("answers of every framing are read") {
    const std::string answers[] = {
        ok("body"),
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nbo\r\n2\r\ndy\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nbody",
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + ok("body")
    };
    Io io(1);
    for (const auto& answer : answers) {
        const Listener listener([&](Wire wire, int) {
            wire.read_until("\r\n\r\n");
            wire.send(answer);
        });
        Client client(io, {.base_url = listener.url()});
        const auto outcome = ask(client, get());
        REQUIRE(outcome.has_value());
        CHECK(outcome->body == "body");
    }
}

TEST_CASE("a server that never answers is timed_out, sent or not") {
    std::vector<Wire> held;
    const Listener silent([&](Wire wire, int) { held.push_back(std::move(wire)); });
    Io io(1);
    Client client(io, {.base_url = silent.url(), .connection_limit = 1});
    Call call = post("x");
    call.timeout = Duration{50};
    CHECK(why(ask(client, call)) == NoAnswer::timed_out);
    // The one that waits behind it in the queue was never sent.
    Call blocking = get();
    blocking.timeout = Duration{400};
    auto first = start(client, blocking);
    auto second = start(client, call);
    CHECK(why(second.get()) == NoAnswer::not_sent);
    CHECK(why(first.get()) == NoAnswer::timed_out);
}

TEST_CASE("a full queue refuses at once") {
    std::vector<Wire> held;
    const Listener silent([&](Wire wire, int) { held.push_back(std::move(wire)); });
    Io io(1);
    auto client = std::make_unique<Client>(
        io, ClientOptions{.base_url = silent.url(), .connection_limit = 1, .queue_limit = 1}
    );
    auto first = start(*client, get());
    auto second = start(*client, get());
    CHECK(why(ask(*client, get())) == NoAnswer::not_sent);
    client.reset();  // the calls under way end
    CHECK(why(second.get()) == NoAnswer::not_sent);
    CHECK(why(first.get()) != NoAnswer::timed_out);
}

TEST_CASE("a stopped client ends what is under way and sends nothing more") {
    std::vector<Wire> held;
    const Listener silent([&](Wire wire, int) { held.push_back(std::move(wire)); });
    Io io(1);
    Client client(io, {.base_url = silent.url()});
    auto first = start(client, get());
    client.stop();
    CHECK(why(first.get()) != NoAnswer::timed_out);
    const auto accepted = silent.accepted();
    CHECK(why(ask(client, get())) == NoAnswer::not_sent);
    CHECK(silent.accepted() == accepted);
    client.stop();
}

TEST_CASE("a GET on a kept connection that the server drops is sent again, a POST is unknown") {
    const Listener listener([](Wire wire, int) {
        wire.read_until("\r\n\r\n");
        wire.send(ok("one"));
        wire.read_until("\r\n\r\n");  // the second request is read and dropped
    });
    Io io(1);
    Client client(io, {.base_url = listener.url()});
    CHECK(ask(client, get())->body == "one");
    CHECK(ask(client, get())->body == "one");
    CHECK(listener.accepted() == 2);
    CHECK(why(ask(client, post("x"))) == NoAnswer::unknown);
}

TEST_CASE("a kept connection that was closed meanwhile is not used for a POST") {
    std::promise<void> closed;
    const Listener listener([&](Wire wire, int count) {
        wire.read_until("\r\n\r\n");
        wire.send(ok("x"));
        wire.close();
        if (count == 0) closed.set_value();
    });
    Io io(1);
    Client client(io, {.base_url = listener.url()});
    REQUIRE(ask(client, get()).has_value());
    closed.get_future().wait();
    CHECK(ask(client, post("y")).has_value());
}

TEST_CASE("attempts are repeated for no answer, 5xx and 429, and counted") {
    const auto attempts = [](const std::string& answer, int allowed) {
        std::atomic<int> seen{0};
        Outcome outcome;
        {
            const Listener listener([&](Wire wire, int) {
                wire.read_until("\r\n\r\n");
                ++seen;
                wire.send(answer);
            });
            Io io(1);
            Client client(io, {.base_url = listener.url(), .retry_pause = Duration{1}});
            Call call = get();
            call.attempts = allowed;
            outcome = ask(client, call);
        }
        return std::pair(seen.load(), outcome.has_value() ? outcome->status : -1);
    };
    const std::string tail = "\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    CHECK(attempts("", 3) == std::pair(3, -1));
    CHECK(attempts("HTTP/1.1 503 X" + tail, 3) == std::pair(3, 503));
    CHECK(attempts("HTTP/1.1 429 X" + tail, 2) == std::pair(2, 429));
    CHECK(attempts("HTTP/1.1 404 X" + tail, 3) == std::pair(1, 404));
    CHECK(attempts("HTTP/1.1 500 X" + tail, 1) == std::pair(1, 500));
}

TEST_CASE("a later attempt can succeed, and an earlier one that was sent is not forgotten") {
    const Listener listener([](Wire wire, int count) {
        wire.read_until("\r\n\r\n");
        if (count > 0) wire.send(ok("second"));
    });
    Io io(1);
    Client client(
        io, {.base_url = listener.url(),
             .breaker_failures = 1,
             .retry_pause = Duration{1},
             .breaker_pause = Duration{60'000}}
    );
    Call call = get();
    call.attempts = 2;
    // The first failure opens the breaker: the second attempt cannot go out, but the first did.
    CHECK(why(ask(client, call)) == NoAnswer::unknown);
    Client patient(io, {.base_url = listener.url(), .retry_pause = Duration{1}});
    CHECK(ask(patient, call)->body == "second");
}

TEST_CASE("the breaker opens after failures in a row and closes by a probe that succeeds") {
    std::atomic<bool> healthy{false};
    const Listener listener([&](Wire wire, int) {
        wire.read_until("\r\n\r\n");
        if (healthy) wire.send(ok("fine"));
    });
    Io io(1);
    Client client(
        io, {.base_url = listener.url(), .breaker_failures = 3, .breaker_pause = Duration{20}}
    );
    for (int i = 0; i < 3; ++i) CHECK(why(ask(client, post("x"))) == NoAnswer::unknown);
    healthy = true;
    Outcome outcome = std::unexpected(NoAnswer::unknown);
    while (!outcome) outcome = ask(client, get());  // not_sent until the pause is over
    CHECK(outcome->body == "fine");
    CHECK(ask(client, get()).has_value());
}

TEST_CASE("a breaker's states") {
    using std::chrono::milliseconds;
    Breaker breaker(2, milliseconds{100});
    Breaker::Moment now{};
    CHECK(breaker.admit(now));
    breaker.failed(now);
    breaker.succeeded();
    breaker.failed(now);
    CHECK(breaker.admit(now));
    breaker.failed(now);
    CHECK_FALSE(breaker.admit(now));
    CHECK_FALSE(breaker.admit(now + milliseconds{99}));
    now += milliseconds{100};
    CHECK(breaker.admit(now));
    CHECK_FALSE(breaker.admit(now));  // one probe at a time
    breaker.failed(now);
    CHECK_FALSE(breaker.admit(now));
    now += milliseconds{100};
    CHECK(breaker.admit(now));
    breaker.abandoned();
    CHECK(breaker.admit(now));
    breaker.succeeded();
    CHECK(breaker.admit(now));
    CHECK(breaker.admit(now));
}

TEST_CASE("a call that would break its lines is not sent") {
    const Listener listener([](Wire, int) {});
    Io io(1);
    Client client(io, {.base_url = listener.url()});
    CHECK(why(ask(client, get("/a b"))) == NoAnswer::not_sent);
    CHECK(why(ask(client, get("/\r\nX: y"))) == NoAnswer::not_sent);
    Call call = get();
    call.headers = {{"x", "a\r\nEvil: 1"}};
    CHECK(why(ask(client, call)) == NoAnswer::not_sent);
    CHECK(listener.accepted() == 0);
}

TEST_CASE("https to a server that does not speak it is not_sent") {
    const Listener listener([](Wire wire, int) { wire.send("HTTP/1.1 400 Bad Request\r\n\r\n"); });
    Io io(1);
    Client client(io, {.base_url = "https" + listener.url().substr(4)});
    CHECK(why(ask(client, get())) == NoAnswer::not_sent);
}

TEST_CASE("base URLs are taken apart or refused") {
    const auto base = parse_base_url("https://api.example.com/v2/");
    CHECK(base.tls);
    CHECK(base.host == "api.example.com");
    CHECK(base.port == "443");
    CHECK(base.authority == "api.example.com");
    CHECK(base.prefix == "/v2");
    CHECK(parse_base_url("http://[::1]:8090").host == "::1");
    CHECK(parse_base_url("http://[::1]:8090").authority == "[::1]:8090");
    for (const auto* bad :
         {"", "api.example.com", "ftp://x", "http://", "http://user:pw@x", "http://x?y",
          "http://x#y", "http://x:99999", "http://x:0", "http://x y"}) {
        CHECK_THROWS_AS_MESSAGE(parse_base_url(bad), std::runtime_error, bad);
    }
}
