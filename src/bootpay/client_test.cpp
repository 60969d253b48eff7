#include "bootpay/client.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cstdio>
#include <thread>

#include "bootpay/scripted.hpp"
#include "core/http/test_wire.hpp"
#include "core/log/log.hpp"

using namespace pay;
using namespace pay::bootpay;
using namespace pay::bootpay::scripted;
using gateway::Refusal;
using gateway::Stage;
using gateway::Trouble;

namespace {

gateway::Found find(Client& client) {
    return wait_for<gateway::Found>([&](auto done) { client.find(receipt, std::move(done)); });
}
gateway::Approved approve(Client& client) {
    return wait_for<gateway::Approved>([&](auto done) { client.approve(receipt, std::move(done)); }
    );
}
gateway::Canceled cancel(Client& client) {
    return wait_for<gateway::Canceled>([&](auto done) {
        client.cancel({receipt, "c1", {}, "because"}, std::move(done));
    });
}

}  // namespace

TEST_CASE("one token serves many calls at once, and is fetched again before it ends") {
    Asked asked(always(200, payment(1)));
    std::atomic<int> open{50};
    std::promise<void> all;
    for (int i = 0; i < 50; ++i) {
        asked.client.find(receipt, [&](gateway::Found found) {
            CHECK(found);
            if (--open == 0) all.set_value();
        });
    }
    all.get_future().get();
    CHECK(asked.bootpay.tokens == 1);
    asked.clock->advance(std::chrono::minutes{24});
    CHECK(find(asked.client));
    CHECK(asked.bootpay.tokens == 1);
    asked.clock->advance(std::chrono::minutes{2});
    CHECK(find(asked.client));
    CHECK(asked.bootpay.tokens == 2);
    CHECK(asked.bootpay.authorizations.back() == "Bearer token2");
}

TEST_CASE("a refused token is replaced once") {
    SUBCASE("the new one is taken, also for an approval") {
        Asked asked([](Request request, Responder responder) {
            const bool good = request.header("authorization") == "Bearer token2";
            responder.send(
                good ? http::json_response(200, payment(1))
                     : http::json_response(401, error("TOKEN_KEY_INVALID"))
            );
        });
        CHECK(approve(asked.client));
        CHECK(asked.bootpay.tokens == 2);
        CHECK(asked.bootpay.count("/v2/confirm") == 2);
    }
    SUBCASE("the new one is refused too") {
        Asked asked(always(401, error("TOKEN_KEY_INVALID")));
        CHECK(find(asked.client).error() == Trouble::unknown);
        CHECK(asked.bootpay.tokens == 2);
        CHECK(approve(asked.client).error() == Refusal::not_sent);
    }
}

TEST_CASE("without a token nothing is sent") {
    Asked asked(always(200, payment(1)));
    asked.bootpay.gives_tokens = false;
    CHECK(find(asked.client).error() == Trouble::not_sent);
    CHECK(approve(asked.client).error() == Refusal::not_sent);
    CHECK(cancel(asked.client).error() == Refusal::not_sent);
    CHECK(asked.bootpay.count("/v2/confirm") == 0);
    asked.bootpay.gives_tokens = true;
    CHECK(find(asked.client));
}

TEST_CASE("the Basic form needs no token") {
    Bootpay bootpay(always(200, payment(1)));
    auto options = bootpay.options();
    options.client_key = "ck";
    options.secret_key = "sk";
    Client client(bootpay.io, options, std::make_shared<ManualClock>(noon));
    CHECK(find(client));
    CHECK(bootpay.tokens == 0);
    CHECK(bootpay.authorizations.back() == "Basic Y2s6c2s=");
    CHECK(bootpay.count("/v2/receipt/" + receipt) == 1);
}

