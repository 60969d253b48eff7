#include "point/flows.hpp"

#include <doctest/doctest.h>

#include "ground.hpp"
#include "point/messages.hpp"
#include "point/service.hpp"

using namespace pay;
using namespace pay::point;

namespace {

using std::chrono::hours;

/// A day of a user's points: a charge with a bonus, a present, and something bought.
struct House {
    test::Ground ground;
    test::Running<Service> running{ground, ground.bus};
    test::Front front{ground, running.service.routes()};
    const Time begin = ground.clock->now();

    House() {
        Command charge{"ord_1", "kim", Points{500}};
        charge.bonus = Points{50};
        say(credit_type, json::to_text(charge));
        ground.clock->advance(hours{1});
        const std::string body = R"({"points":30,"reason":"because"})";
        const auto path = "/v1/points/kim/adjust";
        REQUIRE(front.ask(http::Method::post, "root", path, body).status == 200);
        ground.clock->advance(hours{24});
        Hold hold;
        hold.order_id = hold.hold_id = "ord_2";
        hold.user_id = "kim";
        hold.points = Points{100};
        say(hold_type, json::to_text(hold));
        say(settle_type, json::to_text(HoldEnd{"ord_2", "ord_2", "kim"}));
        hold.order_id = hold.hold_id = "ord_3";
        hold.points = Points{20};
        say(hold_type, json::to_text(hold));
    }
    void say(std::string_view type, const std::string& payload) {
        REQUIRE(test::publish(ground.bus, commands_topic, type, payload));
    }
    std::string ask(const std::string& path) {
        const auto answer = front.get("root", "/v1/admin/point/" + path);
        REQUIRE(answer.status == 200);
        return answer.body;
    }
};

}  // namespace

TEST_CASE("what was issued and spent stands in the day it happened on, in Korea") {
    House house;
    const auto connection = house.running.service.engine().database().connect(sql::Mode::read_only);
    http::Chart chart;
    const auto day = *parse_rfc3339("2026-03-02T00:00:00+09:00");
    chart.from = day;
    chart.to = day + hours{72};
    const auto days = flows_of(*connection, chart).data;
    REQUIRE(days.size() == 3);
    CHECK(days[0].at == day);
    CHECK(days[0].issued_paid == Points{500});
    CHECK(days[0].issued_bonus == Points{50});
    CHECK(days[0].adjusted == Points{30});
    CHECK(days[0].spent == Points{});
    CHECK(days[1].issued_paid == Points{});
    CHECK(days[1].spent == Points{100});
    CHECK(days[2].spent == Points{});
    chart.by = http::By::hour;
    chart.from = house.begin - house.begin.time_since_epoch() % hours{1};
    chart.to = chart.from + hours{2};
    const auto hour = flows_of(*connection, chart).data;
    REQUIRE(hour.size() == 2);
    CHECK(hour[0].issued_paid == Points{500});
    CHECK(hour[1].adjusted == Points{30});
}

TEST_CASE("flows are asked by hour or by day, by admins alone") {
    House house;
    CHECK(house.ask("flows").find(R"("issued_paid":500,"issued_bonus":50)") != std::string::npos);
    CHECK(house.ask("flows?by=hour").find(R"("spent":100)") != std::string::npos);
    CHECK(house.front.get("root", "/v1/admin/point/flows?by=year").status == 400);
    CHECK(house.front.get("root", "/v1/admin/point/liability?at=now").status == 400);
    CHECK(house.front.get("kim", "/v1/admin/point/flows").status == 403);
    CHECK(house.front.get("kim", "/v1/admin/point/liability").status == 403);
}

TEST_CASE("what the house owes is what the wallets hold, paid points at a flat rate") {
    House house;
    const auto connection = house.running.service.engine().database().connect(sql::Mode::read_only);
    const auto owed = liability_of(*connection, house.ground.clock->now());
    CHECK(owed.wallets == 1);
    CHECK(owed.paid.points + owed.bonus.points == Points{460});
    CHECK(owed.held.points == Points{20});
    CHECK(owed.held.won == Won{200});
    CHECK(owed.all.points == Points{480});
    CHECK(owed.all.won == Won{owed.paid.points.value() * 10 + 200});
    CHECK(owed.bonus.won == Won{0});
    CHECK(owed.outstanding_permille == 0);
    CHECK(house.ask("liability").find(R"("won_per_point":10)") != std::string::npos);
}
