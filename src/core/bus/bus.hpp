#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "core/time/clock.hpp"

namespace pay::bus {

/// A message between services: what CloudEvents 1.0 calls an event, its value JSON.
struct Message {
    std::string id{};  ///< unique; given by the writer that stores it (ce_id)
    std::string topic{};
    std::string key{};   ///< messages of one key go to one partition
    std::string type{};  ///< `point.credit`, `order.paid`, … (ce_type)
    std::string payload{};
    std::string traceparent{};
    Time time{};
};

enum class Verdict {
    done,   ///< its effect is committed, or it had it before
    retry,  ///< nothing happened; hand it over again after a pause
};

using Handled = std::move_only_function<void(Verdict)>;

/// Takes one message; calls `handled` once, from any thread, when its effect is committed. Must not
/// block. Messages come at least once and in any order.
using Handler = std::function<void(const Message&, Handled)>;

struct Subscription {
    std::string topic;
    std::string group;  ///< the service's name: each group gets every message once
    Handler handler;
};

/// The port to the message bus.
class Bus {
 public:
    virtual ~Bus() = default;
    /// Before the first publish.
    virtual void subscribe(Subscription subscription) = 0;
    /// False if a message on this topic would reach nobody: then it need not be written at all.
    virtual bool wanted(std::string_view topic) const = 0;
    /// Hands the message over. `acknowledged` is called once, from any thread: true when the bus
    /// (or every subscriber, in process) has it safely, false if it must be published again. Any
    /// thread.
    virtual void publish(
        const Message& message, std::move_only_function<void(bool)> acknowledged
    ) = 0;
};

}  // namespace pay::bus
