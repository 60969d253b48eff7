#include "core/runtime/readers.hpp"

#include "core/log/log.hpp"
#include "core/log/thread_name.hpp"
#include "core/result/error.hpp"

namespace pay {

Readers::Readers(sql::Database& database, std::size_t threads, std::size_t queue_limit)
    : x_limit(queue_limit) {
    for (std::size_t i = 0; i < threads; ++i) {
        x_threads.emplace_back([this, &database] { loop(database); });
    }
}

Readers::~Readers() {
    stop();
}

void Readers::run(Work work, std::move_only_function<void()> refused) {
    bool wakes = false;
    {
        const std::lock_guard lock(x_mutex);
        if (!x_stopping && x_queue.size() < x_limit) {
            x_queue.push_back({std::move(work), std::exchange(refused, nullptr)});
            wakes = wakes_one();
        }
    }
    if (wakes) x_wake.notify_one();
    if (refused) refused();
}

/// Whether to wake a thread now. One at a time: it wakes the next if there is more than it takes,
/// for to wake one costs more than a look-up does, and much of what comes is taken on the way.
bool Readers::wakes_one() {
    if (x_queue.empty() || x_idle == 0 || x_waking) return false;
    x_waking = true;
    return true;
}

void Readers::run(
    http::Responder responder,
    std::move_only_function<void(sql::Connection&, http::Responder&)> work
) {
    auto shared = std::make_shared<http::Responder>(std::move(responder));
    run([shared, work = std::move(work)](sql::Connection& connection
        ) mutable { work(connection, *shared); },
        [shared] {
            if (!shared->answered()) shared->refuse({Code::unavailable, {}, {}, {}});
        });
}

void Readers::stop() {
    {
        const std::lock_guard lock(x_mutex);
        x_stopping = true;
    }
    x_wake.notify_all();
    for (auto& thread : x_threads) {
        if (thread.joinable()) thread.join();
    }
}

/// Waits for work; none comes any more once the readers stop and the queue is empty.
std::optional<Readers::Job> Readers::next() {
    std::optional<Job> job;
    bool wakes = false;
    {
        std::unique_lock lock(x_mutex);
        while (x_queue.empty() && !x_stopping) {
            ++x_idle;
            x_wake.wait(lock);
            --x_idle;
            x_waking = false;
        }
        if (x_queue.empty()) return job;
        job = std::move(x_queue.front());
        x_queue.pop_front();
        wakes = wakes_one();
    }
    if (wakes) x_wake.notify_one();
    return job;
}

void Readers::loop(sql::Database& database) {
    log::name_thread("read");
    std::unique_ptr<sql::Connection> connection;
    while (auto job = next()) perform(database, connection, *job);
}

void Readers::perform(
    sql::Database& database, std::unique_ptr<sql::Connection>& connection, Job& job
) {
    try {
        if (!connection) connection = database.connect(sql::Mode::read_only);
        job.work(*connection);
    } catch (const std::exception& failure) {
        log::warn("a look-up failed", {{"reason", failure.what()}});
        connection.reset();
        job.refused();
    }
}

}  // namespace pay
