#include "core/bus/answers.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace pay::bus {

std::string answers_to(const Message& message) {
    if (!message.place) return {};
    return std::to_string(message.place->partition) + '/' + std::to_string(message.place->offset) +
           '/' + std::to_string(to_epoch_ms(message.time));
}

std::optional<Answers> answers_of(const Message& reply) {
    const auto found =
        std::ranges::find(reply.headers, answers_header, &Headers::value_type::first);
    if (found == reply.headers.end()) return std::nullopt;
    const auto& text = found->second;
    const char* const end = text.data() + text.size();
    const char* at = text.data();
    std::array<std::int64_t, 3> numbers{};
    for (std::size_t i = 0; i < numbers.size(); ++i) {
        if (i > 0 && (at == end || *at++ != '/')) return std::nullopt;
        const auto read = std::from_chars(at, end, numbers[i]);
        if (read.ec != std::errc{} || numbers[i] < 0) return std::nullopt;
        at = read.ptr;
    }
    if (at != end) return std::nullopt;
    return Answers{{static_cast<std::int32_t>(numbers[0]), numbers[1]}, from_epoch_ms(numbers[2])};
}

}  // namespace pay::bus
