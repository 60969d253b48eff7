#pragma once

#include <boost/describe.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "core/http/query.hpp"
#include "core/time/clock.hpp"

namespace pay::http {

enum class By { hour, day };
BOOST_DESCRIBE_ENUM(By, hour, day)

/// A span of whole hours or days of Korea, cut into them: what a chart shows.
struct Chart {
    By by = By::day;
    Time from{};
    Time to{};  ///< not included

    Duration step() const;
    /// When each piece of it begins, in order.
    std::vector<Time> pieces() const;
};

inline constexpr Duration korea{std::chrono::hours{9}};  ///< ahead of UTC, all year

/// `by` (day), `from` and `to` (now) of a query: times, or days such as 2026-03-02, which begin and
/// end in Korea. What is cut is taken whole. By default a week of days or a day of hours; refused
/// over 31 days of days, or 3 days of hours.
Chart read_chart(Query& query, Time now);

/// The ids of things made in the span, a minute more on either side: ids begin with the time their
/// maker had. The condition on the row's own time decides.
struct Ids {
    std::string from;
    std::string to;
};
Ids ids_of(const Chart& chart, std::string_view prefix);

}  // namespace pay::http
