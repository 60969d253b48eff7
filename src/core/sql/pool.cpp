#include <condition_variable>
#include <mutex>
#include <utility>

#include "core/result/error.hpp"
#include "core/sql/sql.hpp"

namespace pay::sql {

struct ReadPool::State {
    Database& database;
    const std::size_t size;
    std::mutex mutex{};
    std::condition_variable freed{};
    std::vector<std::unique_ptr<Connection>> idle{};
    std::size_t out = 0;

    std::unique_ptr<Connection> take() {
        std::unique_lock lock(mutex);
        freed.wait(lock, [this] { return out < size; });
        ++out;
        if (idle.empty()) return nullptr;
        auto connection = std::move(idle.back());
        idle.pop_back();
        return connection;
    }

    void give_back(std::unique_ptr<Connection> connection) {
        {
            const std::lock_guard lock(mutex);
            --out;
            if (connection) idle.push_back(std::move(connection));
        }
        freed.notify_one();
    }
};

ReadPool::ReadPool(Database& database, std::size_t size)
    : x_state(new State{.database = database, .size = size}) {
    PAY_ASSERT(size > 0);
    x_state->idle.reserve(size);
}

ReadPool::~ReadPool() = default;

void ReadPool::with(const std::function<void(Connection&)>& work) {
    auto connection = x_state->take();
    try {
        if (!connection) connection = x_state->database.connect(Mode::read_only);
        work(*connection);
    } catch (const Outage&) {
        x_state->give_back(nullptr);
        throw;
    } catch (...) {
        x_state->give_back(std::move(connection));
        throw;
    }
    x_state->give_back(std::move(connection));
}

}  // namespace pay::sql
