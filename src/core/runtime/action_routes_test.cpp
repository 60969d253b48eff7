#include "core/runtime/action_routes.hpp"

#include <doctest/doctest.h>

#include "core/audit_log/audit_log.hpp"
#include "core/dead_letter/office.hpp"

using namespace pay;
using namespace pay::dead_letter;
using namespace pay::dead_letter::test;

namespace {

constexpr const char* why = R"({"reason":"the cause is gone"})";

struct Desk : Office {
    std::vector<audit_log::ActionView> actions(const audit_log::Filter& filter = {}) {
        return audit_log::list(*engine->database().connect(sql::Mode::read_only), filter, {});
    }
    http::Response listed(const std::string& query = "", const std::string& who = "root") {
        return front->get(who, "/v1/admin/tally/actions" + query);
    }
};

}  // namespace

TEST_CASE("a replay writes each letter it handled, and the one that failed again") {
    Desk desk;
    for (const auto* payload : {"bad", "a", "bad too"}) CHECK(desk.publish(payload).get());
    const auto first = desk.letter("bad").id;
    const auto second = desk.letter("a").id;
    const auto last = desk.letter("bad too").id;
    desk.script([](const bus::Message& message) {
        return message.payload == "bad too" ? refused("it is bad too") : done();
    });
    CHECK(desk.post(first, "replay", why, "k").status == 200);
    CHECK(desk.post(first, "replay", why, "k").status == 200);
    CHECK(desk.actions().size() == 3);
    const auto outcome_of = [&](const std::string& id) {
        const auto actions = desk.actions({.target = id});
        REQUIRE(actions.size() == 1);
        CHECK(actions.front().actor == "root");
        CHECK(actions.front().action == "dead_letter.replay");
        CHECK(actions.front().reason == "the cause is gone");
        return actions.front().changes.front().after;
    };
    CHECK(outcome_of(first) == "handled");
    CHECK(outcome_of(second) == "handled");
    CHECK(outcome_of(last) == "failed again");
}

TEST_CASE("a discarded letter is written with the reason, once for a key") {
    Desk desk;
    CHECK(desk.publish("bad").get());
    const auto id = desk.letter("bad").id;
    CHECK(desk.post(id, "discard", why, "k").status == 200);
    CHECK(desk.post(id, "discard", why, "k").status == 200);
    CHECK(desk.post(id, "discard", why, "l").status == 404);
    const auto actions = desk.actions();
    REQUIRE(actions.size() == 1);
    CHECK(actions.front().action == "dead_letter.discard");
    CHECK(actions.front().target == id);
    CHECK(actions.front().reason == "the cause is gone");
    CHECK_FALSE(actions.front().changes.front().after);
}

TEST_CASE("what came to nothing is not written") {
    Desk desk;
    CHECK(desk.publish("bad").get());
    const auto id = desk.letter("bad").id;
    for (const auto* action : {"replay", "discard"}) {
        CHECK(desk.post(id, action, "{}").status == 422);
        CHECK(desk.post(id, action, R"({"reason":"a\nb"})").status == 422);
        CHECK(desk.post(id, action).status == 400);
        CHECK(desk.post("ded_1", action, why).status == 404);
        const auto target = "/v1/admin/tally/dead-letters/" + id + "/" + action;
        CHECK(desk.front->ask(http::Method::post, "kim", target, why).status == 403);
    }
    desk.script([](const bus::Message&) { return later(); });
    CHECK(desk.post(id, "replay", why).status == 503);
    CHECK(desk.actions().empty());
}

TEST_CASE("admins list the actions page by page, of one operator, or of one thing") {
    Desk desk;
    CHECK(desk.listed().body == R"({"data":[],"next_cursor":null})");
    for (const auto* payload : {"bad 1", "bad 2"}) {
        CHECK(desk.publish(payload, payload).get());
        CHECK(desk.post(desk.letter(payload).id, "discard", why).status == 200);
        desk.clock->advance(Duration{1});
    }
    const auto actions = desk.actions();
    REQUIRE(actions.size() == 2);
    const auto page = desk.listed("?limit=1");
    CHECK(page.body.contains(actions[0].id));
    CHECK(page.body.ends_with(R"("next_cursor":")" + actions[0].id + R"("})"));
    CHECK(page.body.contains(R"("service":"tally","at":"2026-03-02T01:15:30.001Z","actor":"root")")
    );
    const auto rest = desk.listed("?limit=1&cursor=" + actions[0].id).body;
    CHECK(rest.contains(actions[1].id));
    CHECK(rest.ends_with(R"("next_cursor":null})"));
    CHECK(desk.listed("?actor=root&target=" + actions[1].target).body.contains(actions[1].id));
    CHECK_FALSE(desk.listed("?target=" + actions[1].target).body.contains(actions[0].id));
    CHECK_FALSE(desk.listed("?actor=kim").body.contains("act_"));
    for (const auto* bad : {"?actor=..%2F", "?target=", "?cursor=ded_1", "?color=red"}) {
        CAPTURE(bad);
        CHECK(desk.listed(bad).status == 400);
    }
    CHECK(desk.listed("", "kim").status == 403);
    CHECK(desk.listed("", "").status == 401);
}
