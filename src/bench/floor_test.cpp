#include "bench/floor.hpp"

#include <doctest/doctest.h>

#include "core/sql/scratch.hpp"

namespace pay::bench {
namespace {

FloorOptions options_of(const sql::Scratch& scratch) {
    return {scratch.url(), read_batch_sizes("order=16.5,point=7,order_item=1"), 100, 0, 10};
}

TEST_CASE("batch sizes are one for all, or one for each") {
    CHECK(read_batch_sizes("64") == BatchSizes{{"order", 64}, {"point", 64}, {"order_item", 64}});
    CHECK(read_batch_sizes("order=1.5,point=2") == BatchSizes{{"order", 1.5}, {"point", 2}});
    for (const std::string wrong : {"", "0", "x", "64,", "order=", "order=nan", "1e9", "64x"}) {
        CAPTURE(wrong);
        CHECK_THROWS_AS(read_batch_sizes(wrong), std::runtime_error);
    }
}

TEST_CASE("the floor writes all charges in batches of the mean sizes, and leaves nothing") {
    const sql::Scratch scratch;
    const auto report = floor(options_of(scratch));
    CHECK(report.charges == 100);
    CHECK(report.seconds > 0);
    CHECK(report.logged_bytes > 100 * 1000);
    CHECK(report.events == sql::Scratch::on_server());
    const auto& order = report.services.at("order");
    CHECK(order.commits == 7 * static_cast<std::uint64_t>(commands_of("order", charge_writes())));
    CHECK(report.services.at("point").commits == 15);
    CHECK(report.services.at("order_item").commits == 100);
    CHECK(report.services.at("order_item").rows.at(Kind::insert) == 2);
    CHECK_FALSE(sql::open_storage(scratch.url("db_floor"))->has("order"));
    CHECK_FALSE(sql::open_storage(scratch.url("db"))->has("order"));
}

TEST_CASE("the floor ends by time") {
    const sql::Scratch scratch;
    auto options = options_of(scratch);
    options.orders = 0;
    options.seconds = 1;
    CHECK(floor(options).charges > 0);
}

TEST_CASE("the floor touches no database that is there") {
    const sql::Scratch scratch;
    const auto storage = sql::open_storage(scratch.url("db_floor"));
    storage->database("point");
    CHECK_THROWS_WITH_AS(
        floor(options_of(scratch)), doctest::Contains("already a database of point"),
        std::runtime_error
    );
    CHECK(storage->has("point"));
}

TEST_CASE("each service needs a batch size") {
    const sql::Scratch scratch;
    auto options = options_of(scratch);
    options.batch_sizes.erase("point");
    CHECK_THROWS_WITH_AS(floor(options), doctest::Contains("of point"), std::runtime_error);
    CHECK_FALSE(sql::open_storage(scratch.url("db_floor"))->has("order"));
}

TEST_CASE("what the floor measured can be read by people and by programs") {
    const FloorReport report{
        false,
        1000,
        2,
        5'000'000,
        {{"order_item", {{{Kind::insert, 3}, {Kind::remove, 1}}, 24.5, 41}}}
    };
    CHECK(
        to_json(report) ==
        R"({"charges":1000,"seconds":2.000,"charges_per_s":500.0,"rows_per_charge":4.00,)"
        R"("logged_bytes_per_charge":5000,"commits":41,"events":false,"services":{)"
        R"("order_item":{"batch_size":24.50,"commands_per_charge":1,"commits":41,)"
        R"("rows_per_charge":4.00,"inserts":3.00,"updates":0.00,"deletes":1.00}}})"
    );
    CHECK(to_text(report).starts_with(
        "floor: 1000 charges in 2.0 s, 500 a second; 4.0 rows and 5000 bytes of log a charge\n"
    ));
}

}  // namespace
}  // namespace pay::bench
