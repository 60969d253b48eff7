#include "app/metrics_text.hpp"

#include <doctest/doctest.h>

using namespace pay::app;

TEST_CASE("what processes say adds up; what is no number is passed over") {
    Series series;
    add_metrics(
        series,
        "# HELP payments_x Things\npayments_x{service=\"order\",kind=\"a b\"} 3\npayments_y 1.5\n"
        "nonsense\npayments_z NaN?\n\npayments_last 2"
    );
    add_metrics(series, "payments_y 2\n");
    CHECK(series.size() == 3);
    CHECK(series["payments_x{service=\"order\",kind=\"a b\"}"] == 3);
    CHECK(series["payments_y"] == 3.5);
    CHECK(series["payments_last"] == 2);
}

TEST_CASE("labels are found by their whole name") {
    constexpr std::string_view series = "x{tale=\"1\",le=\"+Inf\"}";
    CHECK(label_of(series, "le") == "+Inf");
    CHECK(label_of(series, "tale") == "1");
    CHECK(label_of(series, "ta") == "");
    CHECK(label_of("x", "le") == "");
}

TEST_CASE("two readings tell rates") {
    Series before;
    Series after;
    add_metrics(before, "x{s=\"a\",t=\"1\"} 10\nx{s=\"b\"} 5\nxy{s=\"a\"} 1\n");
    add_metrics(
        after, "x{s=\"a\",t=\"1\"} 30\nx{s=\"a\",t=\"2\"} 2\nx{s=\"b\"} 4\nxy{s=\"a\"} 9\n"
    );
    const Growth growth(before, after, 2);
    CHECK(growth.per_second("x{s=\"a\",t=\"1\"}") == 10);
    CHECK(growth.per_second("x{s=\"b\"}") == 0);  // it began anew
    CHECK(growth.per_second("none") == 0);
    CHECK(growth.per_second_by("x", "s") == std::map<std::string, double>{{"a", 11}, {"b", 0}});
}

TEST_CASE("quantiles of what was observed in between") {
    Series before;
    Series after;
    add_metrics(before, "t_bucket{le=\"0.1\"} 100\nt_bucket{le=\"+Inf\"} 100\n");
    add_metrics(
        after,
        "t_bucket{m=\"GET\",le=\"0.1\"} 10\nt_bucket{m=\"GET\",le=\"0.2\"} 90\n"
        "t_bucket{m=\"GET\",le=\"+Inf\"} 100\nt_bucket{le=\"0.1\"} 100\nt_bucket{le=\"+Inf\"} 100\n"
    );
    const Growth growth(before, after, 1);
    CHECK(growth.quantile("t", 0.5).value() == doctest::Approx(0.15));
    CHECK(growth.quantile("t", 0.99).value() == doctest::Approx(0.2));  // above the last bound
    CHECK_FALSE(growth.quantile("u", 0.5));
    CHECK_FALSE(Growth(after, after, 1).quantile("t", 0.5));
}
