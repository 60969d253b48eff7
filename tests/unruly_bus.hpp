#pragma once

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <random>
#include <vector>

#include "core/bus/local.hpp"
#include "core/http/io.hpp"

namespace pay::test {

/// A bus as bad as the contract of buses allows: it delivers every message two or three times,
/// late, in any order, and now and then says that it could not take one which it then delivers all
/// the same.
class UnrulyBus final : public bus::Bus {
 public:
    UnrulyBus(http::Io& io, unsigned seed) : x_io(io), x_random(seed) {}

    void subscribe(bus::Subscription subscription) override {
        x_local.subscribe(std::move(subscription));
    }
    bool wanted(std::string_view topic) const override { return x_local.wanted(topic); }

    void publish(const bus::Message& message, std::move_only_function<void(bool)> acknowledged)
        override {
        const int copies = draw(2, 3);
        const bool denied = draw(1, 10) == 1;
        if (denied) acknowledged(false);
        for (int copy = 0; copy < copies; ++copy) {
            std::move_only_function<void(bool)> told;
            if (copy == 0 && !denied) told = std::move(acknowledged);
            deliver_later(message, std::move(told));
        }
    }

    void start() override { x_local.start(); }
    void stop() override {}
    std::optional<std::string> fault() const override { return std::nullopt; }

    /// Waits until nothing is on its way.
    void drain() {
        std::unique_lock lock(x_mutex);
        x_quiet.wait(lock, [this] { return x_on_the_way == 0; });
    }
    std::size_t delivered() const { return x_delivered; }

 private:
    void deliver_later(const bus::Message& message, std::move_only_function<void(bool)> told) {
        const std::lock_guard lock(x_mutex);
        ++x_on_the_way;
        const Duration late{std::uniform_int_distribution<int>(0, 25)(x_random)};
        x_timers.push_back(x_io.after(late, [this, message, told = std::move(told)]() mutable {
            x_local.publish(message, [this, told = std::move(told)](bool taken) mutable {
                ++x_delivered;
                if (told) told(taken);
                const std::lock_guard arrived(x_mutex);
                if (--x_on_the_way == 0) x_quiet.notify_all();
            });
        }));
    }

    int draw(int low, int high) {
        const std::lock_guard lock(x_mutex);
        return std::uniform_int_distribution<int>(low, high)(x_random);
    }

    http::Io& x_io;
    bus::Local x_local;
    std::mutex x_mutex;
    std::condition_variable x_quiet;
    std::mt19937 x_random;
    std::size_t x_on_the_way = 0;
    std::atomic<std::size_t> x_delivered{0};
    std::vector<std::shared_ptr<http::Io::Timer>> x_timers;
};

}  // namespace pay::test
