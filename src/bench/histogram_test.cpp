#include "bench/histogram.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

using pay::bench::Histogram;

TEST_CASE("an empty histogram has no quantiles") {
    const Histogram histogram;
    CHECK(histogram.count() == 0);
    CHECK(histogram.quantile(0.5) == 0);
}

TEST_CASE("small values are exact") {
    Histogram histogram;
    for (std::uint64_t value = 1; value <= 200; ++value) histogram.add(value);
    CHECK(histogram.count() == 200);
    CHECK(histogram.quantile(0) == 1);
    CHECK(histogram.quantile(0.5) == 100);
    CHECK(histogram.quantile(0.99) == 198);
    CHECK(histogram.quantile(1) == 200);
}

TEST_CASE("quantiles of any spread are at most 1 % above the true ones") {
    std::mt19937_64 random(7);
    std::uniform_real_distribution<double> exponent(0, 39);
    Histogram histogram;
    std::vector<std::uint64_t> values;
    for (int i = 0; i < 20'000; ++i) {
        values.push_back(static_cast<std::uint64_t>(std::exp2(exponent(random))));
        histogram.add(values.back());
    }
    std::ranges::sort(values);
    for (const double share : {0.01, 0.1, 0.5, 0.9, 0.99, 0.999, 1.0}) {
        CAPTURE(share);
        const double rank = std::ceil(share * static_cast<double>(values.size()));
        const std::uint64_t exact = values[static_cast<std::size_t>(rank) - 1];
        CHECK(histogram.quantile(share) >= exact);
        CHECK(static_cast<double>(histogram.quantile(share)) <= 1.01 * static_cast<double>(exact));
    }
}

TEST_CASE("histograms add up") {
    Histogram one;
    Histogram other;
    for (int i = 0; i < 10; ++i) one.add(10);
    for (int i = 0; i < 30; ++i) other.add(100'000);
    one.add(other);
    CHECK(one.count() == 40);
    CHECK(one.quantile(0.25) == 10);
    CHECK(one.quantile(0.26) == other.quantile(0.5));
}

TEST_CASE("a value beyond every bucket counts as the greatest") {
    Histogram histogram;
    histogram.add(~std::uint64_t{0});
    CHECK(histogram.quantile(0.5) == (std::uint64_t{1} << 40U) - 1);
}
