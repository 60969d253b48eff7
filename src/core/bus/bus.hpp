#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/time/clock.hpp"

namespace pay::bus {

/// Names and values, in their order.
using Headers = std::vector<std::pair<std::string, std::string>>;

/// Where a message stands in its topic.
struct Place {
    std::int32_t partition = 0;
    std::int64_t offset = 0;
    friend bool operator==(const Place&, const Place&) = default;
};

/// A message between services: what CloudEvents 1.0 calls an event, its value JSON.
struct Message {
    std::string id{};  ///< unique; given by the writer that stores it (ce_id)
    std::string topic{};
    std::string key{};   ///< messages of one key go to one partition
    std::string type{};  ///< `point.credit`, `order.paid`, … (ce_type)
    std::string payload{};
    std::string traceparent{};
    Time time{};
    /// Further headers, such as those of a dead letter: names of lower-case ASCII, values UTF-8.
    Headers headers{};
    /// Says how a message that is being handled ended, and is made anew whenever that one comes
    /// again: so it need not be stored (writer.hpp). Not sent along.
    bool reply = false;
    /// Of one that came in, on a bus that has places. Not sent along.
    std::optional<Place> place{};
};

enum class Verdict {
    done,   ///< its effect is committed, or it had it before
    retry,  ///< nothing happened; hand it over again after a pause
};

using Handled = std::move_only_function<void(Verdict)>;

/// Takes one message; calls `handled` once, from any thread, when its effect is committed. Must not
/// block. Messages come at least once and in any order.
using Handler = std::function<void(const Message&, Handled)>;

/// How the instances of a group read a topic.
enum class Reading {
    shared,  ///< each message goes to one of them, and only once to the group when it was handled
    whole,   ///< every instance gets all that the topic keeps, from its beginning, at each start
};

struct Subscription {
    std::string topic;
    std::string group;  ///< the service's name
    Handler handler;
    Reading reading = Reading::shared;
    /// Of Reading::whole: called once, from any thread, when all that stood in the topic at start()
    /// was handled.
    std::function<void()> caught_up{};
};

/// How many messages of a partition wait for the one that reads it in this process.
struct Lag {
    std::string topic;
    std::int32_t partition = 0;
    std::int64_t messages = 0;
};

/// The port to the message bus.
class Bus {
 public:
    virtual ~Bus() = default;
    /// Before the first publish and before start().
    virtual void subscribe(Subscription subscription) = 0;
    /// False if a message on this topic would reach nobody: then it need not be written at all.
    virtual bool wanted(std::string_view topic) const = 0;
    /// Hands the message over. `acknowledged` is called once, from any thread: true when the bus
    /// (or every subscriber, in process) has it safely, false if it must be published again. Any
    /// thread.
    virtual void publish(
        const Message& message, std::move_only_function<void(bool)> acknowledged
    ) = 0;
    /// Begins to deliver what other processes publish; what this one publishes may come before.
    /// Once, after all subscriptions.
    virtual void start() = 0;
    /// Hands no further message of other processes to a handler. Publishing still works, and what
    /// is handled from here on is still remembered. Before the handlers' services stop.
    virtual void stop() = 0;
    /// Why nothing can be published or read now; nothing if it can. Any thread.
    virtual std::optional<std::string> fault() const = 0;
    /// Of the partitions this process reads for the group, as they were some seconds ago; a bus
    /// without partitions has none. Any thread, after start().
    virtual std::vector<Lag> lags(std::string_view /*group*/) const { return {}; }
};

}  // namespace pay::bus
