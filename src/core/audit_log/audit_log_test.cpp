#include "core/audit_log/audit_log.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>

#include "core/sql/scratch.hpp"

using namespace pay;
using namespace pay::audit_log;

namespace {

const Time noon = from_epoch_ms(1'772'414'130'000);

struct Log {
    Log() { sql::migrate(*connection, schema); }

    void add(std::vector<Entry> entries, Time at = noon) {
        sql::Transaction transaction(*connection);
        save(transaction, entries, at);
        transaction.commit();
    }
    std::string targets(const Filter& filter = {}, const http::Page& page = {}) {
        std::string text;
        for (const auto& action : list(*connection, filter, page)) text += action.target;
        return text;
    }

    sql::Scratch scratch;
    std::unique_ptr<sql::Storage> storage = sql::open_storage(scratch.url());
    std::unique_ptr<sql::Connection> connection =
        storage->database("tally")->connect(sql::Mode::read_write);
};

Entry entry(const std::string& who, const std::string& target) {
    return {{who}, {"tally.set", target}};
}

}  // namespace

TEST_CASE("an action comes back as it was written") {
    Log log;
    log.add(
        {{{"root", "req-1", "00-trace"},
          {"tally.set",
           "itm_1",
           "it's \"so\" — 이벤트",
           {{"amount", "1", "2"}, {"name", {}, "a \\ b"}, {"points", "3", {}}}}}}
    );
    const auto actions = list(*log.connection, {}, {});
    REQUIRE(actions.size() == 1);
    const auto& action = actions.front();
    CHECK(action.id.starts_with("act_"));
    CHECK(action.at == "2026-03-02T01:15:30.000Z");
    CHECK(action.actor == "root");
    CHECK(action.action == "tally.set");
    CHECK(action.target == "itm_1");
    CHECK(action.reason == "it's \"so\" — 이벤트");
    CHECK(action.request_id == "req-1");
    CHECK(action.traceparent == "00-trace");
    REQUIRE(action.changes.size() == 3);
    CHECK(action.changes[0].before == "1");
    CHECK(action.changes[0].after == "2");
    CHECK_FALSE(action.changes[1].before);
    CHECK(action.changes[1].after == "a \\ b");
    CHECK_FALSE(action.changes[2].after);
    log.add({entry("root", "b")}, noon + Duration{1});
    CHECK_FALSE(list(*log.connection, {.target = "b"}, {}).front().reason);
}

TEST_CASE("actions are listed newest first, by who did them and what they were done to") {
    Log log;
    log.add({});
    for (int i = 0; i < 4; ++i) {
        log.add({entry(i % 2 == 0 ? "kim" : "lee", i < 2 ? "a" : "b")}, noon + Duration{i});
    }
    CHECK(log.targets() == "bbaa");
    CHECK(log.targets({.actor = "kim"}) == "ba");
    CHECK(log.targets({.target = "a"}) == "aa");
    CHECK(log.targets({.actor = "lee", .target = "b"}) == "b");
    CHECK(log.targets({.actor = "park"}).empty());
    const auto first = list(*log.connection, {}, {1, "zzzz"});
    REQUIRE(first.size() == 2);  // one too many tells that there is more
    CHECK(log.targets({}, {10, first.front().id}) == "baa");
}

TEST_CASE("nobody changes, replaces or takes away what is written") {
    Log log;
    log.add({entry("root", "a")});
    const auto id = list(*log.connection, {}, {}).front().id;
    for (const auto& statement :
         {std::string("UPDATE operator_action SET actor = 'somebody'"),
          std::string("DELETE FROM operator_action"),
          "REPLACE INTO operator_action (id, at, actor, action, target, reason, changes, "
          "request_id, traceparent) VALUES ('" +
              id + "', 1, 'x', 'x', 'x', 'x', '[]', 'x', 'x')"}) {
        CAPTURE(statement);
        CHECK_THROWS_WITH(log.connection->execute(statement), doctest::Contains("append-only"));
    }
    CHECK(list(*log.connection, {}, {}).front().actor == "root");
}

TEST_CASE("a migration that was cut off after a trigger was made goes on") {
    if (!sql::Scratch::on_server()) return;  // elsewhere it is one transaction
    Log log;
    const auto file = std::ranges::find_if(schema, [](const EmbeddedFile& one) {
        return one.name.ends_with(".mysql.sql");
    });
    std::string checksum;
    log.connection->query("SELECT checksum FROM migration", {}, [&](const sql::Row& row) {
        checksum = row.text(0);
    });
    log.connection->execute("DELETE FROM migration");
    log.connection->execute("DROP TRIGGER operator_action_no_delete");
    const std::array<sql::Value, 2> begun{file->name, std::string_view{checksum}};
    // The table, two indexes: the first trigger was made, and not counted any more.
    log.connection->execute(
        "INSERT INTO migration_begun (name, checksum, statements_done) VALUES (?, ?, 3)", begun
    );
    sql::migrate(*log.connection, schema);
    log.add({entry("root", "a")});
    CHECK_THROWS(log.connection->execute("DELETE FROM operator_action"));
}

TEST_CASE("a reason is one line of 1 to 200 characters") {
    CHECK(read_reason(R"({"reason":"이벤트 보상"})")->reason == "이벤트 보상");
    std::string longest;
    for (int i = 0; i < 200; ++i) longest += "가";
    CHECK(read_reason(R"({"reason":")" + longest + "\"}"));
    for (const auto& bad :
         {std::string(R"({"reason":""})"), std::string(R"({"reason":"  "})"),
          std::string(R"({"reason":"a\nb"})"), R"({"reason":")" + longest + "x\"}",
          std::string("{}")}) {
        CAPTURE(bad);
        const auto read = read_reason(bad);
        REQUIRE_FALSE(read);
        CHECK(read.error().code == Code::invalid);
        CHECK(read.error().fields.front().field == "reason");
    }
    CHECK(read_reason("{").error().code == Code::bad_request);
    CHECK(read_reason(R"({"reason":"r","more":1})").error().code == Code::bad_request);
}
