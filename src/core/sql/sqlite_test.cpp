#include "core/sql/sqlite.hpp"

#include <doctest/doctest.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <string>

#include "core/sql/cases.hpp"
#include "core/sql/scratch_folder.hpp"

using namespace pay;
using namespace pay::sql;

namespace {

void run_on_sqlite(const std::vector<DatabaseCase>& cases) {
    const ScratchFolder folder;
    int made = 0;
    const MakeStorage make_storage = [&] {
        return open_storage(folder.url(std::to_string(++made)));
    };
    for (const auto& each : cases) {
        SUBCASE(std::string(each.name).c_str()) {
            each.run(make_storage);
        }
    }
}

Things make_things(const ScratchFolder& folder) {
    return Things([&] { return open_storage(folder.url()); });
}

std::int64_t setting(Connection& connection, const std::string& name) {
    std::int64_t value = -1;
    connection.query("PRAGMA " + name, {}, [&](const Row& row) { value = row.integer(0); });
    return value;
}

/// Many rows of some kilobytes in one transaction.
void fill(Connection& connection, std::string_view prefix) {
    const std::string note(4000, 'x');
    std::vector<std::string> ids;
    for (int i = 0; i < 500; ++i) ids.push_back(std::string(prefix) + std::to_string(i));
    Rows rows;
    for (const auto& id : ids) rows.add(id, std::int64_t{1}, note);
    Transaction transaction(connection);
    insert(transaction, thing, rows);
    transaction.commit();
}

}  // namespace

TEST_CASE("SQLite keeps what every database must keep") {
    run_on_sqlite(database_cases());
}

TEST_CASE("SQLite keeps what is written in bulk") {
    run_on_sqlite(bulk_cases());
}

TEST_CASE("a commit is on disk, in a WAL, with foreign keys") {
    const ScratchFolder folder;
    const auto things = make_things(folder);
    std::string mode;
    things.connection->query("PRAGMA journal_mode", {}, [&](const Row& row) {
        mode = row.text(0);
    });
    CHECK(mode == "wal");
    CHECK(setting(*things.connection, "synchronous") == 2);
    CHECK(setting(*things.connection, "foreign_keys") == 1);
    CHECK(setting(*things.database->connect(Mode::read_only), "query_only") == 1);
}

TEST_CASE("more statements than are kept all work") {
    const ScratchFolder folder;
    const auto things = make_things(folder);
    for (int round = 0; round < 2; ++round) {
        for (int i = 0; i < 450; ++i) {
            const auto number = std::to_string(i);
            std::int64_t seen = -1;
            things.connection->query("SELECT " + number, {}, [&](const Row& row) {
                seen = row.integer(0);
                things.connection->query("SELECT 1 + " + number, {}, [](const Row&) {});
            });
            CHECK(seen == i);
        }
    }
}

TEST_CASE("a full disk is an outage that passes") {
    const ScratchFolder folder;
    const auto things = make_things(folder);
    fill(*things.connection, "a");
    const auto full = std::to_string(setting(*things.connection, "page_count") + 10);
    things.connection->execute("PRAGMA max_page_count = " + full);
    CHECK_THROWS_WITH_AS(fill(*things.connection, "b"), doctest::Contains("no space left"), Outage);
    CHECK(things.count() == 500);
    things.connection->execute("PRAGMA max_page_count = 1000000");
    fill(*things.connection, "b");
    CHECK(things.count() == 1000);
}

TEST_CASE("what follows in a transaction that SQLite undid is refused") {
    const ScratchFolder folder;
    const auto things = make_things(folder);
    constexpr std::string_view one_row = "INSERT INTO thing (id) VALUES ('a')";
    {
        Transaction transaction(*things.connection);
        things.connection->execute("ROLLBACK");  // as SQLite does by itself after some faults
        CHECK_THROWS_AS(things.connection->execute(one_row), Outage);
        CHECK_THROWS_AS(things.connection->query("SELECT 1", {}, [](const Row&) {}), Outage);
        CHECK_THROWS_AS(things.connection->run_script(one_row), Outage);
        CHECK_THROWS_AS(transaction.commit(), Outage);
    }
    CHECK(things.count() == 0);
    CHECK(things.connection->execute(one_row) == 1);
}

TEST_CASE("a transaction that a rollback left open is closed by the next") {
    const ScratchFolder folder;
    const auto things = make_things(folder);
    things.connection->execute("BEGIN IMMEDIATE");
    things.connection->execute("INSERT INTO thing (id) VALUES ('left')");
    Transaction transaction(*things.connection);
    transaction.commit();
    CHECK(things.count() == 0);
}

TEST_CASE("a failing migration leaves nothing half done") {
    const ScratchFolder folder;
    const auto things = make_things(folder);
    constexpr EmbeddedFile bad{
        "0001_bad.sql", "CREATE TABLE a (id BIGINT); INSERT INTO a VALUES (1); INSERT INTO b SELEC"
    };
    CHECK_THROWS_AS(migrate(*things.connection, std::array{bad}), Broken);
    CHECK_FALSE(things.connection->has_table("a"));
    constexpr EmbeddedFile good{"0001_bad.sql", "CREATE TABLE a (id BIGINT)"};
    migrate(*things.connection, std::array{good});
    CHECK(things.connection->has_table("a"));
}

TEST_CASE("a database that another connection keeps locked is an outage") {
    const ScratchFolder folder;
    const auto things = make_things(folder);
    const auto other = things.database->connect(Mode::read_write);
    other->execute("PRAGMA busy_timeout = 0");
    const Transaction transaction(*things.connection);
    CHECK_THROWS_WITH_AS(other->begin(), doctest::Contains("locked for too long"), Outage);
}

TEST_CASE("a file that is no database, and a folder in its place, are outages with clear words") {
    const ScratchFolder folder;
    const auto text = (folder.path() / "text.db").string();
    std::ofstream(text) << std::string(5000, 'x');
    for (const auto mode : {Mode::read_only, Mode::read_write}) {
        CHECK_THROWS_WITH_AS(
            connect_sqlite(text, mode), doctest::Contains("is not a SQLite database"), Outage
        );
        CHECK_THROWS_WITH_AS(
            connect_sqlite(folder.path().string(), mode), doctest::Contains("Is a directory"),
            Outage
        );
    }
}

TEST_CASE("a damaged database is an outage with clear words") {
    const ScratchFolder folder;
    const auto file = (folder.path() / "db" / "order.db").string();
    {
        const auto things = make_things(folder);
        fill(*things.connection, "a");
    }
    std::fstream bytes(file, std::ios::in | std::ios::out | std::ios::binary);
    bytes.seekp(4096);
    bytes << std::string(std::filesystem::file_size(file) - 4096, '\x7f');
    bytes.close();
    const auto connection = connect_sqlite(file, Mode::read_only);
    const auto read = [&] { connection->query("SELECT max(note) FROM thing", {}, [](auto&) {}); };
    CHECK_THROWS_WITH_AS(read(), doctest::Contains("is damaged"), Outage);
}
