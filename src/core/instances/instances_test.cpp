#include "core/instances/instances.hpp"

#include <doctest/doctest.h>

#include <array>

#include "core/sql/scratch.hpp"

using namespace pay;

namespace {

struct Shared {
    Shared() : connection(storage->database("order")->connect(sql::Mode::read_write)) {
        sql::migrate(*connection, instances::schema);
    }
    void beat(Instances& instances) {
        sql::Transaction transaction(*connection);
        instances.beat(transaction, now);
        transaction.commit();
    }
    std::int64_t rows() {
        std::int64_t count = 0;
        connection->query("SELECT COUNT(*) FROM instance", {}, [&](const sql::Row& row) {
            count = row.integer(0);
        });
        return count;
    }

    sql::Scratch scratch;
    std::unique_ptr<sql::Storage> storage = sql::open_storage(scratch.url());
    std::unique_ptr<sql::Connection> connection;
    Time now = from_epoch_ms(1'772'414'130'000);
};

}  // namespace

TEST_CASE("who has the database to itself leads, and writes no beat") {
    Shared shared;
    Instances alone("a", false);
    CHECK(alone.leads());
    shared.beat(alone);
    CHECK(alone.leads());
    CHECK(shared.rows() == 0);
    REQUIRE(alone.seen().size() == 1);
    CHECK(alone.seen().front().leads);
}

TEST_CASE("the living one with the smallest name leads") {
    Shared shared;
    Instances second("b", true);
    CHECK_FALSE(second.leads());
    shared.beat(second);
    CHECK(second.leads());
    Instances first("a", true);
    shared.beat(first);
    shared.beat(second);
    CHECK(first.leads());
    CHECK_FALSE(second.leads());
    CHECK(second.living() == std::vector<std::string>{"a", "b"});
    const auto seen = second.seen();
    REQUIRE(seen.size() == 2);
    CHECK(seen[0].leads);
    CHECK(seen[0].beat == 1);
    CHECK_FALSE(seen[1].leads);
    CHECK(seen[1].beat == 2);
}

TEST_CASE("one whose beat stands still is dead, and is back with its next beat") {
    Shared shared;
    Instances first("a", true);
    Instances second("b", true);
    shared.beat(first);
    shared.beat(second);
    shared.now += Instances::dead_after - Duration{1};
    shared.beat(second);
    CHECK_FALSE(second.leads());
    shared.now += Duration{1};
    shared.beat(second);
    CHECK(second.leads());
    CHECK(second.living() == std::vector<std::string>{"b"});
    CHECK(shared.rows() == 1);

    shared.beat(first);
    shared.beat(second);
    CHECK(first.leads());
    CHECK_FALSE(second.leads());
}

TEST_CASE("one that was stopped finds itself among the living when it wakes") {
    Shared shared;
    Instances sleeper("a", true);
    shared.beat(sleeper);
    shared.now += Instances::dead_after * 5;
    shared.beat(sleeper);
    CHECK(sleeper.leads());
    CHECK(sleeper.living() == std::vector<std::string>{"a"});
}
