#include "core/time/clock.hpp"

#include <cstdint>

namespace pay {
namespace {

/// Reads exactly `digits` decimal digits off the front; nothing if they are not there.
std::optional<int> take_number(std::string_view& text, std::size_t digits) {
    if (text.size() < digits) return std::nullopt;
    int number = 0;
    for (const char c : text.substr(0, digits)) {
        if (c < '0' || c > '9') return std::nullopt;
        number = number * 10 + (c - '0');
    }
    text.remove_prefix(digits);
    return number;
}

bool take(std::string_view& text, std::string_view any_of) {
    if (text.empty() || any_of.find(text.front()) == std::string_view::npos) return false;
    text.remove_prefix(1);
    return true;
}

/// ".123456" as whole milliseconds; an absent fraction is 0, a dot without digits is nothing.
std::optional<int> take_fraction(std::string_view& text) {
    if (!take(text, ".")) return 0;
    int ms = 0;
    int weight = 100;
    std::size_t count = 0;
    while (!text.empty() && text.front() >= '0' && text.front() <= '9') {
        ms += (text.front() - '0') * weight;
        weight /= 10;
        text.remove_prefix(1);
        ++count;
    }
    if (count == 0) return std::nullopt;
    return ms;
}

std::optional<std::chrono::minutes> take_offset(std::string_view& text) {
    if (take(text, "Zz")) return std::chrono::minutes{0};
    const bool west = !text.empty() && text.front() == '-';
    if (!take(text, "+-")) return std::nullopt;
    const auto hours = take_number(text, 2);
    const bool colon = take(text, ":");
    const auto minutes = take_number(text, 2);
    if (!hours || !colon || !minutes || *hours > 23 || *minutes > 59) return std::nullopt;
    const std::chrono::minutes offset{*hours * 60 + *minutes};
    return west ? -offset : offset;
}

/// Writes the last `digits` decimal digits of a number that is not negative.
void put_number(std::string& text, std::size_t begin, std::size_t digits, std::int64_t number) {
    for (std::size_t i = begin + digits; i-- > begin; number /= 10) {
        text[i] = static_cast<char>('0' + number % 10);
    }
}

}  // namespace

// By hand: each order shows five times, and each message one, which is most of what printf did
// here.
std::string to_rfc3339(Time time) {
    const auto day = std::chrono::floor<std::chrono::days>(time);
    const std::chrono::year_month_day date{day};
    const std::chrono::hh_mm_ss clock{time - day};
    std::string text("0000-00-00T00:00:00.000Z");
    put_number(text, 0, 4, static_cast<int>(date.year()));
    put_number(text, 5, 2, static_cast<unsigned>(date.month()));
    put_number(text, 8, 2, static_cast<unsigned>(date.day()));
    put_number(text, 11, 2, clock.hours().count());
    put_number(text, 14, 2, clock.minutes().count());
    put_number(text, 17, 2, clock.seconds().count());
    put_number(text, 20, 3, clock.subseconds().count());
    return text;
}

std::optional<Time> parse_rfc3339(std::string_view text) {
    const auto year = take_number(text, 4);
    const bool dash1 = take(text, "-");
    const auto month = take_number(text, 2);
    const bool dash2 = take(text, "-");
    const auto day = take_number(text, 2);
    const bool separator = take(text, "Tt ");
    const auto hour = take_number(text, 2);
    const bool colon1 = take(text, ":");
    const auto minute = take_number(text, 2);
    const bool colon2 = take(text, ":");
    const auto second = take_number(text, 2);
    const auto ms = take_fraction(text);
    const auto offset = take_offset(text);
    if (!year || !dash1 || !month || !dash2 || !day || !separator || !hour || !colon1 || !minute ||
        !colon2 || !second || !ms || !offset || !text.empty()) {
        return std::nullopt;
    }
    const std::chrono::year_month_day date{
        std::chrono::year{*year}, std::chrono::month{static_cast<unsigned>(*month)},
        std::chrono::day{static_cast<unsigned>(*day)}
    };
    if (!date.ok() || *hour > 23 || *minute > 59 || *second > 60) return std::nullopt;
    return Time{std::chrono::sys_days{date}} + std::chrono::hours{*hour} +
           std::chrono::minutes{*minute} + std::chrono::seconds{*second} + Duration{*ms} - *offset;
}

Time SystemClock::now() const {
    return std::chrono::floor<Duration>(std::chrono::system_clock::now());
}

}  // namespace pay
