#pragma once

#include <deque>
#include <random>
#include <unordered_set>
#include <vector>

#include "core/http/breaker.hpp"
#include "core/http/client.hpp"
#include "core/http/connection.hpp"

namespace pay::http {

/// A client's pool, queue and breaker. All of it lives on one loop, so nothing is locked.
struct Client::State : std::enable_shared_from_this<State> {
    State(Io::Context& context, ClientOptions chosen);

    void begin(Call call, std::move_only_function<void(Outcome)> done);
    void end_all();

    Io::Context& io;
    Loop& loop;

 private:
    /// A call on its way through its attempts.
    struct Pending {
        Pending(Loop& loop, Call wanted, std::move_only_function<void(Outcome)> report)
            : call(std::move(wanted)), done(std::move(report)), timer(loop) {}

        Call call;
        std::move_only_function<void(Outcome)> done;
        SteadyTimer timer;  ///< the attempt's deadline, or the pause before the next
        std::shared_ptr<Connection> connection{};
        int attempts = 0;
        unsigned timer_turn = 0;
        bool exchanging = false;
        bool perhaps_sent = false;  ///< by an attempt before this one
        bool fresh = false;         ///< sent again: a kept connection had failed it
    };
    using PendingPtr = std::shared_ptr<Pending>;

    void attempt(const PendingPtr& pending);
    void acquire(const PendingPtr& pending);
    void open(const PendingPtr& pending);
    void exchange(const PendingPtr& pending);
    void on_ended(const PendingPtr& pending, Connection::Ended how);
    void on_answer(const PendingPtr& pending, Answer answer);
    void on_deadline(const PendingPtr& pending);
    void fail(const PendingPtr& pending, NoAnswer why);
    bool try_again(const PendingPtr& pending);
    void finish(const PendingPtr& pending, Outcome outcome);
    void after(const PendingPtr& pending, Duration delay, void (State::*next)(const PendingPtr&));
    void release(std::shared_ptr<Connection> connection);
    void drop(const std::shared_ptr<Connection>& connection);
    void serve_waiting();

    ClientOptions x_options;
    BaseUrl x_base;
    std::optional<asio::ssl::context> x_tls;
    Breaker x_breaker;
    std::vector<std::shared_ptr<Connection>> x_idle;
    std::size_t x_connections = 0;
    std::deque<PendingPtr> x_waiting;
    std::unordered_set<PendingPtr> x_calls;
    std::minstd_rand x_random{std::random_device{}()};
    bool x_ended = false;
};

}  // namespace pay::http
