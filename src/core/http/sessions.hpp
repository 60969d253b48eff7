#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <vector>

#include "core/http/proxies.hpp"
#include "core/http/server.hpp"

namespace pay::http {

class Session;

/// The open connections of one server, and what they share. Any thread.
class Sessions {
 public:
    Sessions(ServerOptions chosen, Handler serve)
        : options(std::move(chosen)), handler(std::move(serve)), proxies(options.trusted_proxies) {}

    const ServerOptions options;
    const Handler handler;
    const Proxies proxies;

    /// False once the server stops: the connection is not wanted any more.
    bool add(const std::shared_ptr<Session>& session);
    void remove(const Session* session);
    std::size_t count() const;

    /// Lets each finish the request it has taken in; waits for all, at most `grace`.
    void stop(Duration grace);
    /// Closes what is left and waits for that, as long as there is somebody to do it.
    void close_all(const std::atomic<bool>& io_stopped);
    bool stopping() const { return x_stopping; }

 private:
    std::vector<std::shared_ptr<Session>> all() const;

    mutable std::mutex x_mutex;
    std::condition_variable x_emptied;
    std::unordered_map<const Session*, std::weak_ptr<Session>> x_open;
    std::atomic<bool> x_stopping{false};
};

}  // namespace pay::http
