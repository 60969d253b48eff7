#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>

namespace pay::order::test {

/// Wakes those who wait for something whenever anything happened.
class Bell {
 public:
    void ring() {
        const std::lock_guard lock(x_mutex);
        x_rung.notify_all();
    }
    /// Fails loudly after a time that no working test needs.
    bool await(const std::function<bool()>& enough) {
        std::unique_lock lock(x_mutex);
        return x_rung.wait_for(lock, std::chrono::seconds{20}, enough);
    }

 private:
    std::mutex x_mutex;
    std::condition_variable x_rung;
};

}  // namespace pay::order::test
