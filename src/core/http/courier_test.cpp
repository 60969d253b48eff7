#include "core/http/courier.hpp"

#include <doctest/doctest.h>

#include <future>
#include <stdexcept>
#include <thread>

#include "core/http/base_url.hpp"
#include "core/http/test_tls_server.hpp"
#include "core/http/test_wire.hpp"

using namespace pay;
using namespace pay::http;
using test::answer_text;
using test::TlsServer;

namespace {

CourierOptions local(Duration timeout = Duration{20'000}) {
    return {.allowed = {"127.0.0.0/8"}, .timeout = timeout};
}

TlsServer::Script always(std::string answer) {
    return [answer = std::move(answer)](const std::string&) { return answer; };
}

struct Round {
    explicit Round(TlsServer::Script script, CourierOptions options = local())
        : server(std::move(script)), courier(io, std::move(options)) {}

    std::future<Courier::Outcome> start(std::string url) {
        auto promise = std::make_shared<std::promise<Courier::Outcome>>();
        auto future = promise->get_future();
        courier.send({std::move(url), {{"webhook-id", "msg_1"}}, "{}"}, [promise](auto outcome) {
            promise->set_value(std::move(outcome));
        });
        return future;
    }
    Courier::Outcome ask(std::string url) { return start(std::move(url)).get(); }
    std::string fault(std::string url) {
        const auto outcome = ask(std::move(url));
        return outcome ? "answered " + std::to_string(outcome->status) : outcome.error();
    }

    TlsServer server;
    Io io{1};
    Courier courier;
};

}  // namespace

TEST_CASE("a letter is posted over TLS, with path, query, headers and body") {
    std::string seen;
    Round round([&](const std::string& request) {
        seen = request;
        return answer_text("200 OK", "thanks");
    });
    const auto outcome = round.ask(round.server.url("/a/b?token=x%20y"));
    REQUIRE(outcome);
    CHECK(outcome->status == 200);
    CHECK(outcome->body == "thanks");
    CHECK(seen.starts_with("POST /a/b?token=x%20y HTTP/1.1\r\nhost: 127.0.0.1:"));
    CHECK(seen.contains("\r\nwebhook-id: msg_1\r\n"));
    CHECK(seen.ends_with("\r\n\r\n{}"));
    CHECK(round.ask(round.server.url("", "localhost"))->status == 200);
    CHECK(seen.starts_with("POST / HTTP/1.1\r\nhost: localhost:"));
}

TEST_CASE("a redirect is an answer: nobody is asked at the other place") {
    Round round(always("HTTP/1.1 302 Found\r\nlocation: /elsewhere\r\ncontent-length: 0\r\n\r\n"));
    CHECK(round.ask(round.server.url())->status == 302);
    CHECK(round.server.requests() == 1);
}

TEST_CASE(
    "a long answer is cut, whether its length is told, it comes in chunks or it ends by itself"
) {
    const std::string body(1 << 20, 'x');
    for (const auto& answer : {
             answer_text("200 OK", body),
             "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n100000\r\n" + body +
                 "\r\n0\r\n\r\n",
             "HTTP/1.1 200 OK\r\n\r\n" + body,
         }) {
        Round round(always(answer));
        const auto outcome = round.ask(round.server.url());
        REQUIRE(outcome);
        CHECK(outcome->status == 200);
        CHECK(outcome->body.size() == 4096);
    }
    Round fits(always(answer_text("200 OK", std::string(4096, 'x'))));
    CHECK(fits.ask(fits.server.url())->body.size() == 4096);
}

TEST_CASE("who does not answer in time is not waited for") {
    Round slow(always(""), local(Duration{200}));
    CHECK(slow.fault(slow.server.url()) == "no answer within 200 ms");
    Round begins(
        [](const std::string&) -> std::string {
            return "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nonly this";
        },
        local()
    );
    CHECK(begins.fault(begins.server.url()) == "what was answered is not HTTP, or it broke off");
}

TEST_CASE("what is no HTTP, no TLS or no listener is told") {
    Round round(always("good day\r\n\r\n"));
    CHECK(round.fault(round.server.url()) == "what was answered is not HTTP, or it broke off");
    CHECK(round.fault("https://127.0.0.1:1/").starts_with("no connection: "));
    CHECK(round.fault("https://no.such.name.invalid/").starts_with("its name has no address: "));
}

TEST_CASE("a certificate must be of the host's name and of an authority we know") {
    Round round(always(answer_text("200 OK")));
    CHECK(round.ask(round.server.url())->status == 200);
    // The same address by a name that the certificate is not for.
    CHECK(round.fault(round.server.url("/", "127.1")).starts_with("no TLS: certificate verify"));
    ::setenv("SSL_CERT_FILE", "/dev/null", 1);
    Io io(1);
    Courier stranger(io, local());
    std::promise<Courier::Outcome> outcome;
    stranger.send({round.server.url(), {}, "{}"}, [&](auto came) { outcome.set_value(came); });
    const auto came = outcome.get_future().get();
    ::setenv("SSL_CERT_FILE", test::Certificate::one().chain().c_str(), 1);
    REQUIRE(!came);
    CHECK(came.error().starts_with("no TLS: certificate verify"));
}

TEST_CASE("an address that is not public is not connected to, by number or by name") {
    Round round(always(answer_text("200 OK")), {.timeout = Duration{20'000}});
    const std::string refused = "its address is none that may be called";
    for (const auto* host :
         {"127.0.0.1", "localhost", "2130706433", "0x7f.1", "127.1", "[::1]", "[::ffff:127.0.0.1]",
          "0.0.0.0"}) {
        CAPTURE(host);
        CHECK(round.fault(round.server.url("/", host)) == refused);
    }
    CHECK(round.fault("https://169.254.169.254/latest/meta-data") == refused);
    CHECK(round.server.requests() == 0);
}

TEST_CASE("only https, without a user, a password or a fragment") {
    Round round(always(answer_text("200 OK")));
    for (const auto* url :
         {"", "http://127.0.0.1/", "ftp://127.0.0.1/", "127.0.0.1", "https://", "https:///path",
          "https://u@127.0.0.1/", "https://u:p@127.0.0.1/", "https://127.0.0.1/#here",
          "https://127.0.0.1:0/", "https://127.0.0.1:99999/", "https://127.0.0.1/a b",
          "https://127.0.0.1/\r\nx: y", "https://a%00b/", "https://a%20b/",
          "https://[fe80::1%25eth0]/", "https://가.kr/"}) {
        CAPTURE(url);
        CHECK(!parse_https_url(url));
        CHECK(round.fault(url) == "its URL is none that may be called");
    }
    const auto good = parse_https_url("https://shop.example:8443?a=b");
    REQUIRE(good);
    CHECK(good->base.host == "shop.example");
    CHECK(good->base.port == "8443");
    CHECK(good->target == "/?a=b");
    CHECK_THROWS_AS(Courier(round.io, {.allowed = {"nowhere"}}), std::runtime_error);
}

TEST_CASE("each host has a thread of its own while there are enough, and keeps it") {
    Io io(2);
    Courier courier(io, {});
    const auto thread_of = [&](const std::string& url) {
        std::promise<std::thread::id> thread;
        courier.send({url, {}, "{}"}, [&](const auto&) {
            thread.set_value(std::this_thread::get_id());
        });
        return thread.get_future().get();
    };
    const auto first = thread_of("https://10.0.0.1/a");
    const auto second = thread_of("https://10.0.0.2/");
    CHECK(first != second);
    CHECK(thread_of("https://10.0.0.1:8443/b") == first);
    CHECK(thread_of("https://10.0.0.2/") == second);
}

TEST_CASE("a letter cannot carry a header that is two") {
    Round round(always(answer_text("200 OK")));
    std::promise<Courier::Outcome> outcome;
    round.courier.send({round.server.url(), {{"a", "b\r\nc: d"}}, "{}"}, [&](auto came) {
        outcome.set_value(came);
    });
    CHECK(outcome.get_future().get().error() == "it cannot be written");
    CHECK(round.server.requests() == 0);
}

TEST_CASE("what is under way ends when the courier stops, and nothing goes out afterwards") {
    std::promise<void> came;
    Round round([&](const std::string&) {
        came.set_value();
        return std::string{};
    });
    auto waiting = round.start(round.server.url());
    came.get_future().wait();
    round.courier.stop();
    CHECK(waiting.get().error() == "this process stopped");
    CHECK(round.fault(round.server.url()) == "this process stopped");
}
