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
    bool taken = false;
    {
        const std::lock_guard lock(x_mutex);
        taken = !x_stopping && x_queue.size() < x_limit;
        if (taken) x_queue.push_back({std::move(work), std::move(refused)});
    }
    if (taken) return x_wake.notify_one();
    refused();
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

void Readers::loop(sql::Database& database) {
    log::name_thread("read");
    std::unique_ptr<sql::Connection> connection;
    while (true) {
        Job job;
        {
            std::unique_lock lock(x_mutex);
            x_wake.wait(lock, [this] { return x_stopping || !x_queue.empty(); });
            if (x_queue.empty()) return;
            job = std::move(x_queue.front());
            x_queue.pop_front();
        }
        perform(database, connection, job);
    }
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
