#pragma once

#include <expected>
#include <functional>
#include <memory>
#include <string>

#include "core/http/io.hpp"
#include "core/http/message.hpp"

namespace pay::http {

struct ClientOptions {
    std::string base_url{};             ///< http(s)://host[:port][/prefix]; throws if it is none
    std::size_t connection_limit = 64;  ///< kept alive and used again; further calls queue
    std::size_t queue_limit = 4096;     ///< calls that may wait for a connection
    Duration connect_timeout{3'000};
    std::size_t answer_limit = 1024 * 1024;
    int breaker_failures = 20;      ///< so many failures in a row open the breaker
    Duration retry_pause{100};      ///< before the second attempt; doubles up to 2 s, jittered
    Duration breaker_pause{2'000};  ///< then calls fail at once, until one probe succeeds
};

struct Call {
    Method method = Method::get;
    std::string target{};  ///< path and query, after the base's prefix
    Fields headers{};
    std::string body{};
    Duration timeout{10'000};  ///< for each attempt, queueing included
    int attempts = 1;          ///< more than 1 only for calls that may be repeated safely
};

struct Answer {
    int status = 0;
    Fields headers{};  ///< names in lower case
    std::string body{};
};

/// Why there is no answer. `not_sent`: the call cannot have reached the other side (no connection,
/// queue full, breaker open, not well formed). `timed_out` and `unknown`: it may have (its deadline
/// passed, or the connection broke, after the first byte went out), so its effect must be asked
/// for.
enum class NoAnswer { not_sent, unknown, timed_out };

using Outcome = std::expected<Answer, NoAnswer>;

/// An asynchronous HTTP/1.1 client to one host, with a keep-alive pool, a deadline on every
/// attempt, bounded retries with jittered growing pauses (for no answer, 5xx and 429), and a
/// circuit breaker. https verifies the certificate and the host name. A kept connection that the
/// server closed while idle is replaced without counting as an attempt, if nothing of the answer
/// had come and the call allows it (GET). Any thread.
class Client {
 public:
    Client(Io& io, ClientOptions options);
    ~Client();  ///< stops

    /// Calls under way end with NoAnswer, those that come after it with not_sent.
    void stop();

    /// `done` runs on an I/O thread, exactly once.
    void send(Call call, std::move_only_function<void(Outcome)> done);

 private:
    struct State;
    std::shared_ptr<State> x_state;
};

}  // namespace pay::http
