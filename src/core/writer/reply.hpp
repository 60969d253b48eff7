#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "core/bus/answers.hpp"
#include "core/bus/bus.hpp"

namespace pay {

/// The reply of one job, by its place in the batch.
struct Reply {
    std::size_t job;
    bus::Message message;
};

/// Takes the reply of the job's messages (those from `first` on) out of them. `answers`: the place
/// of the command it answers, if the bus has places; it goes along as a header.
inline void take_reply(
    std::vector<bus::Message>& messages, std::size_t first, std::size_t job,
    const std::string& answers, std::vector<Reply>& replies
) {
    const auto begin = messages.begin() + static_cast<std::ptrdiff_t>(first);
    const auto found = std::find_if(begin, messages.end(), [](const bus::Message& message) {
        return message.reply;
    });
    if (found == messages.end()) return;
    if (!answers.empty()) found->headers.emplace_back(bus::answers_header, answers);
    replies.push_back({job, std::move(*found)});
    messages.erase(found);
}

}  // namespace pay
