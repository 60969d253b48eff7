#include "point/service.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "ground.hpp"
#include "point/messages.hpp"

using namespace pay;
using namespace pay::point;
using enum http::Method;

namespace {

struct House {
    test::Ground ground;
    test::Listener replies{ground.bus, replies_topic};
    test::Running<Service> running{ground, ground.bus};
    test::Front front{ground, running.service.routes()};

    bool say(std::string_view type, const std::string& payload) {
        return test::publish(ground.bus, commands_topic, type, payload);
    }
    bool say(std::string_view type, int order, int points) {
        return say(
            type, json::to_text(Command{"ord_" + std::to_string(order), "kim", Points{points}, {}})
        );
    }
    http::Response adjust(
        const std::string& user, const std::string& body, const std::string& key = ""
    ) {
        return front.ask(post, "root", "/v1/points/" + user + "/adjust", body, key);
    }
    /// The balance, as the API tells it.
    std::string balance() {
        const auto body = front.get("kim", "/v1/points").body;
        const auto from = body.find("\"balance\":") + 10;
        return body.substr(from, body.find(',', from) - from);
    }
};

}  // namespace

TEST_CASE("a user without a wallet has no points") {
    House house;
    CHECK(
        house.front.get("kim", "/v1/points").body ==
        R"({"user_id":"kim","balance":0,"paid":0,"bonus":0,"held":0,"owed":0,"expiring":[]})"
    );
    CHECK(house.front.get("kim", "/v1/points/ledger").body == R"({"data":[],"next_cursor":null})");
    CHECK(house.front.get("root", "/v1/points/lee").status == 200);
    CHECK_FALSE(house.running.service.fault());
}

TEST_CASE("a command that comes twice has one effect and the same answer") {
    House house;
    CHECK(house.say(credit_type, 1, 500));
    CHECK(house.say(credit_type, 1, 500));
    const auto replies = house.replies.wait_for(2);
    CHECK(replies[0].type == done_type);
    CHECK(replies[0].key == "ord_1");
    CHECK(replies[1].payload == replies[0].payload);
    CHECK(replies[1].id != replies[0].id);
    CHECK(house.balance() == "500");
}

TEST_CASE("a credit that comes after its reverse is refused") {
    House house;
    CHECK(house.say(reverse_type, 1, 500));
    CHECK(house.say(credit_type, 1, 500));
    CHECK(house.say(reverse_type, 1, 500));
    const auto replies = house.replies.wait_for(3);
    CHECK(replies[0].type == done_type);
    CHECK(replies[1].type == refused_type);
    CHECK(
        replies[1].payload == R"({"order_id":"ord_1","action":"credit","code":"ALREADY_REVERSED",)"
                              R"("hold_id":null,"balance":null})"
    );
    CHECK(replies[2].payload == replies[0].payload);
    CHECK(house.balance() == "0");
}

TEST_CASE("points that are spent are not taken back") {
    House house;
    CHECK(house.say(credit_type, 1, 500));
    CHECK(house.adjust("kim", R"({"points":-1,"reason":"spent"})").status == 200);
    CHECK(house.say(reverse_type, 1, 500));
    const auto replies = house.replies.wait_for(3);
    CHECK(replies[1].type == balance_type);
    CHECK(
        replies[2].payload ==
        R"({"order_id":"ord_1","action":"reverse","code":"INSUFFICIENT_POINTS",)"
        R"("hold_id":null,"balance":null})"
    );
    CHECK(house.balance() == "499");
}

TEST_CASE("a message nobody understands changes nothing and is parked") {
    House house;
    CHECK(house.say("point.paint", 1, 500));
    CHECK(house.say(credit_type, "{"));
    CHECK(house.say(credit_type, R"({"order_id":"ord_1","user_id":"kim","points":-5})"));
    CHECK(house.balance() == "0");
    const auto parked = house.front.get("root", "/v1/admin/point/dead-letters").body;
    CHECK(std::ranges::count(parked, '{') == 4);
    CHECK(parked.contains("its type is not known"));
    CHECK(parked.contains("it cannot be read"));
}

