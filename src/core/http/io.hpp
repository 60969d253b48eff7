#pragma once

#include <functional>
#include <memory>

#include "core/time/clock.hpp"

namespace pay::http {

/// The threads that wait on the network, and timers on them. Servers and clients hold a reference
/// and must be stopped before it goes, and no Responder or Stream may outlive it. Work given to it
/// must not block.
class Io {
 public:
    explicit Io(int threads);
    ~Io();  ///< stop()
    Io(const Io&) = delete;
    Io& operator=(const Io&) = delete;

    /// Runs `work` on an I/O thread. An exception that leaves it is logged, not lost.
    void post(std::move_only_function<void()> work);

    /// A timer that can be taken back. Destroying the handle cancels; `work` then does not run.
    class Timer;
    /// Runs `work` on an I/O thread after `delay`. Keep the handle as long as it should still run.
    [[nodiscard]] std::shared_ptr<Timer> after(
        std::chrono::microseconds delay, std::move_only_function<void()> work
    );

    /// Joins the threads; nothing given to it runs afterwards. Not from an I/O thread.
    void stop();

    struct Context;  ///< hides Asio from everyone but core/http
    Context& context() { return *x_context; }

 private:
    std::unique_ptr<Context> x_context;
};

}  // namespace pay::http
