#include "bench/seed.hpp"

#include <doctest/doctest.h>

#include <thread>

#include "audit/audit.hpp"
#include "bench/charges.hpp"
#include "bench/users.hpp"
#include "core/ident/ident.hpp"
#include "core/instances/instances.hpp"
#include "core/sql/scratch.hpp"
#include "order/store.hpp"
#include "point/store.hpp"

namespace pay::bench {
namespace {

void quietly(const SeedProgress&) {}

std::unique_ptr<sql::Connection> connect(const sql::Scratch& scratch, std::string_view service) {
    return sql::open_storage(scratch.url())->database(service)->connect(sql::Mode::read_write);
}

audit::Report audited(const sql::Scratch& scratch) {
    return audit::audit({.database_url = scratch.url()});
}

TEST_CASE("what is seeded balances, as often as it is done") {
    const sql::Scratch scratch;
    CHECK(seed({scratch.url(), 1500, 40}, quietly).done == 1500);
    CHECK(seed({scratch.url(), 1001, 70}, quietly).done == 1001);
    const auto report = audited(scratch);
    CHECK_MESSAGE(report.balanced, audit::to_json(report));
    CHECK(report.orders.at("SUCCESS") == 2501);
}

TEST_CASE("seeded orders are as bought, newest last, and older than what is new") {
    const sql::Scratch scratch;
    seed({scratch.url(), 500, 40}, quietly);
    const auto orders = connect(scratch, "order");
    const auto listed = order::list_orders(*orders, {.user_id = user_id(7), .limit = 100});
    REQUIRE(listed.size() == 13);
    const auto& newest = listed.front();
    CHECK(is_id(prefix::order, newest.id));
    CHECK(newest.created_at > listed.back().created_at);
    CHECK(newest.id < make_id(prefix::order, SystemClock{}.now()));
    CHECK(newest.status == order::Status::SUCCESS);
    CHECK(newest.receipt_id.size() == 24);

    const auto points = connect(scratch, "point");
    const auto wallet = point::find_wallet(*points, user_id(7));
    CHECK(wallet.paid == Points{13 * newest.points->value()});
    CHECK(wallet.version == 13);
    const auto ledger = point::list_ledger(*points, user_id(7), {.limit = 100, .before = "~"});
    REQUIRE(ledger.size() == 13);
    CHECK(ledger.front().balance_after == wallet.paid);
    CHECK(ledger.front().order_id == newest.id);
    CHECK(ledger.back().balance_after == *newest.points);

    // The next seed goes on where this one ended.
    seed({scratch.url(), 500, 40}, quietly);
    const auto more = order::list_orders(*orders, {.user_id = user_id(7), .limit = 100});
    REQUIRE(more.size() == 26);
    CHECK(more[13].id == newest.id);
}

TEST_CASE("users may be more than orders") {
    const sql::Scratch scratch;
    seed({scratch.url(), 3, 10}, quietly);
    CHECK(audited(scratch).balanced);
    CHECK(point::find_wallet(*connect(scratch, "point"), user_id(3)).version == 0);
}

TEST_CASE("a seed that was cut off is told") {
    const sql::Scratch scratch;
    seed({scratch.url(), 10, 10}, quietly);
    CHECK_THROWS_AS(
        // It tells of its progress after the first second at the earliest: cut off by then.
        seed(
            {scratch.url(), 1'000'000'000, 10},
            [](const SeedProgress&) { throw std::logic_error("cut off"); }
        ),
        std::logic_error
    );
    CHECK_THROWS_WITH_AS(
        seed({scratch.url(), 10, 10}, quietly), doctest::Contains("cut off"), std::runtime_error
    );
}

TEST_CASE("who owes points is not seeded") {
    const sql::Scratch scratch;
    seed({scratch.url(), 10, 10}, quietly);
    const auto connection = connect(scratch, "point");
    connection->execute("UPDATE wallet SET owed = 5 WHERE user_id = 'bench-user-3'");
    CHECK_THROWS_WITH_AS(
        seed({scratch.url(), 10, 10}, quietly), doctest::Contains("bench-user-3 owes points"),
        std::runtime_error
    );
}

TEST_CASE("the databases of a running server are left alone") {
    const sql::Scratch scratch;
    seed({scratch.url(), 10, 10}, quietly);
    const auto server = sql::open_storage(scratch.url());
    server->lock();
    std::jthread beating;
    if (server->shared()) {
        beating = std::jthread([&](const std::stop_token& stop) {
            const auto connection = connect(scratch, "point");
            Instances instance("living", true);
            while (!stop.stop_requested()) {
                sql::Transaction transaction(*connection);
                instance.beat(transaction, SystemClock{}.now());
                transaction.commit();
            }
        });
    }
    CHECK_THROWS_AS(seed({scratch.url(), 10, 10}, quietly), std::runtime_error);
}

}  // namespace
}  // namespace pay::bench