TEST_CASE("a replayed command has its effect once, though it came in another message before") {
    House house;
    const auto say = [&](std::string_view type, const std::string& payload) {
        CHECK(test::publish(house.ground.bus, commands_topic, type, payload, "kim"));
    };
    const auto credit = json::to_text(Command{"ord_1", "kim", Points{500}, {}});
    say("point.paint", "{}");
    say(credit_type, credit);
    CHECK(house.balance() == "0");
    // The order asks again, and a crash may lie between an effect and the end of its letter.
    CHECK(house.say(credit_type, credit));
    CHECK(house.balance() == "500");
    const std::string all = "/v1/admin/point/dead-letters";
    const auto page = house.front.get("root", all).body;
    for (auto at = page.find("ded_"); at != page.npos; at = page.find("ded_", at + 1)) {
        const auto path = all + "/" + page.substr(at, 30) + "/replay";
        house.front.ask(post, "root", path, R"({"reason":"it is understood now"})");
    }
    CHECK_FALSE(house.front.get("root", all).body.contains(credit_type));
    const auto replies = house.replies.wait_for(2);
    CHECK(replies[1].payload == replies[0].payload);
    CHECK(house.balance() == "500");
}

TEST_CASE("a fault of those who listen neither undoes nor repeats what is committed") {
    test::Ground ground;
    int heard = 0;
    ground.bus.subscribe(
        {std::string(events_topic), "faulty",
         [&heard](const bus::Message&, bus::Handled) {
             ++heard;
             throw Outage("the listener's own");
         }}
    );
    {
        test::Running<Service> running(ground, ground.bus);
        test::Front front(ground, running.service.routes());
        const auto gift = R"({"points":30,"reason":"a gift"})";
        CHECK(front.ask(post, "root", "/v1/points/kim/adjust", gift).status == 200);
        const auto wallet = front.ask(post, "root", "/v1/points/kim/adjust", gift);
        CHECK(wallet.body.find("\"balance\":60") != std::string::npos);
        CHECK_FALSE(running.service.fault());
    }
    CHECK(heard >= 1);
}

TEST_CASE("everything survives a restart") {
    test::Ground ground;
    const auto credit = json::to_text(Command{"ord_1", "kim", Points{500}, {}});
    for (int i = 0; i < 2; ++i) {
        bus::Local bus;
        test::Running<Service> running(ground, bus);
        CHECK(test::publish(bus, commands_topic, credit_type, credit));
        test::Front front(ground, running.service.routes());
        CHECK(front.get("kim", "/v1/points").body.find("\"balance\":500") != std::string::npos);
    }
}

TEST_CASE("an administrator adjusts a wallet, once for each key") {
    House house;
    const auto given = house.adjust("kim", R"({"points":30,"reason":"a gift"})", "key-1");
    CHECK(given.status == 200);
    CHECK(
        given.body == R"({"user_id":"kim","balance":30,"paid":0,"bonus":30,"held":0,"owed":0,)"
                      R"("expiring":[{"points":30,"at":"2027-03-03T01:15:30.000Z"}]})"
    );
    const auto again = house.adjust("kim", R"({"points":30,"reason":"a gift"})", "key-1");
    CHECK(again.body == given.body);
    CHECK(http::find(again.headers, "Idempotency-Replayed") == "true");
    CHECK(house.balance() == "30");
    CHECK(house.front.get("root", "/v1/points/kim").body == given.body);
    CHECK(
        house.front.get("root", "/v1/points/kim/ledger").body ==
        house.front.get("kim", "/v1/points/ledger").body
    );
    const auto ledger = house.front.get("kim", "/v1/points/ledger").body;
    CHECK(
        ledger.find(R"("delta":30,"balance_after":30,"reason":"adjust","order_id":null)") !=
        std::string::npos
    );

    const auto refused = house.adjust("kim", R"({"points":-31,"reason":"wrong"})");
    CHECK(refused.status == 409);
    CHECK(refused.body.find("INSUFFICIENT_POINTS") != std::string::npos);
    CHECK(house.balance() == "30");
}

TEST_CASE("an adjustment is written in the log of operators' actions, once for each key") {
    House house;
    for (int i = 0; i < 2; ++i) {
        CHECK(house.adjust("kim", R"({"points":30,"reason":"a gift"})", "key-1").status == 200);
    }
    CHECK(house.adjust("kim", R"({"points":-31,"reason":"wrong"})").status == 409);
    const auto listed = house.front.get("root", "/v1/admin/point/actions?target=kim").body;
    CHECK(listed.contains(
        R"("actor":"root","action":"point.adjust","target":"kim","reason":"a gift","changes":[)"
        R"({"field":"points","before":null,"after":"30"},)"
        R"({"field":"balance","before":null,"after":"30"}])"
    ));
    CHECK(listed.find("act_") == listed.rfind("act_"));
}

