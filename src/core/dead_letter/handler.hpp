#pragma once

#include <functional>
#include <string>

#include "core/bus/bus.hpp"
#include "core/result/error.hpp"

/// Between the bus and a service's handlers: what becomes of a message that cannot be handled.
namespace pay::dead_letter {

/// What became of a message in a handler.
struct Outcome {
    enum class Kind {
        done,     ///< its effect is committed, it had it before, or its refusal is the answer
        later,    ///< nothing happened, for no fault of the message: a database that takes nothing
        refused,  ///< it cannot be read, its type is not known, or its command fails
    };
    Kind kind = Kind::done;
    std::string reason{};  ///< of refused: a sentence for an operator; nothing secret
};

inline Outcome done() {
    return {};
}
inline Outcome later() {
    return {Outcome::Kind::later, {}};
}
inline Outcome refused(std::string reason) {
    return {Outcome::Kind::refused, std::move(reason)};
}
/// Of a command that the writer or the rules refused: a business refusal is done, for its answer
/// is committed; what may pass by itself is later.
inline Outcome outcome_of(const Error& error) {
    if (error.code == Code::internal) return refused("its command failed; the log says why");
    return retryable(error.code) ? later() : done();
}

using Answered = std::move_only_function<void(Outcome)>;

/// Takes one message, as a bus::Handler does; the message lives until `answered` was called, once,
/// from any thread.
using Handler = std::function<void(const bus::Message&, Answered)>;

/// bus::Subscription with such a handler.
struct Subscription {
    std::string topic;
    std::string group;  ///< the service's name
    Handler handler;
    bus::Reading reading = bus::Reading::shared;
    std::function<void()> caught_up{};
};

}  // namespace pay::dead_letter