TEST_CASE("a look-up: found, unknown, no answer to go by") {
    SUBCASE("found") {
        Asked asked(always(200, payment(2)));
        const auto found = find(asked.client);
        REQUIRE((found && *found));
        CHECK((*found)->stage == Stage::approvable);
    }
    SUBCASE("no such receipt") {
        Asked asked(always(404, error("RC_NOT_FOUND")));
        const auto found = find(asked.client);
        REQUIRE(found);
        CHECK(!*found);
        const auto all = wait_for<gateway::FoundAll>([&](auto done) {
            asked.client.find_by_order("ord_1", std::move(done));
        });
        REQUIRE(all);
        CHECK(all->empty());
    }
    SUBCASE("a 404 of somebody else's") {
        Asked asked(always(404, "<html>"));
        CHECK(find(asked.client).error() == Trouble::unknown);
    }
    SUBCASE("garbage") {
        Asked asked(always(200, "<html>"));
        CHECK(find(asked.client).error() == Trouble::unknown);
        const auto all = wait_for<gateway::FoundAll>([&](auto done) {
            asked.client.find_by_order("ord_1", std::move(done));
        });
        CHECK(all.error() == Trouble::unknown);
    }
    SUBCASE("another receipt than the one asked for") {
        Asked asked(always(200, payment(1, "ffffffffffffffffffffffff")));
        CHECK(find(asked.client).error() == Trouble::unknown);
        CHECK(approve(asked.client).error() == Refusal::unknown);
        CHECK(cancel(asked.client).error() == Refusal::unknown);
    }
    SUBCASE("payments of an order") {
        Asked asked(always(200, '[' + payment(1) + ']'));
        const auto all = wait_for<gateway::FoundAll>([&](auto done) {
            asked.client.find_by_order("ord_1", std::move(done));
        });
        REQUIRE(all);
        CHECK(all->size() == 1);
        CHECK(asked.bootpay.count("/v2/lookup/order/ord_1") == 1);
    }
}

TEST_CASE("a look-up is repeated after a fault") {
    auto times = std::make_shared<std::atomic<int>>(0);
    Asked asked([times](Request, Responder responder) {
        const bool good = ++*times == 3;
        responder.send(http::json_response(good ? 200 : 500, good ? payment(1) : "oops"));
    });
    CHECK(find(asked.client));
    CHECK(*times == 3);
}

TEST_CASE("approve and cancel go out once, whatever becomes of them") {
    const auto once = [](http::Handler rest, Refusal expected) {
        Asked asked(std::move(rest));
        CHECK(approve(asked.client).error() == expected);
        CHECK(cancel(asked.client).error() == expected);
        CHECK(asked.bootpay.count("/v2/confirm") == 1);
        CHECK(asked.bootpay.count("/v2/cancel") == 1);
    };
    SUBCASE("500") {
        once(always(500, "oops"), Refusal::unknown);
    }
    SUBCASE("502") {
        once(always(502, error("RC_CONFIRM_FAILED")), Refusal::unknown);
    }
    SUBCASE("garbage") {
        once(always(200, "<html>"), Refusal::unknown);
    }
    SUBCASE("a refusal that is not Bootpay's own") {
        once(always(400, "<html>"), Refusal::unknown);
    }
    SUBCASE("too many") {
        once(always(429, ""), Refusal::not_sent);
    }
}

TEST_CASE("an answer that never comes is an unknown outcome, asked for once") {
    std::promise<std::shared_ptr<Responder>> came;
    Bootpay bootpay([&](Request, Responder responder) {
        came.set_value(std::make_shared<Responder>(std::move(responder)));
    });
    auto options = bootpay.options();
    options.action_timeout = Duration{200};
    Client client(bootpay.io, options, std::make_shared<ManualClock>(noon));
    CHECK(approve(client).error() == Refusal::timed_out);
    CHECK(bootpay.count("/v2/confirm") == 1);
    came.get_future().get()->send(http::json_response(200, payment(1)));  // too late
}

