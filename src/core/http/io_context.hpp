#pragma once

#include <atomic>
#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <thread>
#include <vector>

#include "core/http/io.hpp"

namespace pay::http {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

/// One thread's event loop. A connection lives on one loop for good, so nothing of it needs a lock.
class Loop : public asio::io_context {
 public:
    Loop() : asio::io_context(1) {}
    /// Destroys what is still queued, with all loops alive: it may hold sockets of other loops.
    void discard() { shutdown(); }
};

// Bound to the loop's own executor: the type-erased one costs an allocation here and there.
using Executor = asio::io_context::executor_type;
using Socket = asio::basic_stream_socket<tcp, Executor>;
using SteadyClock = std::chrono::steady_clock;
using SteadyTimer =
    asio::basic_waitable_timer<SteadyClock, asio::wait_traits<SteadyClock>, Executor>;

struct Io::Context {
    explicit Context(int threads);
    ~Context();

    /// Loops in turn, so that connections spread over the threads.
    Loop& next() { return *loops[turn++ % loops.size()]; }
    void stop();
    /// Runs it on the loop and returns when it has run; here and now on the loop's own thread, or
    /// once no loop runs any more.
    void run_on(Loop& loop, const std::function<void()>& work);

    std::vector<std::unique_ptr<Loop>> loops;
    std::vector<asio::executor_work_guard<Executor>> guards;
    std::vector<std::thread> threads;
    std::atomic<std::size_t> turn{0};
    std::atomic<bool> stopped{false};
};

}  // namespace pay::http
