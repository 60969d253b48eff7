#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/bus/bus.hpp"

/// A reply says in a header which message it answers: whoever asked learns where it stood.
namespace pay::bus {

/// `PARTITION/OFFSET/TIME` of the message that is answered, the time in milliseconds.
inline constexpr std::string_view answers_header = "answers";

struct Answers {
    Place place;
    Time sent_at{};
    friend bool operator==(const Answers&, const Answers&) = default;
};

/// What the reply to this message says; empty if it stood nowhere.
std::string answers_to(const Message& message);
/// What this reply says; nothing if it does not, or not so that it can be read.
std::optional<Answers> answers_of(const Message& reply);

}  // namespace pay::bus
