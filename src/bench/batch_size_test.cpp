#include "bench/batch_size.hpp"

#include <doctest/doctest.h>

using namespace pay::bench;

TEST_CASE("batches are read out of the metrics") {
    const auto read = read_batches(
        "# HELP payments_writer_batch_size Commands in one transaction\n"
        "payments_writer_batch_size_count{service=\"order\"} 4\n"
        "payments_writer_batch_size_sum{service=\"order\"} 10.5\n"
        "payments_writer_batch_size_bucket{service=\"order\",le=\"1\"} 3\n"
        "payments_writer_batch_size_count{service=\"point\"} 1\n"
        "payments_writer_batch_size_sum{service=\"point\"} nonsense\n"
        "other_count 7"
    );
    REQUIRE(read.size() == 2);
    CHECK(read.at("order").commands == 10.5);
    CHECK(read.at("order").batches == 4);
    CHECK(read.at("point").commands == 0);
    CHECK(read.at("point").batches == 1);
}

TEST_CASE("no metrics, no batches") {
    CHECK(read_batches("").empty());
}

TEST_CASE("the mean is of what was committed between two readings") {
    const BatchesByService before{{"order", {10, 10}}, {"item", {4, 4}}};
    const BatchesByService after{{"order", {110, 20}}, {"item", {4, 4}}, {"point", {6, 2}}};
    const auto means = mean_batch_sizes(before, after);
    CHECK(means.at("order") == 10);
    CHECK(means.at("item") == 0);
    CHECK(means.at("point") == 3);
}
