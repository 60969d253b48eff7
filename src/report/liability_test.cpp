#include "report/liability.hpp"

#include "audit/shop.hpp"
#include "core/ident/ident.hpp"

using namespace pay;
using namespace pay::audit;
using namespace pay::report;

namespace {

using point::Account;

/// A ledger and lots as the point service writes them, and the orders behind them.
struct House {
    Shop shop;
    int number = 0;

    void post(
        Time at, point::Reason reason, const std::string& order, std::vector<point::Line> lines
    ) {
        point::Posting posting{make_id(prefix::point_transaction, at), "kim", order, reason};
        posting.lines = std::move(lines);
        posting.at = at;
        point::State state;
        state.postings.push_back(std::move(posting));
        sql::Transaction transaction(shop.point());
        point::save(transaction, state);
        transaction.commit();
    }
    /// 500 points and 50 for 5000 won, unless said otherwise.
    void charge(Time at, const std::string& order, std::int64_t left, std::int64_t won = 5'000) {
        auto bought = order_of(order, "kim", order::Status::SUCCESS, "");
        bought.amount = Won{won};
        shop.add(bought);
        post(
            at, point::Reason::charge, order,
            {{Account::issued, Points{-550}},
             {Account::paid, Points{500}},
             {Account::bonus, Points{50}}}
        );
        lot("paid", order, left);
        lot("bonus", order, 50);
    }
    void lot(const std::string& kind, const std::string& order, std::int64_t left) {
        const auto id = "lot_" + std::to_string(++number);
        const std::array<sql::Value, 4> values{
            std::string_view{id}, std::string_view{kind},
            order.empty() ? sql::Value{nullptr} : sql::Value{std::string_view{order}}, left
        };
        shop.point().execute(
            "INSERT INTO lot (id, user_id, kind, order_id, expires_at, granted, points_left, "
            "repaid, canceled, noticed) VALUES (?, 'kim', ?, ?, 1, 500, ?, 0, 0, 0)",
            values
        );
    }
    LiabilityOptions options() const {
        LiabilityOptions options;
        options.database_url = shop.url();
        options.clock = std::make_shared<ManualClock>(noon);
        return options;
    }
    std::string csv(const LiabilityOptions& options) {
        return show(liability(options), Format::csv);
    }
};

/// 2026-03-02 in Seoul, and earlier.
Time months_ago(int months) {
    return noon - std::chrono::days{30 * months};
}

void fill(House& house) {
    house.charge(months_ago(14), "ord_1", 100);
    house.charge(months_ago(2), "ord_2", 500, 4'999);
    house.charge(months_ago(0), "ord_3", 500);
    using enum point::Reason;
    house.post(
        months_ago(13), adjust, "", {{Account::spent, Points{200}}, {Account::paid, Points{-200}}}
    );
    house.post(
        months_ago(1), adjust, "", {{Account::expired, Points{150}}, {Account::paid, Points{-150}}}
    );
    house.post(
        months_ago(1), adjust, "", {{Account::returned, Points{50}}, {Account::paid, Points{-50}}}
    );
    house.post(
        months_ago(1), adjust, "", {{Account::adjusted, Points{-70}}, {Account::bonus, Points{70}}}
    );
    house.post(
        months_ago(0), adjust, "", {{Account::paid, Points{-10}}, {Account::held, Points{10}}}
    );
    house.post(
        months_ago(0), adjust, "", {{Account::owed, Points{-30}}, {Account::spent, Points{30}}}
    );
}

}  // namespace

TEST_CASE("what is owed to users, where it came from and how far the limits are") {
    House house;
    fill(house);
    auto options = house.options();
    options.outstanding_limit = 20'000;
    options.issuance_limit = 5'000;
    CHECK(
        house.csv(options) ==
        "account,points,won\r\n"
        // 100 at 10, 500 at 9.998, 500 at 10; ten less than the lots have.
        "paid,1090,10899\r\n"
        "bonus,220,0\r\n"
        "held,10,100\r\n"
        "all,1320,10999\r\n"
        "owed,30,0\r\n"
        "\r\n"
        "month,issued_paid,issued_bonus,adjusted,spent,expired,returned,issued_won\r\n"
        "2025-04,0,0,0,0,0,0,0\r\n"
        "2025-05,0,0,0,0,0,0,0\r\n"
        "2025-06,0,0,0,0,0,0,0\r\n"
        "2025-07,0,0,0,0,0,0,0\r\n"
        "2025-08,0,0,0,0,0,0,0\r\n"
        "2025-09,0,0,0,0,0,0,0\r\n"
        "2025-10,0,0,0,0,0,0,0\r\n"
        "2025-11,0,0,0,0,0,0,0\r\n"
        "2025-12,0,0,0,0,0,0,0\r\n"
        "2026-01,500,50,70,0,150,50,4999\r\n"
        "2026-02,0,0,0,0,0,0,0\r\n"
        "2026-03,500,50,0,30,0,0,5000\r\n"
        "all,1000,100,70,30,150,50,9999\r\n"
        "\r\n"
        "span,issued,expired,permille\r\n"
        "twelve months,1100,150,136\r\n"
        "ever,1650,150,90\r\n"
        "\r\n"
        "limit,won,reached,left,permille\r\n"
        "outstanding,20000,10999,9001,549\r\n"
        "issued in twelve months,5000,9999,-4999,1999\r\n"
    );
}

TEST_CASE("at a past time each point is worth the same, for what was left of which lot is not kept"
) {
    House house;
    fill(house);
    auto options = house.options();
    options.at = months_ago(0) - Duration{1};
    options.won_per_point = 11;
    const auto csv = house.csv(options);
    CHECK(csv.starts_with("account,points,won\r\npaid,600,6600\r\nbonus,170,0\r\nheld,0,0\r\n"));
    CHECK(csv.contains("\r\n2026-03,0,0,0,0,0,0,0\r\n"));
    options.at = noon + Duration{1};
    CHECK_THROWS_WITH(liability(options), "--at lies in the future");
}

TEST_CASE("points of no order, or of one that is gone, are worth what is said") {
    House house;
    using enum point::Reason;
    house.post(noon, adjust, "", {{Account::adjusted, Points{-30}}, {Account::paid, Points{30}}});
    house.lot("paid", "", 10);
    house.lot("paid", "ord_gone", 20);
    CHECK(house.csv(house.options()).contains("paid,30,300\r\n"));
}

TEST_CASE("an empty house owes nothing") {
    House house;
    const auto json = show(liability(house.options()), Format::json);
    CHECK(json.starts_with(R"({"outstanding":[{"account":"paid","points":0,"won":0},)"));
    CHECK(json.contains(
        R"({"limit":"outstanding","won":3000000000,"reached":0,"left":3000000000,"permille":0})"
    ));
}

TEST_CASE("without the databases there is no report") {
    const sql::Scratch scratch;
    LiabilityOptions options;
    options.database_url = scratch.url();
    CHECK_THROWS_AS(liability(options), std::runtime_error);
}