TEST_CASE("an adjustment that breaks a rule is refused with its name") {
    House house;
    CHECK(house.adjust("kim", R"({"points":0,"reason":"x"})").status == 422);
    CHECK(house.adjust("kim", R"({"points":1,"reason":""})").status == 422);
    CHECK(house.adjust("kim", R"({"points":1})").status == 422);
    CHECK(house.adjust("kim", R"({"points":1.5,"reason":"x"})").status == 400);
    CHECK(house.adjust("kim", R"({"points":1,"reason":"x","bonus":1})").status == 400);
    CHECK(house.adjust("-kim", R"({"points":1,"reason":"x"})").status == 404);
}

TEST_CASE("an administrator grants points that live as long as is said") {
    House house;
    const auto grant = [&](const std::string& body, const std::string& key = "") {
        return house.front.ask(post, "root", "/v1/points/kim/grant", body, key);
    };
    const auto given = grant(R"({"points":30,"expires_in_days":2,"reason":"an event"})", "key-1");
    CHECK(given.status == 200);
    CHECK(given.body.contains(R"("bonus":30,)"));
    CHECK(given.body.contains(R"([{"points":30,"at":"2026-03-04T01:15:30.000Z"}])"));
    CHECK(
        grant(R"({"points":30,"expires_in_days":2,"reason":"an event"})", "key-1").body ==
        given.body
    );
    CHECK(grant(R"({"points":5,"kind":"paid","reason":"lost"})").body.contains(R"("paid":5,)"));
    CHECK(house.front.get("kim", "/v1/points/ledger").body.contains(R"("reason":"grant")"));
    CHECK(grant(R"({"points":0,"reason":"x"})").status == 422);
    CHECK(grant(R"({"points":1,"kind":"gold","reason":"x"})").status == 400);
    CHECK(grant(R"({"points":1,"reason":"x","user_id":"lee"})").status == 400);
    CHECK(house.front.ask(post, "kim", "/v1/points/kim/grant", "{}").status == 403);
    CHECK(house.front.ask(post, "root", "/v1/points/-/grant", "{}").status == 404);
}

TEST_CASE("open lots are shown to their user and to administrators") {
    House house;
    CHECK(house.front.get("kim", "/v1/points/lots").body == R"({"data":[]})");
    CHECK(house.say(credit_type, json::to_text(Command{"ord_1", "kim", Points{500}, Points{50}})));
    const auto lots = house.front.get("kim", "/v1/points/lots").body;
    CHECK(
        lots.find(R"("kind":"bonus","order_id":"ord_1","granted":50,"left":50)") < lots.find("paid")
    );
    CHECK(house.front.get("root", "/v1/points/kim/lots").body == lots);
    CHECK(house.front.get("kim", "/v1/points/kim/lots").status == 403);
    CHECK(house.front.get("root", "/v1/points/-/lots").status == 404);
    // The same lots, by their moments.
    const auto wallet = house.front.get("kim", "/v1/points").body;
    CHECK(wallet.find(R"({"points":50,)") < wallet.find(R"({"points":500,)"));
}

TEST_CASE("a purchase is held, settled and not told of twice") {
    House house;
    const auto hold =
        json::to_text(Hold{"ord_2", "ord_2", "kim", Purpose::purchase, Points{100}, Points{}});
    const auto end = json::to_text(HoldEnd{"ord_2", "ord_2", "kim"});
    CHECK(house.say(credit_type, 1, 500));
    CHECK(house.say(hold_type, hold));
    CHECK(house.say(hold_type, hold));
    CHECK(house.say(settle_type, end));
    CHECK(house.say(release_type, end));
    CHECK(house.say(check_type, json::to_text(Check{"ord_2", "kim", "chk_1"})));
    const auto replies = house.replies.wait_for(6);
    CHECK(replies[1].payload.contains(R"("hold_id":"ord_2","balance":400)"));
    CHECK(replies[2].payload == replies[1].payload);
    CHECK(replies[3].type == done_type);
    CHECK(replies[4].payload.contains("ALREADY_SETTLED"));
    CHECK(replies[5].type == checked_type);
    CHECK(
        replies[5].payload ==
        R"({"order_id":"ord_2","check_id":"chk_1","granted":0,"returned":0,"spent":100,)"
        R"("held":0,"owed":0})"
    );
    CHECK(house.balance() == "400");
    const auto ledger = house.front.get("kim", "/v1/points/ledger").body;
    CHECK(ledger.contains(R"("reason":"purchase")"));
    CHECK_FALSE(ledger.contains("purchase_settled"));
}

