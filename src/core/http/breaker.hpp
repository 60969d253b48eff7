#pragma once

#include <chrono>

namespace pay::http {

/// Stops calling a host that has failed many times in a row: after `pause` one call probes it, and
/// its outcome closes the breaker or opens it for another pause.
class Breaker {
 public:
    using Moment = std::chrono::steady_clock::time_point;

    Breaker(int failures, std::chrono::milliseconds pause) : x_limit(failures), x_pause(pause) {}

    /// Whether a call may go out now; one that may must report how it went.
    bool admit(Moment now) {
        if (!x_open) return true;
        if (x_probing || now < x_until) return false;
        x_probing = true;
        return true;
    }

    void succeeded() {
        x_open = false;
        x_probing = false;
        x_failures = 0;
    }

    void failed(Moment now) {
        ++x_failures;
        const bool opens = x_open ? x_probing : x_failures >= x_limit;
        if (!opens) return;
        x_open = true;
        x_probing = false;
        x_until = now + x_pause;
    }

    /// The call said nothing about the host: it never got a connection of its own.
    void abandoned() { x_probing = false; }

 private:
    int x_limit;
    std::chrono::milliseconds x_pause;
    int x_failures = 0;
    bool x_open = false;
    bool x_probing = false;
    Moment x_until{};
};

}  // namespace pay::http
