#include "core/time/clock.hpp"

#include <doctest/doctest.h>

using namespace pay;

TEST_CASE("a time is written in UTC with milliseconds and read back") {
    const Time time = from_epoch_ms(1'772'414'130'007);
    CHECK(to_rfc3339(time) == "2026-03-02T01:15:30.007Z");
    CHECK(parse_rfc3339(to_rfc3339(time)) == time);
}

TEST_CASE("each part of a time has its place") {
    CHECK(to_rfc3339(from_epoch_ms(0)) == "1970-01-01T00:00:00.000Z");
    CHECK(to_rfc3339(from_epoch_ms(1'709'251'199'999)) == "2024-02-29T23:59:59.999Z");
    CHECK(to_rfc3339(from_epoch_ms(253'402'300'799'089)) == "9999-12-31T23:59:59.089Z");
    CHECK(to_rfc3339(from_epoch_ms(-1)) == "1969-12-31T23:59:59.999Z");
}

TEST_CASE("an advancing clock is ahead of the system's by what was added, and goes on with it") {
    const SystemClock system;
    AdvancingClock clock;
    const Time before = system.now();
    CHECK(clock.now() >= before);
    clock.advance(std::chrono::days{365});
    clock.advance(std::chrono::hours{1});
    const Time ahead = clock.now();
    const auto added = std::chrono::days{365} + std::chrono::hours{1};
    CHECK(ahead >= before + added);
    CHECK(ahead <= system.now() + added);
}

TEST_CASE("offsets and fractions of other writers are understood") {
    const Time expected = from_epoch_ms(1'772'414'130'000);
    CHECK(parse_rfc3339("2026-03-02T10:15:30+09:00") == expected);
    CHECK(parse_rfc3339("2026-03-01T20:15:30.000000-05:00") == expected);
    CHECK(parse_rfc3339("2026-03-02T01:15:30Z") == expected);
}

TEST_CASE("what is no time is refused") {
    for (const auto* text :
         {"", "2026-03-02", "2026-13-02T00:00:00Z", "2026-02-30T00:00:00Z", "2026-03-02T24:00:00Z",
          "2026-03-02T01:15:30", "2026-03-02T01:15:30.Z", "2026-03-02T01:15:30Zx",
          "2026-03-02T01:15:30+9:00"}) {
        CHECK_MESSAGE(!parse_rfc3339(text), text);
    }
}
