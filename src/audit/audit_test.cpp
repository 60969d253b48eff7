#include "audit/audit.hpp"

#include <atomic>
#include <thread>

#include "audit/shop.hpp"

using namespace pay;
using namespace pay::audit;

namespace {

const std::string none =
    R"({"balanced":true,"orders":{"CANCELED":0,"CANCELING":0,"EXPIRED":0,"FAIL":0,"FAILING":0,)"
    R"("PAID":0,"PENDING":0,"SUCCESS":0},"amount":0,"points":0,"unclaimed":[],"problems":[]})";

using Number = std::int64_t;

/// Books of `count` charges by 1000 users, each of 500 points.
void charge_many(Shop& shop, std::int64_t count) {
    constexpr std::array<std::string_view, 7> item_columns{
        "id", "order_id", "user_id", "item_id", "item_name", "kind", "created_at"
    };
    constexpr std::array<std::string_view, 9> line_columns{
        "transaction_id", "line",   "account",  "user_id", "points",
        "balance_after",  "reason", "order_id", "at"
    };
    constexpr std::array<std::string_view, 7> wallet_columns{
        "user_id", "paid", "bonus", "held", "owed", "version", "updated_at"
    };
    const auto user = [](Number i) { return "user" + std::to_string(i % 1000); };
    std::deque<order::Order> orders;
    insert_many(shop.order(), order::order_table, count, [&](auto& rows, const auto&, Number i) {
        const auto receipt = numbered(std::string(16, '0'), i);
        order::add_row(
            rows, orders.emplace_back(
                      order_of(numbered("ord_", i), user(i), order::Status::SUCCESS, receipt)
                  )
        );
    });
    insert_many(
        shop.order_item(), {"order_item", item_columns}, count,
        [&](auto& rows, const auto& keep, Number i) {
            rows.add(
                keep(numbered("oit_", i)), keep(numbered("ord_", i)), keep(user(i)), "itm_1", "x",
                "point_package", Number{1}
            );
        }
    );
    insert_many(
        shop.point(), {"ledger_entry", line_columns, 2}, count,
        [&](auto& rows, const auto& keep, Number i) {
            const auto transaction = keep(numbered("ptx_", i));
            const auto order = keep(numbered("ord_", i));
            const auto balance = 500 * ((i + 999) / 1000);
            rows.add(
                transaction, Number{0}, "paid", keep(user(i)), Number{500}, balance, "charge",
                order, Number{1}
            );
            rows.add(
                transaction, Number{1}, "issued", nullptr, Number{-500}, nullptr, "charge", order,
                Number{1}
            );
        }
    );
    insert_many(
        shop.point(), {"wallet", wallet_columns}, 1000,
        [&](auto& rows, const auto& keep, Number i) {
            rows.add(
                keep(user(i)), 500 * (count / 1000), Number{0}, Number{0}, Number{0}, count / 1000,
                Number{1}
            );
        }
    );
}

}  // namespace

TEST_CASE("empty books balance") {
    Shop shop;
    CHECK(to_json(audit::audit(shop.options())) == none);
}

