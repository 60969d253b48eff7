#pragma once

#include <memory>
#include <string>

#include "core/http/io.hpp"
#include "sandbox/faults.hpp"

namespace pay::sandbox {

struct WebhookOptions {
    Duration timeout{5'000};      ///< for the receiver's {"success": true}
    Duration first_retry{1'000};  ///< doubles with every try
    Duration longest_retry{60'000};
    int attempts = 10;
    std::size_t limit = 10'000;  ///< under way or waiting for a retry; further ones are lost
};

/// Posts webhooks to one URL until it answers 200 and {"success": true}. In no order that anyone
/// may rely on. Any thread.
class Notifier {
 public:
    Notifier(http::Io& io, Faults& faults, WebhookOptions options);
    ~Notifier();  ///< stop()
    Notifier(const Notifier&) = delete;
    Notifier& operator=(const Notifier&) = delete;

    /// http(s)://host[:port]/path, or empty: none are sent. Throws std::runtime_error for anything
    /// else.
    void set_url(const std::string& url);
    void notify(std::string body);
    /// How many are under way, held back or waiting for a retry.
    std::size_t pending() const;
    void clear();  ///< forgets those that wait
    void stop();   ///< the same for good, and ends those under way

 private:
    struct State;
    std::shared_ptr<State> x_state;
};

}  // namespace pay::sandbox
