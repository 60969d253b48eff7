#include "point/history.hpp"

#include <doctest/doctest.h>

#include "ground.hpp"
#include "point/messages.hpp"
#include "point/service.hpp"

using namespace pay;
using namespace pay::point;

namespace {

/// A service in which a user gets points, an hour after an hour.
struct House {
    test::Ground ground;
    test::Running<Service> running{ground, ground.bus};
    test::Front front{ground, running.service.routes()};
    const Time begin = ground.clock->now();

    House() {
        const auto credit = json::to_text(Command{"ord_1", "kim", Points{500}});
        REQUIRE(test::publish(ground.bus, commands_topic, credit_type, credit));
        ground.clock->advance(std::chrono::hours{1});
        adjust(30);
        ground.clock->advance(std::chrono::hours{1});
        adjust(-130);
        ground.clock->advance(std::chrono::hours{1});
    }
    void adjust(int points) {
        const auto body = "{\"points\":" + std::to_string(points) + ",\"reason\":\"because\"}";
        const auto answer = front.ask(http::Method::post, "root", "/v1/points/kim/adjust", body);
        REQUIRE(answer.status == 200);
    }
    std::string at(Duration after) { return past("/v1/points", "kim", begin + after); }
    std::string past(const std::string& path, const std::string& who, Time time) {
        return front.get(who, path + "?at=" + to_rfc3339(time)).body;
    }
};

std::string told(Time at, const std::string& rest) {
    return R"({"user_id":"kim","at":")" + to_rfc3339(at) + "\"," + rest + '}';
}

}  // namespace

TEST_CASE("a user's points at a past time are those the ledger had then") {
    House house;
    using std::chrono::hours;
    const auto nothing = R"("balance":0,"paid":0,"bonus":0,"held":0,"owed":0)";
    CHECK(house.at(Duration{-1}) == told(house.begin - Duration{1}, nothing));
    const auto bought = R"("balance":500,"paid":500,"bonus":0,"held":0,"owed":0)";
    CHECK(house.at(Duration{0}) == told(house.begin, bought));
    CHECK(house.at(hours{1} - Duration{1}) == told(house.begin + hours{1} - Duration{1}, bought));
    CHECK(
        house.at(hours{1}) ==
        told(house.begin + hours{1}, R"("balance":530,"paid":500,"bonus":30,"held":0,"owed":0)")
    );
    const auto now =
        told(house.begin + hours{3}, R"("balance":400,"paid":400,"bonus":0,"held":0,"owed":0)");
    CHECK(house.at(hours{3}) == now);
    CHECK(house.past("/v1/points/kim", "root", house.begin + hours{3}) == now);
}

TEST_CASE("what is owed counts below zero in the ledger and above it in the answer") {
    House house;
    const auto connection =
        house.running.service.engine().database().connect(sql::Mode::read_write);
    connection->execute("UPDATE ledger_entry SET account = 'owed' WHERE account = 'paid'");
    const auto wallet = wallet_at(*connection, "kim", house.begin);
    CHECK(wallet.owed == Points{-500});
    CHECK(wallet.balance == Points{});
}

TEST_CASE("a time that is none, or has not come, is refused") {
    House house;
    CHECK(house.front.get("kim", "/v1/points?at=yesterday").status == 400);
    CHECK(house.front.get("kim", "/v1/points?when=2026-03-02T00:00:00Z").status == 400);
    const auto ahead = house.front.get(
        "kim", "/v1/points?at=" + to_rfc3339(house.ground.clock->now() + Duration{1})
    );
    CHECK(ahead.status == 400);
    CHECK(ahead.body.contains("It must not lie in the future."));
    CHECK(house.front.get("kim", "/v1/points/kim?at=2026-03-02T00:00:00Z").status == 403);
    CHECK(house.front.get("root", "/v1/points/-?at=2026-03-02T00:00:00Z").status == 404);
}
