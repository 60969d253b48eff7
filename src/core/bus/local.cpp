#include "core/bus/local.hpp"

#include <atomic>
#include <memory>

namespace pay::bus {
namespace {

/// Waits for the verdicts of all subscribers of one message.
struct Tally {
    Tally(std::size_t subscribers, std::move_only_function<void(bool)> done)
        : open(subscribers), acknowledged(std::move(done)) {}

    void count(Verdict verdict) {
        if (verdict == Verdict::retry) again = true;
        if (open.fetch_sub(1) == 1) acknowledged(!again);
    }

    std::atomic<std::size_t> open;
    std::atomic<bool> again{false};
    std::move_only_function<void(bool)> acknowledged;
};

}  // namespace

void Local::subscribe(Subscription subscription) {
    x_handlers[subscription.topic].push_back(std::move(subscription.handler));
    if (subscription.caught_up) x_caught_up.push_back(std::move(subscription.caught_up));
}

void Local::start() {
    for (const auto& caught_up : x_caught_up) caught_up();
}

bool Local::wanted(std::string_view topic) const {
    return x_handlers.contains(topic);
}

void Local::publish(const Message& message, std::move_only_function<void(bool)> acknowledged) {
    const auto found = x_handlers.find(message.topic);
    if (found == x_handlers.end()) return acknowledged(true);
    const auto& handlers = found->second;
    auto tally = std::make_shared<Tally>(handlers.size(), std::move(acknowledged));
    for (const auto& handler : handlers) {
        handler(message, [tally](Verdict verdict) { tally->count(verdict); });
    }
}

}  // namespace pay::bus