TEST_CASE("books with something of everything balance") {
    Shop shop;
    fill(shop);
    const auto report = audit::audit(shop.options());
    CHECK(report.balanced);
    CHECK(report.orders.at("SUCCESS") == 2);
    CHECK(report.orders.at("FAIL") == 1);
    CHECK(report.orders.at("PENDING") == 1);
    CHECK(report.amount == Won{15'000});
    CHECK(report.points == Points{450});
}

TEST_CASE("the report as JSON and as text") {
    Report report;
    report.balanced = false;
    report.orders = {{"FAIL", 1}, {"SUCCESS", 2}};
    report.amount = Won{10'000};
    report.points = Points{1'000};
    report.unclaimed = {{receipt_1, "", Won{5'000}}, {receipt_2, "ord_2", Won{1}}};
    report.problems = {
        {"credit", "ord_1", "kim", "Order \"ord_1\" is odd."}, {"outbox", "", "", "Late."}
    };
    CHECK(
        to_json(report) ==
        R"({"balanced":false,"orders":{"FAIL":1,"SUCCESS":2},"amount":10000,"points":1000,)"
        R"("unclaimed":[{"receipt_id":"65f0c1a2b3d4e5f601234561","order_id":null,"amount":5000},)"
        R"({"receipt_id":"65f0c1a2b3d4e5f601234562","order_id":"ord_2","amount":1}],)"
        R"("problems":[{"rule":"credit","order_id":"ord_1","user_id":"kim",)"
        R"("text":"Order \"ord_1\" is odd."},{"rule":"outbox","order_id":null,"user_id":null,)"
        R"("text":"Late."}]})"
    );
}

TEST_CASE("without the databases, or with others, nothing can be checked") {
    const sql::Scratch scratch;
    AuditOptions options;
    options.database_url = scratch.url();
    CHECK_THROWS_AS(audit::audit(options), std::runtime_error);
    options.database_url = "oracle:x";
    CHECK_THROWS_AS(audit::audit(options), std::runtime_error);
    // Databases without tables.
    const auto storage = sql::open_storage(scratch.url());
    for (const auto* name : {"order", "point", "order_item", "item"}) storage->database(name);
    options.database_url = scratch.url();
    CHECK_THROWS_WITH(
        audit::audit(options), "the database order has no table cancellation yet: run migrate first"
    );
}

TEST_CASE("what is mended before the second look is not reported") {
    Shop shop;
    fill(shop);
    shop.point().execute("UPDATE wallet SET paid = paid + 1");
    shop.order().execute("UPDATE purchase_order SET points = 400 WHERE id = 'ord_1'");
    shop.order_item().execute("DELETE FROM order_item WHERE order_id = 'ord_6'");
    int looks = 0;
    const auto report =
        audit::audit(shop.options(), [&](std::string_view what, std::int64_t, std::int64_t) {
            if (!what.starts_with("suspicions")) return;
            ++looks;
            if (looks > 1) return;
            shop.order().execute("UPDATE purchase_order SET points = 500 WHERE id = 'ord_1'");
            shop.save_item("ord_6", "lee");
            shop.point().execute("UPDATE wallet SET paid = paid - 1");
        });
    CHECK(report.balanced);
    CHECK(report.problems.empty());
    CHECK(looks == 3);  // at the orders, at the wallets and at their lots
}

TEST_CASE("what keeps moving is looked at a few times more, and then reported") {
    Shop shop;
    fill(shop);
    shop.order().execute("UPDATE purchase_order SET points = 400 WHERE id = 'ord_1'");
    int looks = 0;
    const auto move = [&](std::string_view what, std::int64_t, std::int64_t) {
        if (!what.starts_with("suspicions")) return;
        ++looks;
        shop.order().execute("UPDATE purchase_order SET version = version + 1");
    };
    const auto report = audit::audit(shop.options(), move);
    REQUIRE(report.problems.size() == 1);
    CHECK(report.problems.front().order_id == "ord_1");
    CHECK(looks == shop.options().looks - 1);
}

TEST_CASE("books are proven while orders are made") {
    Shop shop;
    fill(shop);
    std::atomic<bool> stopped = false;
    std::atomic<int> made = 0;
    std::jthread services([&] {
        // As the saga does: the order is PAID before the others hear of it, and SUCCESS after.
        for (; !stopped; ++made) {
            const auto id = "ord_busy_" + std::to_string(1'000'000 + made);
            auto order = order_of(id, "kim", order::Status::PAID, "");
            shop.add(order);
            shop.credit("ptx_" + id, id, "kim");
            shop.save_item(id, "kim");
            const std::array<sql::Value, 1> values{id};
            shop.order().execute(
                "UPDATE purchase_order SET status = 'SUCCESS' WHERE id = ?", values
            );
        }
    });
    for (int i = 0; i < 20; ++i) {
        const int before = made;
        const auto report = audit::audit(shop.options());
        CHECK_MESSAGE(report.balanced, to_json(report));
        while (made == before) std::this_thread::yield();
    }
    stopped = true;
}

TEST_CASE("ten pages of orders are read page by page") {
    constexpr std::int64_t count = 100'000;
    Shop shop;
    charge_many(shop, count);
    shop.spoil();
    std::vector<std::int64_t> pages;
    const auto tell = [&](std::string_view what, std::int64_t done, std::int64_t) {
        if (what == "orders") pages.push_back(done);
    };
    auto report = audit::audit(shop.options(), tell);
    CHECK_MESSAGE(report.balanced, to_json(report));
    CHECK(report.orders.at("SUCCESS") == count);
    CHECK(report.amount == Won{5'000 * count});
    CHECK(report.points == Points{500 * count});
    // The last, without an end, holds what only the other books name.
    REQUIRE(pages.size() == 11);
    CHECK(pages[0] == 0);
    CHECK(pages[1] == 10'000);

    shop.order_item().execute("DELETE FROM order_item WHERE order_id = 'ord_00070000'");
    shop.point().execute("UPDATE wallet SET bonus = 1 WHERE user_id = 'user7'");
    report = audit::audit(shop.options());
    REQUIRE(report.problems.size() == 2);
    CHECK(report.problems[0].order_id == "ord_00070000");
    CHECK(report.problems[1].user_id == "user7");
}
