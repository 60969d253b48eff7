#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "core/http/message.hpp"
#include "core/sql/sql.hpp"

namespace pay {

/// Threads that read one database, each with a connection of its own, so that a look-up never waits
/// for the writer nor holds an I/O thread. A full queue refuses with UNAVAILABLE.
class Readers {
 public:
    using Work = std::move_only_function<void(sql::Connection&)>;

    Readers(sql::Database& database, std::size_t threads, std::size_t queue_limit = 4096);
    ~Readers();

    /// Runs `work` on a reading thread; `refused` instead if the queue is full, the database cannot
    /// be read or the readers stop. Any thread.
    void run(Work work, std::move_only_function<void()> refused);
    /// The same for a request: what goes wrong before `work` answers or takes the responder away is
    /// answered with 503.
    void run(
        http::Responder responder,
        std::move_only_function<void(sql::Connection&, http::Responder&)> work
    );
    /// Finishes what is queued.
    void stop();

 private:
    struct Job {
        Work work;
        std::move_only_function<void()> refused;
    };
    void loop(sql::Database& database);
    std::optional<Job> next();
    bool wakes_one();
    void perform(sql::Database& database, std::unique_ptr<sql::Connection>& connection, Job& job);

    std::size_t x_limit;
    std::mutex x_mutex;
    std::condition_variable x_wake;
    std::deque<Job> x_queue;
    std::size_t x_idle = 0;
    bool x_waking = false;  ///< one was woken, but does not run yet
    bool x_stopping = false;
    std::vector<std::jthread> x_threads;
};

}  // namespace pay
