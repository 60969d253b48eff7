#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/http/io.hpp"
#include "core/http/message.hpp"

namespace pay::http {

struct ServerOptions {
    std::string listen = "127.0.0.1:8080";  ///< HOST:PORT; port 0 takes a free one
    std::size_t body_limit = 64 * 1024;     ///< over it: 413 PAYLOAD_TOO_LARGE
    std::size_t header_limit = 16 * 1024;
    std::size_t connection_limit = 8192;  ///< over it: accepted, told 503 and closed
    Duration header_timeout{10'000};      ///< from the first byte of a request to its last header
    Duration body_timeout{10'000};
    Duration idle_timeout{60'000};               ///< a kept connection without a request
    Duration write_timeout{10'000};              ///< a client that does not take its answer
    std::string cors_origin{};                   ///< allowed origin for browsers, empty: none
    std::vector<std::string> trusted_proxies{};  ///< CIDRs whose X-Forwarded-For is believed
};

/// Throws std::runtime_error with one clear line unless the text is HOST:PORT and HOST resolves.
void check_listen(const std::string& text);

/// An HTTP/1.1 server with keep-alive: reads a request to its end (limits of size and time on every
/// part), hands it to `handler`, writes the answer. Malformed HTTP gets 400 as problem+json, then
/// the connection closes. Sets and returns X-Request-Id and traceparent. A waiting request holds no
/// thread.
class Server {
 public:
    /// Binds; throws std::runtime_error with one clear line if it cannot. Does not accept yet.
    Server(Io& io, ServerOptions options, Handler handler);
    ~Server();

    void start();
    int port() const;         ///< the real one
    std::string url() const;  ///< http://HOST:PORT
    /// Stops accepting and reading; waits until the requests taken in are answered, at most
    /// `grace`; then closes what is left. Not from an I/O thread.
    void stop(Duration grace);

 private:
    struct State;
    std::shared_ptr<State> x_state;
};

}  // namespace pay::http
