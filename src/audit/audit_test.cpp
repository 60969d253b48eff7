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

/// Rows of many charges at once, by recursion in the database.
std::string series(std::int64_t count, const std::string& insert) {
    return "INSERT INTO " + insert.substr(0, insert.find('|')) +
           " WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < " +
           std::to_string(count) + ") SELECT " + insert.substr(insert.find('|') + 1) + " FROM n";
}

}  // namespace

TEST_CASE("empty books balance") {
    Shop shop;
    CHECK(to_json(audit::audit(shop.options())) == none);
    CHECK(to_text(audit::audit(shop.options())).ends_with("The books balance.\n"));
}

TEST_CASE("books with something of everything balance") {
    Shop shop;
    fill(shop);
    const auto report = audit::audit(shop.options());
    CHECK(to_text(report).ends_with("The books balance.\n"));
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
    const auto text = to_text(report);
    CHECK(text.find("receipt " + receipt_2 + ": 1 won for order ord_2\n") != std::string::npos);
    CHECK(text.find("  [credit] Order \"ord_1\" is odd.\n") != std::string::npos);
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
        audit::audit(options),
        "the database order has no table purchase_order yet: run migrate first"
    );
}

TEST_CASE("what is mended before the second look is not reported") {
    Shop shop;
    fill(shop);
    shop.point().execute("UPDATE wallet SET paid = paid + 1");
    shop.order().execute("UPDATE purchase_order SET points = 400 WHERE id = 'ord_1'");
    shop.order_item().execute("DELETE FROM order_item WHERE order_id = 'ord_6'");
    int looks = 0;
    const auto report = audit::audit(shop.options(), [&](std::string_view what, std::int64_t) {
        if (!what.starts_with("suspicions")) return;
        ++looks;
        if (looks > 1) return;
        shop.order().execute("UPDATE purchase_order SET points = 500 WHERE id = 'ord_1'");
        shop.save_item("ord_6", "lee");
        shop.point().execute("UPDATE wallet SET paid = paid - 1");
    });
    CHECK(report.balanced);
    CHECK(report.problems.empty());
    CHECK(looks == 2);  // at the orders and at the wallets
}

TEST_CASE("what keeps moving is looked at a few times more, and then reported") {
    Shop shop;
    fill(shop);
    shop.order().execute("UPDATE purchase_order SET points = 400 WHERE id = 'ord_1'");
    int looks = 0;
    const auto move = [&](std::string_view what, std::int64_t) {
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
        CHECK_MESSAGE(report.balanced, to_text(report));
        while (made == before) std::this_thread::yield();
    }
    stopped = true;
}

TEST_CASE("ten pages of orders are read page by page") {
    constexpr std::int64_t count = 100'000;
    Shop shop;
    shop.order().execute(series(
        count,
        "purchase_order (id, user_id, item_id, item_name, item_version, kind, payment_method, "
        "amount,"
        " points, status, receipt_id, canceled_amount, failure, payment_step, payment_step_at,"
        " point_step, point_step_at, order_item_step, order_item_step_at, version, created_at,"
        " updated_at, attempts)|printf('ord_%08d', i), 'user' || (i % 1000), 'itm_1', 'x', 1,"
        " 'point_package', 'bootpay', 5000, 500, 'SUCCESS', printf('%024d', i), 0, 'NONE', 'done', "
        "1,"
        " 'done', 1, 'done', 1, 1, 1, 1, 0"
    ));
    shop.order_item().execute(series(
        count,
        "order_item (id, order_id, user_id, item_id, item_name, kind, created_at)|"
        "printf('oit_%08d', i), printf('ord_%08d', i), 'user' || (i % 1000), 'itm_1', 'x',"
        " 'point_package', 1"
    ));
    shop.point().execute(series(
        count,
        "ledger_entry (transaction_id, line, account, user_id, points, balance_after, reason, "
        "order_id,"
        " at)|printf('ptx_%08d', i), 0, 'paid', 'user' || (i % 1000), 500, 500 * ((i + 999) / "
        "1000),"
        " 'charge', printf('ord_%08d', i), 1"
    ));
    shop.point().execute(
        "INSERT INTO ledger_entry SELECT transaction_id, 1, 'issued', NULL, -500, NULL, 'charge',"
        " order_id, 1 FROM ledger_entry WHERE line = 0"
    );
    shop.point().execute(
        "INSERT INTO wallet SELECT user_id, SUM(points), 0, 0, 0, 100, 1 FROM ledger_entry"
        " WHERE user_id IS NOT NULL GROUP BY user_id"
    );
    std::vector<std::int64_t> pages;
    const auto tell = [&](std::string_view what, std::int64_t done) {
        if (what == "orders") pages.push_back(done);
    };
    auto report = audit::audit(shop.options(), tell);
    CHECK_MESSAGE(report.balanced, to_text(report));
    CHECK(report.orders.at("SUCCESS") == count);
    CHECK(report.amount == Won{5'000 * count});
    CHECK(report.points == Points{500 * count});
    REQUIRE(pages.size() == 11);  // the last, without an end, holds what only the other books name
    CHECK(pages.front() == 10'000);

    shop.order_item().execute("DELETE FROM order_item WHERE order_id = 'ord_00070000'");
    shop.point().execute("UPDATE wallet SET bonus = 1 WHERE user_id = 'user7'");
    report = audit::audit(shop.options());
    REQUIRE(report.problems.size() == 2);
    CHECK(report.problems[0].order_id == "ord_00070000");
    CHECK(report.problems[1].user_id == "user7");
}
