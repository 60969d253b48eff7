#pragma once

#include <doctest/doctest.h>

#include <boost/json.hpp>
#include <condition_variable>
#include <deque>
#include <future>
#include <memory>
#include <mutex>
#include <string>

#include "core/http/client.hpp"
#include "core/http/io.hpp"
#include "core/http/server.hpp"
#include "sandbox/faults.hpp"
#include "sandbox/notify.hpp"
#include "sandbox/sandbox.hpp"

/// For the tests of the sandbox: one that runs, spoken to over HTTP.
namespace pay::sandbox {

inline constexpr const char* basic = "Basic c2FuZGJveDpzYW5kYm94";  // sandbox:sandbox

/// A field of a JSON object that is a text.
inline std::string text(const boost::json::value& object, std::string_view field) {
    return std::string(object.at(field).as_string());
}

struct Answered {
    int status = 0;  ///< 0: no answer
    std::string body;
    boost::json::value json;

    const boost::json::value& operator[](std::string_view name) const { return json.at(name); }
    std::string text_of(std::string_view name) const { return sandbox::text(json, name); }
    std::int64_t number(std::string_view name) const { return json.at(name).as_int64(); }
    std::string error_code() const { return text_of("error_code"); }
};

inline Answered read(const http::Outcome& outcome) {
    if (!outcome) return {};
    Answered answered{outcome->status, outcome->body, {}};
    boost::json::error_code failed;
    answered.json = boost::json::parse(outcome->body, failed);
    return answered;
}

/// A running sandbox with a clock that stands still.
class Running {
 public:
    explicit Running(SandboxOptions options = {})
        : x_sandbox(x_io, on_free_port(options), x_clock) {
        x_sandbox.start();
        http::ClientOptions to;
        to.base_url = x_sandbox.url();
        to.breaker_failures = 1'000'000;
        x_client = std::make_unique<http::Client>(x_io, to);
    }
    ~Running() { x_sandbox.stop(); }

    Answered send(http::Call call) {
        auto promise = std::make_shared<std::promise<http::Outcome>>();
        auto future = promise->get_future();
        x_client->send(std::move(call), [promise](http::Outcome outcome) {
            promise->set_value(std::move(outcome));
        });
        return read(future.get());
    }
    Answered get(std::string target, std::string authorization = basic) {
        return send({.target = std::move(target), .headers = {{"authorization", authorization}}});
    }
    Answered post(
        std::string target, std::string body, std::string authorization = basic,
        std::string type = "application/json"
    ) {
        return send({
            .method = http::Method::post,
            .target = std::move(target),
            .headers = {{"authorization", authorization}, {"content-type", type}},
            .body = std::move(body),
        });
    }
    Answered del(std::string target) {
        return send({.method = http::Method::del, .target = std::move(target), .headers = {}});
    }

    /// Pays 1000 won for an order; `more` are further fields of the body. The receipt's id.
    std::string paid(const std::string& more = "", const std::string& order_id = "order-1") {
        const auto answer =
            post("/sandbox/pay", R"({"order_id":")" + order_id + R"(","price":1000)" + more + "}");
        REQUIRE(answer.status == 201);
        return answer.text_of("receipt_id");
    }
    std::string approvable() { return paid(R"(,"separately_confirmed":true)"); }
    Answered confirm(const std::string& receipt_id) {
        return post("/v2/confirm", R"({"receipt_id":")" + receipt_id + "\"}");
    }
    Answered cancel(const std::string& receipt_id, const std::string& more = "") {
        return post("/v2/cancel", R"({"receipt_id":")" + receipt_id + "\"" + more + "}");
    }
    std::int64_t status_of(const std::string& receipt_id) {
        return get("/v2/receipt/" + receipt_id).number("status");
    }
    void fault(const std::string& name, const std::string& more = R"(,"times":1)") {
        REQUIRE(post("/sandbox/faults", R"({"fault":")" + name + "\"" + more + "}").status == 201);
    }
    std::string bearer() {
        const auto token = post(
            "/v2/request/token", R"({"application_id":"sandbox","private_key":"sandbox"})", ""
        );
        return "Bearer " + token.text_of("access_token");
    }

    http::Io& io() { return x_io; }
    Sandbox& sandbox() { return x_sandbox; }
    ManualClock& clock() { return *x_clock; }

 private:
    static SandboxOptions on_free_port(SandboxOptions options) {
        options.listen = "127.0.0.1:0";
        return options;
    }

    http::Io x_io{2};
    std::shared_ptr<ManualClock> x_clock =
        std::make_shared<ManualClock>(from_epoch_ms(1'772'414'142'000)
        );  // 2026-03-02 10:15:42 in Seoul
    Sandbox x_sandbox;
    std::unique_ptr<http::Client> x_client;
};

/// A receiver of webhooks that answers as told and hands out what came.
class Receiver {
 public:
    explicit Receiver(http::Io& io)
        : x_server(
              io, {.listen = "127.0.0.1:0"},
              [this](http::Request request, http::Responder to) {
                  take(std::move(request), std::move(to));
              }
          ) {
        x_server.start();
    }
    ~Receiver() { x_server.stop(Duration{1'000}); }

    std::string url() const { return x_server.url() + "/webhooks/bootpay?from=sandbox"; }
    /// The next answers; once they are used up: 200 and {"success":true}.
    void will_answer(http::Response response) {
        const std::lock_guard lock(x_mutex);
        x_answers.push_back(std::move(response));
    }
    /// Waits for the next webhook.
    boost::json::value next() {
        std::unique_lock lock(x_mutex);
        const bool came =
            x_came.wait_for(lock, std::chrono::seconds{20}, [this] { return !x_bodies.empty(); });
        REQUIRE(came);
        auto body = boost::json::parse(x_bodies.front());
        x_bodies.pop_front();
        return body;
    }
    std::size_t waiting() {
        const std::lock_guard lock(x_mutex);
        return x_bodies.size();
    }

 private:
    void take(http::Request request, http::Responder to) {
        http::Response response = http::json_response(200, R"({"success":true})");
        {
            const std::lock_guard lock(x_mutex);
            if (!x_answers.empty()) {
                response = std::move(x_answers.front());
                x_answers.pop_front();
            }
            const bool right =
                request.method == http::Method::post && request.path == "/webhooks/bootpay";
            x_bodies.push_back(right ? request.body : "{}");
        }
        x_came.notify_all();
        to.send(std::move(response));
    }

    std::mutex x_mutex;
    std::condition_variable x_came;
    std::deque<http::Response> x_answers;
    std::deque<std::string> x_bodies;
    http::Server x_server;
};

}  // namespace pay::sandbox