TEST_CASE("a hold and its end that cannot be read are parked") {
    House house;
    CHECK(house.say(hold_type, R"({"order_id":"ord_1"})"));
    CHECK(house.say(settle_type, "{}"));
    CHECK(house.say(release_type, "{}"));
    CHECK(house.say(check_type, "{}"));
    const auto parked = house.front.get("root", "/v1/admin/point/dead-letters").body;
    CHECK(std::ranges::count(parked, '{') == 5);
}

TEST_CASE("what runs out is announced ahead and moved away, once, when the clock says so") {
    test::Ground ground;
    test::Listener events(ground.bus, events_topic);
    test::Running<Service> running(ground, ground.bus);
    test::Front front(ground, running.service.routes());
    const auto grant = [&](const std::string& user) {
        return front
            .ask(
                post, "root", "/v1/points/" + user + "/grant",
                R"({"points":30,"expires_in_days":40,"reason":"an event"})"
            )
            .status;
    };
    CHECK(grant("kim") == 200);
    CHECK(grant("lee") == 200);
    events.wait_for(2);
    ground.clock->advance(std::chrono::days{11});
    const auto announced = events.wait_for(4);
    for (const auto at : {2U, 3U}) {
        CHECK(announced[at].type == expiring_type);
        CHECK(announced[at].payload.contains(R"("points":30,"at":"2026-04-11)"));
        CHECK(announced[at].payload.contains(R"("days":30})"));
    }
    CHECK(announced[2].key != announced[3].key);
    ground.clock->advance(std::chrono::days{29});
    const auto gone = events.wait_for(6);
    for (const auto at : {4U, 5U}) {
        CHECK(gone[at].type == changed_type);
        CHECK(gone[at].payload.contains(R"("delta":-30,"balance":0,"reason":"expiry")"));
    }
    CHECK(front.get("kim", "/v1/points").body.contains(R"("balance":0,)"));
    CHECK(front.get("kim", "/v1/points/lots").body == R"({"data":[]})");
}

TEST_CASE("an expiry that was due while nobody ran is made up for, and not done again") {
    test::Ground ground;
    test::Listener events(ground.bus, events_topic);
    ground.bus.start();
    const auto credit = json::to_text(Command{"ord_1", "kim", Points{500}, Points{50}});
    for (int run = 1; run <= 3; ++run) {
        bus::Local commands;
        test::Running<Service> running(ground, commands);
        test::Front front(ground, running.service.routes());
        CHECK(test::publish(commands, commands_topic, credit_type, credit));
        if (run == 2) {
            const auto told = events.wait_for(2);
            CHECK(told[1].payload.contains(R"("delta":-50,"balance":500,"reason":"expiry")"));
        }
        const auto ledger = front.get("kim", "/v1/points/ledger").body;
        CHECK(ledger.contains("expiry") == (run > 1));
        CHECK(ledger.find("expiry") == ledger.rfind("expiry"));
        ground.clock->advance(std::chrono::days{400});
    }
}

TEST_CASE("a user sees their own points only") {
    House house;
    CHECK(house.front.get("", "/v1/points").status == 401);
    CHECK(house.front.get("kim", "/v1/points/kim").status == 403);
    CHECK(house.front.get("kim", "/v1/points/lee/ledger").status == 403);
    CHECK(house.front.ask(post, "kim", "/v1/points/kim/adjust", "{}").status == 403);
    CHECK(house.front.get("root", "/v1/points/no%20body").status == 404);
    CHECK(house.front.get("root", "/v1/points/" + std::string(65, 'x')).status == 404);
    CHECK(house.front.get("root", "/v1/points/-/ledger").status == 404);
}

TEST_CASE("the ledger goes on at its cursor and refuses what it does not know") {
    House house;
    for (int order = 1; order <= 3; ++order) {
        CHECK(house.say(credit_type, order, 100 * order));
        house.ground.clock->advance(Duration{1});
    }
    const auto first = house.front.get("kim", "/v1/points/ledger?limit=2").body;
    CHECK(first.find("\"balance_after\":600") < first.find("\"balance_after\":300"));
    const auto at = first.find("\"next_cursor\":\"") + 15;
    const auto cursor = first.substr(at, first.find('"', at) - at);
    const auto second = house.front.get("kim", "/v1/points/ledger?limit=2&cursor=" + cursor).body;
    CHECK(second.find("\"order_id\":\"ord_1\"") != std::string::npos);
    CHECK(second.find("\"next_cursor\":null") != std::string::npos);
    CHECK(house.front.get("kim", "/v1/points/ledger?limit=101").status == 400);
    CHECK(house.front.get("kim", "/v1/points/ledger?user_id=lee").status == 400);
}
