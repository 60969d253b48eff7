#include "sandbox/later.hpp"

#include <cstdint>
#include <mutex>
#include <unordered_map>
#include <utility>

namespace pay::sandbox {

using Timer = std::shared_ptr<http::Io::Timer>;

struct Later::State {
    explicit State(http::Io& on) : io(on) {}

    http::Io& io;
    std::mutex mutex;
    std::uint64_t last_id = 0;
    std::unordered_map<std::uint64_t, Timer> timers;

    /// Gives the timer's handle back, or none if it was cleared.
    Timer remove(std::uint64_t id) {
        const std::lock_guard lock(mutex);
        const auto found = timers.find(id);
        if (found == timers.end()) return nullptr;
        Timer timer = std::move(found->second);
        timers.erase(found);
        return timer;
    }
};

Later::Later(http::Io& io) : x_state(std::make_shared<State>(io)) {}

Later::~Later() {
    clear();
}

void Later::after(Duration delay, std::move_only_function<void()> work) {
    // The lock is held over the start: the timer may go off before its handle is in the map.
    const std::lock_guard lock(x_state->mutex);
    const auto id = ++x_state->last_id;
    const std::weak_ptr<State> weak = x_state;
    auto run = [weak, id, work = std::move(work)]() mutable {
        const auto state = weak.lock();
        if (state && state->remove(id)) work();
    };
    x_state->timers.emplace(id, x_state->io.after(delay, std::move(run)));
}

void Later::clear() {
    std::unordered_map<std::uint64_t, Timer> timers;
    const std::lock_guard lock(x_state->mutex);
    timers.swap(x_state->timers);
}

}  // namespace pay::sandbox
