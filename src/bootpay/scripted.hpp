#pragma once

#include <doctest/doctest.h>

#include <atomic>
#include <future>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "bootpay/client.hpp"
#include "core/http/server.hpp"

/// For the tests of the client: a server that plays Bootpay as the test says.
namespace pay::bootpay::scripted {

using http::Request;
using http::Responder;

inline const Time noon = from_epoch_ms(1'772'414'130'000);
inline const std::string receipt = "0123456789abcdef01234567";
inline const std::string secret = "s3cret+key/with=signs";

inline std::string payment(int status, const std::string& id = receipt) {
    return R"({"receipt_id":")" + id +
           R"(","order_id":"ord_1","price":1000,"cancelled_price":0,"status":)" +
           std::to_string(status) + '}';
}

inline std::string error(const std::string& code) {
    return R"({"error_code":")" + code + R"(","message":"x"})";
}

/// A server that plays Bootpay: gives tokens, and to all else what the test says.
struct Bootpay {
    explicit Bootpay(http::Handler rest)
        : handler(std::move(rest)),
          server(io, {.listen = "127.0.0.1:0"}, [this](Request request, Responder responder) {
              answer(std::move(request), std::move(responder));
          }) {
        server.start();
    }
    ~Bootpay() { server.stop(Duration{1'000}); }

    void answer(Request request, Responder responder) {
        const bool token = request.path == "/v2/request/token";
        {
            const std::lock_guard lock(mutex);
            ++calls[request.path];
            bodies.push_back(request.body);
            authorizations.push_back(std::string(request.header("authorization")));
        }
        if (!token) return handler(std::move(request), std::move(responder));
        const int number = ++tokens;
        if (!gives_tokens)
            return responder.send(http::json_response(401, error("APP_SK_NOT_MATCHED")));
        responder.send(http::json_response(
            200, R"({"access_token":"token)" + std::to_string(number) + R"(","expire_in":1800})"
        ));
    }
    Options options() const {
        Options made;
        made.base_url = server.url() + "/v2";
        made.application_id = "app";
        made.private_key = secret;
        made.look_up_timeout = Duration{3'000};
        made.action_timeout = Duration{3'000};
        return made;
    }
    int count(const std::string& path) {
        const std::lock_guard lock(mutex);
        return calls[path];
    }

    http::Io io{2};
    http::Handler handler;
    std::mutex mutex;
    std::map<std::string, int> calls;
    std::vector<std::string> bodies;
    std::vector<std::string> authorizations;
    std::atomic<int> tokens{0};
    std::atomic<bool> gives_tokens{true};
    http::Server server;
};

inline http::Handler always(int status, std::string body) {
    return [status, body = std::move(body)](Request, Responder responder) {
        responder.send(http::json_response(status, body));
    };
}

template <class Answer, class Start>
Answer wait_for(Start start) {
    auto promise = std::make_shared<std::promise<Answer>>();
    auto future = promise->get_future();
    start([promise](Answer answer) { promise->set_value(std::move(answer)); });
    return future.get();
}

struct Asked {
    explicit Asked(http::Handler rest)
        : bootpay(std::move(rest)), client(bootpay.io, bootpay.options(), clock) {}
    std::shared_ptr<ManualClock> clock = std::make_shared<ManualClock>(noon);
    Bootpay bootpay;
    Client client;
};

}  // namespace pay::bootpay::scripted
