#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/bus/bus.hpp"

namespace pay::bus {

/// The bus inside one process: a message goes straight to its subscribers' handlers, on the thread
/// that publishes, and is acknowledged when all of them have committed. Nothing is kept here: what
/// is not acknowledged stays in the publisher's outbox.
class Local final : public Bus {
 public:
    void subscribe(Subscription subscription) override;
    bool wanted(std::string_view topic) const override;
    void publish(const Message& message, std::move_only_function<void(bool)> acknowledged) override;
    /// Nothing is kept here, so whoever reads a topic whole has read it.
    void start() override;
    void stop() override {}
    std::optional<std::string> fault() const override { return std::nullopt; }

 private:
    std::map<std::string, std::vector<Handler>, std::less<>> x_handlers;
    std::vector<std::function<void()>> x_caught_up;
};

}  // namespace pay::bus
