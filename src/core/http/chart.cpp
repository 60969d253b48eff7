#include "core/http/chart.hpp"

#include <array>
#include <optional>

#include "core/ident/ident.hpp"

namespace pay::http {
namespace {

using std::chrono::days;
using std::chrono::hours;

constexpr Duration spare = std::chrono::minutes{1};

Time floor_to(Time time, Duration step) {
    const auto local = (time + korea).time_since_epoch();
    return Time{local - local % step} - korea;
}

Time ceil_to(Time time, Duration step) {
    const Time floor = floor_to(time, step);
    return floor == time ? time : floor + step;
}

/// A day's end is its last moment: `to` is a day that is shown.
std::optional<Time> read_time(Query& query, std::string_view name, bool end) {
    const auto text = query.text(name);
    if (!text) return std::nullopt;
    if (auto time = parse_rfc3339(*text)) return time;
    if (text->size() == 10) {
        if (const auto day = parse_rfc3339(std::string(*text) + "T00:00:00+09:00")) {
            return end ? *day + days{1} : *day;
        }
    }
    query.refuse(
        name, {"It must be a time such as 2026-03-02T01:15:30Z, or a day such as 2026-03-02.",
               "2026-03-02T01:15:30Z 같은 시각이나 2026-03-02 같은 날짜여야 합니다."}
    );
    return std::nullopt;
}

}  // namespace

Duration Chart::step() const {
    return by == By::day ? Duration{days{1}} : Duration{hours{1}};
}

std::vector<Time> Chart::pieces() const {
    std::vector<Time> all;
    for (Time at = from; at < to; at += step()) all.push_back(at);
    return all;
}

Chart read_chart(Query& query, Time now) {
    Chart chart;
    chart.by = query.one_of<By>("by").value_or(By::day);
    const bool of_days = chart.by == By::day;
    const auto from = read_time(query, "from", false);
    const auto to = read_time(query, "to", true);
    chart.to = ceil_to(to.value_or(now), chart.step());
    const Duration usual = of_days ? days{7} : days{1};
    chart.from = from ? floor_to(*from, chart.step()) : chart.to - usual;
    const Duration longest = of_days ? days{31} : days{3};
    if (chart.from >= chart.to || chart.to - chart.from > longest) {
        query.refuse(
            from ? "from" : "to", {"It must be before to, by 31 days of days or 3 days of hours.",
                                   "종료 이전이어야 하며, 일별은 31일, 시간별은 3일까지입니다."}
        );
        chart.to = chart.from;
    }
    return chart;
}

Ids ids_of(const Chart& chart, std::string_view prefix) {
    constexpr std::array<unsigned char, 10> lowest{};
    return {
        make_id(prefix, chart.from - spare, lowest), make_id(prefix, chart.to + spare, lowest)
    };
}

}  // namespace pay::http
