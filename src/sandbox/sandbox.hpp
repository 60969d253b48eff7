#pragma once

#include <memory>
#include <string>

#include "core/http/io.hpp"
#include "sandbox/credentials.hpp"
#include "sandbox/notify.hpp"
#include "sandbox/receipts.hpp"

namespace pay::sandbox {

struct SandboxOptions {
    std::string listen = "127.0.0.1:8090";  ///< HOST:PORT; port 0 takes a free one
    Keys keys;
    std::string webhook_url;  ///< empty: none are sent
    std::string db;           ///< sqlite:DIR or a file that ends in .db; empty: memory only
    Rules rules;
    WebhookOptions webhooks;
    Duration due_check{500};  ///< how often reserved charges are looked at
    /// If set, /sandbox/clock advances it; it is the clock that the sandbox is given, too.
    std::shared_ptr<AdvancingClock> test_clock;
};

/// The stand-in for Bootpay's PG API v2, with its controls under /sandbox: see README.md.
class Sandbox {
 public:
    /// Binds and loads its receipts. Throws std::runtime_error with one clear line if it cannot.
    Sandbox(http::Io& io, SandboxOptions options, std::shared_ptr<const Clock> clock);
    ~Sandbox();  ///< stop()
    Sandbox(const Sandbox&) = delete;
    Sandbox& operator=(const Sandbox&) = delete;

    void start();  ///< takes requests from now on
    int port() const;
    std::string url() const;  ///< http://HOST:PORT; Bootpay's API is under /v2 of it
    /// Where webhooks go from now on. Throws std::runtime_error for what is no http(s) URL.
    void set_webhook_url(const std::string& url);
    /// Finishes what is in flight and writes what is to be written. Not from an I/O thread.
    void stop();

 private:
    struct State;
    std::unique_ptr<State> x_state;
};

}  // namespace pay::sandbox
