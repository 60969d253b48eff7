#pragma once

#include <atomic>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace pay {

/// A moment in UTC, to the millisecond. Stored as a count of milliseconds since 1970.
using Time = std::chrono::sys_time<std::chrono::milliseconds>;
using Duration = std::chrono::milliseconds;

inline std::int64_t to_epoch_ms(Time time) {
    return time.time_since_epoch().count();
}
inline Time from_epoch_ms(std::int64_t ms) {
    return Time{Duration{ms}};
}

/// RFC 3339 in UTC with milliseconds: 2026-03-02T01:15:30.123Z.
std::string to_rfc3339(Time time);
/// Any RFC 3339 time, with any offset and any fraction; nothing if it is none.
std::optional<Time> parse_rfc3339(std::string_view text);

/// Where the time comes from. Handed in, so that a test can turn it. Any thread.
class Clock {
 public:
    virtual ~Clock() = default;
    virtual Time now() const = 0;
};

class SystemClock final : public Clock {
 public:
    Time now() const override;
};

/// The system's time and what was added to it. For whole systems under test, where months must pass
/// in a moment.
class AdvancingClock final : public Clock {
 public:
    Time now() const override { return x_system.now() + Duration{x_added.load()}; }
    void advance(Duration by) { x_added += by.count(); }

 private:
    SystemClock x_system;
    std::atomic<std::int64_t> x_added{0};
};

/// A clock that stands still until it is moved.
class ManualClock final : public Clock {
 public:
    explicit ManualClock(Time start) : x_now(to_epoch_ms(start)) {}
    Time now() const override { return from_epoch_ms(x_now.load()); }
    void advance(Duration by) { x_now += by.count(); }

 private:
    std::atomic<std::int64_t> x_now;
};

}  // namespace pay
