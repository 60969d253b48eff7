#pragma once

#include <condition_variable>
#include <future>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "core/bus/local.hpp"
#include "core/http/router.hpp"
#include "core/ident/ident.hpp"
#include "core/runtime/context.hpp"
#include "core/sql/scratch.hpp"

namespace pay::test {

/// What a service stands on in a test: a storage of its own, the bus inside the process, a clock
/// that stands still.
struct Ground {
    Ground() : storage(sql::open_storage(scratch.url())) {}
    ~Ground() { io.stop(); }

    /// Messages that cannot be handled are parked at once.
    Context context() { return {*storage, bus, io, metrics, clock, "test", {.most = 1}}; }

    const sql::Scratch scratch;
    const std::shared_ptr<ManualClock> clock =
        std::make_shared<ManualClock>(from_epoch_ms(1'772'414'130'000));
    const std::unique_ptr<sql::Storage> storage;
    bus::Local bus;
    metrics::Metrics metrics;
    http::Io io{1};
};

/// Asks a service's routes as the router does, with signed tokens, and waits for the answer.
class Front {
 public:
    Front(Ground& ground, std::vector<http::Route> routes)
        : Front(ground.clock, std::move(routes)) {}
    Front(const std::shared_ptr<const Clock>& clock, std::vector<http::Route> routes)
        : x_clock(clock),
          x_router(std::make_shared<http::TokenVerifier>(
              http::TokenOptions{.secret = std::string(secret)}, clock
          )) {
        x_router.add(std::move(routes));
    }

    /// `who` is nobody (""), a user, or `root`, an administrator. `target` may have a query.
    http::Response ask(
        http::Method method, const std::string& who, const std::string& target,
        const std::string& body = "", const std::string& key = ""
    ) {
        http::Request request;
        request.method = method;
        const auto mark = target.find('?');
        request.path = target.substr(0, mark);
        if (mark != std::string::npos) request.query_text = target.substr(mark + 1);
        request.body = body;
        if (!key.empty()) request.headers.emplace_back("idempotency-key", key);
        if (!who.empty()) request.headers.emplace_back("authorization", "Bearer " + token_of(who));
        std::promise<http::Response> answered;
        auto answer = answered.get_future();
        http::Responder responder(
            [&answered](http::Response response) { answered.set_value(std::move(response)); },
            http::Language::en, request.path
        );
        x_router.handle(std::move(request), std::move(responder));
        return answer.get();
    }
    http::Response get(const std::string& who, const std::string& target) {
        return ask(http::Method::get, who, target);
    }

 private:
    static constexpr std::string_view secret = "thirty-two bytes that sign tests";

    std::string token_of(const std::string& who) const {
        const auto now = x_clock->now();
        return http::sign_token(
            {.user_id = who,
             .role = who == "root" ? http::Role::admin : http::Role::user,
             .expires = now + std::chrono::hours{1}},
            secret, now
        );
    }

    std::shared_ptr<const Clock> x_clock;
    http::Router x_router;
};

/// Listens to a topic and keeps what comes. Before anything is published.
class Listener {
 public:
    Listener(bus::Bus& bus, std::string_view topic) {
        bus.subscribe(
            {std::string(topic), "test",
             [this](const bus::Message& message, bus::Handled handled) {
                 {
                     const std::lock_guard lock(x_mutex);
                     x_messages.push_back(message);
                 }
                 x_came.notify_all();
                 handled(bus::Verdict::done);
             }}
        );
    }

    /// Waits until `count` messages have come in all, and gives them.
    std::vector<bus::Message> wait_for(std::size_t count) {
        std::unique_lock lock(x_mutex);
        x_came.wait(lock, [&] { return x_messages.size() >= count; });
        return x_messages;
    }

 private:
    std::mutex x_mutex;
    std::condition_variable x_came;
    std::vector<bus::Message> x_messages;
};

/// Publishes a message and waits for its verdict: whether all subscribers have it.
inline bool publish(
    bus::Bus& bus, std::string_view topic, std::string_view type, std::string payload,
    std::string_view key = ""
) {
    bus::Message message;
    message.id = random_hex_128();
    message.topic = topic;
    message.key = key;
    message.type = type;
    message.payload = std::move(payload);
    std::promise<bool> settled;
    auto verdict = settled.get_future();
    bus.publish(message, [&settled](bool taken) { settled.set_value(taken); });
    return verdict.get();
}

/// A service that runs as long as this lives.
template <class Service>
struct Running {
    explicit Running(Ground& ground) : service(ground.context()) { service.start(); }
    Running(Ground& ground, bus::Bus& bus) : service(ground.context()) {
        service.subscribe(bus);
        service.start();
        bus.start();
    }
    ~Running() {
        service.engine().stop_sending();
        service.engine().stop();
    }
    Service service;
};

}  // namespace pay::test
