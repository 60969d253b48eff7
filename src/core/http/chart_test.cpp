#include "core/http/chart.hpp"

#include <doctest/doctest.h>

#include "core/ident/ident.hpp"

using namespace pay;
using namespace pay::http;

namespace {

Time at(std::string_view text) {
    return *parse_rfc3339(text);
}

const Time now = at("2026-03-02T10:20:00+09:00");

struct Asked {
    explicit Asked(Fields fields) {
        request.query = std::move(fields);
        Query query(request);
        chart = read_chart(query, now);
        refused = query.fault().has_value();
    }
    Request request;
    Chart chart;
    bool refused = false;
};

}  // namespace

TEST_CASE("a chart is a week of Korea's days, today included, or a day of hours") {
    const Asked days(Fields{});
    CHECK(days.chart.from == at("2026-02-24T00:00:00+09:00"));
    CHECK(days.chart.to == at("2026-03-03T00:00:00+09:00"));
    CHECK(days.chart.pieces().size() == 7);
    const Asked hours(Fields{{"by", "hour"}});
    CHECK(hours.chart.to == at("2026-03-02T11:00:00+09:00"));
    CHECK(hours.chart.pieces().size() == 24);
}

TEST_CASE("what is cut is shown whole") {
    const Asked days(Fields{{"from", "2026-03-01"}, {"to", "2026-03-02"}});
    CHECK(days.chart.pieces() == std::vector{
                                     at("2026-03-01T00:00:00+09:00"),
                                     at("2026-03-02T00:00:00+09:00")
                                 });
    const Asked hours(
        Fields{{"by", "hour"}, {"from", "2026-03-01T00:30:00Z"}, {"to", "2026-03-01T01:30:00Z"}}
    );
    CHECK(hours.chart.pieces() ==
          std::vector{at("2026-03-01T00:00:00Z"), at("2026-03-01T01:00:00Z")});
}

TEST_CASE("a span that is none, or too long, is refused") {
    CHECK(Asked(Fields{{"by", "week"}}).refused);
    CHECK(Asked(Fields{{"from", "yesterday"}}).refused);
    CHECK(Asked(Fields{{"to", "2026-13-01"}}).refused);
    CHECK(Asked(Fields{{"from", "2026-03-03"}, {"to", "2026-03-01"}}).refused);
    CHECK_FALSE(Asked(Fields{{"from", "2026-02-01"}, {"to", "2026-03-02T00:00:00+09:00"}}).refused);
    CHECK(Asked(Fields{{"from", "2026-01-01"}, {"to", "2026-03-02"}}).refused);
    CHECK(Asked(Fields{{"by", "hour"}, {"from", "2026-02-01"}}).refused);
    CHECK(Asked(Fields{{"by", "hour"}, {"from", "2026-02-01"}}).chart.pieces().empty());
}

TEST_CASE("the ids of a span are those made in it") {
    const auto ids = ids_of(Asked(Fields{}).chart, prefix::order);
    CHECK(make_id(prefix::order, at("2026-02-24T00:00:00+09:00")) > ids.from);
    CHECK(make_id(prefix::order, at("2026-02-23T23:50:00+09:00")) < ids.from);
    CHECK(make_id(prefix::order, at("2026-03-02T23:59:59+09:00")) < ids.to);
    CHECK(make_id(prefix::order, at("2026-03-03T00:10:00+09:00")) > ids.to);
}
