#include "report/settlement.hpp"

#include "audit/shop.hpp"

using namespace pay;
using namespace pay::audit;
using namespace pay::report;

namespace {

std::chrono::sys_days day(unsigned number) {
    return std::chrono::year{2026} / 3 / static_cast<int>(number);
}
/// A time of Seoul.
Time seoul(unsigned of, int hour) {
    return Time{day(of)} + std::chrono::hours{hour - 9};
}

/// The order service's database with payments in it.
struct Till {
    Shop shop;
    int number = 0;

    /// An order of 5000 won that was paid.
    std::string pay(Time at, const std::string& method, order::Status status) {
        const auto id = "ord_" + std::to_string(++number);
        shop.add(order_of(id, "kim", status, numbered(std::string(16, '0'), number)));
        const std::array<sql::Value, 3> values{
            std::string_view{method}, to_epoch_ms(at), std::string_view{id}
        };
        shop.order().execute(
            "UPDATE purchase_order SET gateway_method = ?, paid_at = ? WHERE id = ?", values
        );
        return id;
    }
    void cancel(
        const std::string& order, Time at, std::int64_t amount, std::int64_t fee,
        const std::string& phase = "done", const std::string& origin = "user"
    ) {
        const auto id = "can_" + std::to_string(++number);
        const std::array<sql::Value, 7> values{
            std::string_view{id},
            std::string_view{order},
            std::string_view{phase},
            std::string_view{origin},
            amount,
            fee,
            to_epoch_ms(at)
        };
        shop.order().execute(
            "INSERT INTO cancellation (id, order_id, phase, origin, amount, fee, points, bonus, "
            "asked_by, reason, failure, created_at, updated_at) "
            "VALUES (?, ?, ?, ?, ?, ?, 0, 0, 'kim', 'x', 'NONE', 1, ?)",
            values
        );
    }
    void refund(const std::string& order, Time at, const std::string& status) {
        const std::array<sql::Value, 3> values{
            std::string_view{status}, to_epoch_ms(at), std::string_view{order}
        };
        shop.order().execute(
            "INSERT INTO refund (receipt_id, order_id, status, cancel_id, canceled_before, "
            "attempts, created_at, updated_at) SELECT receipt_id, id, ?, 'x', 0, 0, 1, ? "
            "FROM purchase_order WHERE id = ?",
            values
        );
    }

    SettlementOptions options() const {
        SettlementOptions options;
        options.database_url = shop.url();
        options.fees = {30, {{"vbank", 7}}};
        return options;
    }
    std::string csv(const SettlementOptions& options) {
        return show(settlement(options), Format::csv);
    }
};

const std::string days_head = "day,method,paid,paid_amount,canceled,canceled_amount,fees,net\r\n";
const std::string totals_head = "\r\nmethod,paid,paid_amount,canceled,canceled_amount,fees,net\r\n";

}  // namespace

TEST_CASE("half a won of a fee is rounded up") {
    const Fees fees{25, {{"card", 30}}};
    CHECK(fees.of("phone", 20) == 1);  // 0.5
    CHECK(fees.of("phone", 19) == 0);  // 0.475
    CHECK(fees.of("card", 5'000) == 150);
    CHECK(fees.of("card", 0) == 0);
    CHECK(Fees{}.of("card", 5'000) == 0);
    CHECK_THROWS_AS(fees.of("card", std::int64_t{1} << 60U), Overflow);
}

TEST_CASE("each day's payments, returns, fees and what is left, by method") {
    using enum order::Status;
    Till till;
    till.pay(seoul(2, 0), "card", SUCCESS);
    till.pay(seoul(2, 23), "card", PAID);
    till.pay(seoul(2, 12), "vbank", SUCCESS);
    const auto canceled = till.pay(seoul(3, 0), "card", SUCCESS);
    till.cancel(canceled, seoul(3, 5), 2'000, 100);
    till.cancel(canceled, seoul(5, 5), 1'000, 0);
    // What does not move money: asked only, refused, on its way.
    till.cancel(canceled, seoul(5, 6), 1'000, 0, "done", "simulation");
    till.cancel(canceled, seoul(5, 6), 1'000, 0, "refused");
    till.cancel(canceled, seoul(5, 6), 1'000, 0, "returning");
    const auto failed = till.pay(seoul(3, 1), "", FAIL);
    till.refund(failed, seoul(4, 1), "done");
    // Paid back by other means; never paid.
    till.refund(till.pay(seoul(4, 2), "card", FAIL), seoul(4, 3), "refused");
    till.shop.add(order_of("ord_never", "kim", PENDING, ""));

    const auto options = till.options();
    CHECK(
        till.csv(options) == days_head +
                                 "2026-03-02,card,2,10000,0,0,300,9700\r\n"
                                 "2026-03-02,vbank,1,5000,0,0,35,4965\r\n"
                                 "2026-03-03,card,1,5000,1,1900,93,3007\r\n"
                                 "2026-03-03,unknown,1,5000,0,0,150,4850\r\n"
                                 "2026-03-04,card,1,5000,0,0,150,4850\r\n"
                                 "2026-03-04,unknown,0,0,1,5000,-150,-4850\r\n"
                                 "2026-03-05,card,0,0,1,1000,-30,-970\r\n" +
                                 totals_head +
                                 "card,4,20000,2,2900,513,16587\r\n"
                                 "unknown,1,5000,1,5000,0,0\r\n"
                                 "vbank,1,5000,0,0,35,4965\r\n"
                                 "all,6,30000,3,7900,548,21552\r\n"
    );
}

TEST_CASE("a span of days, where days begin elsewhere") {
    using enum order::Status;
    Till till;
    for (const int hour : {0, 9}) till.pay(seoul(2, hour), "card", SUCCESS);
    till.pay(seoul(3, 9), "card", SUCCESS);
    auto options = till.options();
    options.fees = {};
    options.from = options.to = day(2);
    CHECK(till.csv(options).starts_with(days_head + "2026-03-02,card,2,10000,0,0,0,10000\r\n\r\n"));
    options.utc_offset = Duration{0};
    CHECK(till.csv(options).starts_with(days_head + "2026-03-02,card,1,5000,0,0,0,5000\r\n\r\n"));
    options.from = day(4);
    options.to.reset();
    CHECK(till.csv(options) == days_head + totals_head + "all,0,0,0,0,0,0\r\n");
}

TEST_CASE("orders of the time before payments had a time of their own") {
    Till till;
    till.shop.add(order_of("ord_old", "kim", order::Status::SUCCESS, receipt_1));
    CHECK(till.csv(till.options()).contains("2026-03-02,unknown,1,5000,0,0,150,4850"));
}

TEST_CASE("without the database, or with an older one, there is no report") {
    const sql::Scratch scratch;
    SettlementOptions options;
    options.database_url = scratch.url();
    CHECK_THROWS_AS(settlement(options), std::runtime_error);
    sql::open_storage(scratch.url())->database("order");
    CHECK_THROWS_WITH(
        settlement(options), "the database order has no table cancellation yet: run migrate first"
    );
}