TEST_CASE("error codes") {
    const std::vector<std::pair<std::string, Refusal>> codes{
        {"RC_CONFIRM_FAILED", Refusal::declined},
        {"RC_NOT_CONFIRM_READY", Refusal::not_ready},
        {"RC_ALREADY_CANCELLED", Refusal::not_ready},
        {"RC_CANCEL_SERVER_ERROR", Refusal::refused},
        {"RC_CONFIRM_CRITICAL_FAILED", Refusal::unknown},
        {"RC_CANCEL_CRITICAL_ERROR", Refusal::unknown},
        {"RC_NOT_FOUND", Refusal::refused},
    };
    for (const auto& [code, refusal] : codes) {
        CAPTURE(code);
        Asked asked(always(400, error(code)));
        CHECK(approve(asked.client).error() == refusal);
        CHECK(cancel(asked.client).error() == refusal);
    }
}

TEST_CASE("a success is what the gateway says") {
    Asked asked(always(200, payment(1)));
    const auto approved = approve(asked.client);
    REQUIRE(approved);
    CHECK(approved->charged());
    CHECK(asked.bootpay.bodies.back() == R"({"receipt_id":")" + receipt + "\"}");
    REQUIRE(cancel(asked.client));
    CHECK(asked.bootpay.bodies.back().find(R"("cancel_id":"c1")") != std::string::npos);
}

TEST_CASE("a dropped connection is an unknown outcome, and no gateway at all is nothing sent") {
    const int listener = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    REQUIRE(::bind(listener, generic, size) == 0);
    REQUIRE(::listen(listener, 8) == 0);
    REQUIRE(::getsockname(listener, generic, &size) == 0);
    http::Io io(1);
    Options options;
    options.base_url = "http://127.0.0.1:" + std::to_string(ntohs(address.sin_port));
    options.client_key = "ck";
    options.secret_key = "sk";
    Client client(io, options, std::make_shared<ManualClock>(noon));
    std::jthread dropper([&] {
        auto wire = http::test::Wire::from_socket(::accept(listener, nullptr, nullptr));
        wire.read_until("\r\n\r\n");
    });
    CHECK(approve(client).error() == Refusal::unknown);
    dropper.join();
    ::close(listener);
    CHECK(approve(client).error() == Refusal::not_sent);
    CHECK(find(client).error() == Trouble::not_sent);
}

TEST_CASE("secrets never reach the log") {
    char name[] = "/tmp/pay_bootpay_log_XXXXXX";
    const int file = ::mkstemp(name);
    REQUIRE(file >= 0);
    const int stderr_before = ::dup(STDERR_FILENO);
    ::dup2(file, STDERR_FILENO);
    {
        Asked asked(always(400, error("RC_CANCEL_SERVER_ERROR")));
        static_cast<void>(wait_for<gateway::Canceled>([&](auto done) {  // logs a refusal
            const gateway::RefundAccount account{"004", "11022233344", "Hong"};
            asked.client.cancel({receipt, "c1", {}, "why", account}, std::move(done));
        }));
        static_cast<void>(wait_for<gateway::Revoked>([&](auto done) {
            asked.client.revoke_key("b1llingkey", std::move(done));
        }));
        asked.clock->advance(std::chrono::hours{1});
        asked.bootpay.gives_tokens = false;
        static_cast<void>(find(asked.client));  // logs that there is no token
    }
    ::dup2(stderr_before, STDERR_FILENO);
    ::close(stderr_before);
    std::string text(64 * 1024, '\0');
    text.resize(
        static_cast<std::size_t>(std::max<ssize_t>(0, ::pread(file, text.data(), text.size(), 0)))
    );
    ::close(file);
    ::unlink(name);
    CHECK(text.find("RC_CANCEL_SERVER_ERROR") != std::string::npos);
    CHECK(text.find("no access token") != std::string::npos);
    CHECK(text.find(secret) == std::string::npos);
    for (const char* hidden : {"token1", "11022233344", "Hong", "b1llingkey"}) {
        CHECK(text.find(hidden) == std::string::npos);
    }
}
