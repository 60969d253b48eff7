#include "core/sql/cases.hpp"

#include <doctest/doctest.h>

#include <array>
#include <atomic>
#include <limits>
#include <string>
#include <thread>

namespace pay::sql {
namespace {

constexpr std::string_view create_thing =
    "CREATE TABLE thing (id VARCHAR(64) NOT NULL PRIMARY KEY, amount BIGINT, note VARCHAR(190))";
constexpr std::string_view insert_thing = "INSERT INTO thing (id, amount, note) VALUES (?, ?, ?)";
constexpr std::array<std::string_view, 3> thing_columns{"id", "amount", "note"};

void put(Connection& connection, std::string_view id, const Value& amount, const Value& note) {
    const std::array<Value, 3> values{id, amount, note};
    CHECK(connection.execute(insert_thing, values) == 1);
}

std::int64_t count(Connection& connection) {
    std::int64_t rows = 0;
    connection.query("SELECT count(*) FROM thing", {}, [&](const Row& row) {
        rows = row.integer(0);
    });
    return rows;
}

void values_come_back(const MakeStorage& make_storage) {
    const Things things(make_storage);
    auto& connection = *things.connection;
    const std::array<std::string_view, 6> texts{
        "", "연재 작품 제1화", R"(it's "so" \ %_; -- all text)", "a\nb\tc", "🍀", " kept "
    };
    for (const auto text : texts) {
        put(connection, "text", std::int64_t{1}, text);
        std::string note = "none";
        const std::array<Value, 1> key{text};
        connection.query("SELECT note FROM thing WHERE note = ?", key, [&](const Row& row) {
            note = row.text(0);
            CHECK_FALSE(row.null(0));
        });
        CHECK(note == text);
        CHECK(connection.execute("DELETE FROM thing") == 1);
    }
    using Limits = std::numeric_limits<std::int64_t>;
    for (const auto number : {Limits::min(), Limits::max(), std::int64_t{0}, std::int64_t{-1}}) {
        put(connection, "number", number, nullptr);
        connection.query("SELECT amount, note FROM thing", {}, [&](const Row& row) {
            CHECK(row.integer(0) == number);
            CHECK(row.optional_integer(0) == number);
            CHECK(row.null(1));
            CHECK(row.optional_text(1) == std::nullopt);
        });
        connection.execute("DELETE FROM thing");
    }
    put(connection, "null", optional_value(std::optional<std::int64_t>()), std::string_view());
    connection.query("SELECT amount, note FROM thing", {}, [&](const Row& row) {
        CHECK(row.optional_integer(0) == std::nullopt);
        CHECK(row.optional_text(1) == "");
    });
}

void changes_are_counted(const MakeStorage& make_storage) {
    const Things things(make_storage);
    auto& connection = *things.connection;
    for (const auto id : {"a", "b", "c"}) put(connection, id, std::int64_t{1}, "x");
    CHECK(connection.execute("UPDATE thing SET amount = 2 WHERE id < 'c'") == 2);
    CHECK(connection.execute("UPDATE thing SET amount = 2 WHERE id = 'none'") == 0);
    CHECK(connection.execute("CREATE TABLE other (id VARCHAR(8) NOT NULL PRIMARY KEY)") == 0);
    CHECK(connection.execute("DELETE FROM thing") == 3);
}

void wrong_statements_are_broken(const MakeStorage& make_storage) {
    const Things things(make_storage);
    auto& connection = *things.connection;
    CHECK_THROWS_AS(connection.execute("INSERT INTO nowhere VALUES (1)"), Broken);
    CHECK_THROWS_AS(connection.execute("SELEC 1"), Broken);
    CHECK_THROWS_AS(connection.execute(insert_thing), Broken);
    CHECK_THROWS_AS(connection.execute(""), Broken);
    CHECK_THROWS_AS(connection.execute("DELETE FROM thing; DELETE FROM thing"), Broken);
    const std::array<Value, 3> no_id{nullptr, nullptr, nullptr};
    CHECK_THROWS_AS(connection.execute(insert_thing, no_id), Broken);
    put(connection, "still", std::int64_t{1}, "works");
}

void statement_runs_inside_itself(const MakeStorage& make_storage) {
    const Things things(make_storage);
    auto& connection = *things.connection;
    for (const auto id : {"a", "b", "c"}) put(connection, id, std::int64_t{1}, "x");
    constexpr std::string_view all = "SELECT id FROM thing ORDER BY id";
    std::string seen;
    connection.query(all, {}, [&](const Row& outer) {
        seen += outer.text(0);
        connection.query(all, {}, [&](const Row& inner) { seen += inner.text(0); });
    });
    CHECK(seen == "aabcbabccabc");
}

void exception_rolls_back(const MakeStorage& make_storage) {
    const Things things(make_storage);
    auto& connection = *things.connection;
    const auto work = [&] {
        Transaction transaction(connection);
        put(connection, "a", std::int64_t{1}, "x");
        throw std::runtime_error("in the middle");
    };
    CHECK_THROWS_WITH(work(), "in the middle");
    CHECK(things.count() == 0);
    const auto stop_reading = [&] {
        connection.query("SELECT 1", {}, [](const Row&) { throw std::runtime_error("enough"); });
    };
    CHECK_THROWS_WITH(stop_reading(), "enough");
    Transaction transaction(connection);
    put(connection, "a", std::int64_t{1}, "x");
    transaction.commit();
    CHECK(things.count() == 1);
}

void readers_see_what_is_committed(const MakeStorage& make_storage) {
    const Things things(make_storage);
    const auto reader = things.database->connect(Mode::read_only);
    {
        Transaction transaction(*things.connection);
        put(*things.connection, "a", std::int64_t{1}, "x");
        CHECK(count(*reader) == 0);
        transaction.commit();
    }
    CHECK(count(*reader) == 1);
    Transaction still(*reader);
    CHECK(count(*reader) == 1);
    put(*things.connection, "b", std::int64_t{1}, "x");
    CHECK(count(*reader) == 1);
    still.commit();
    CHECK(count(*reader) == 2);
    CHECK_THROWS_AS(reader->execute("DELETE FROM thing"), Broken);
    CHECK(things.count() == 2);
}

/// Each transaction writes two rows, so a reader that sees an odd number saw half of one.
void readers_see_whole_transactions(const MakeStorage& make_storage) {
    const Things things(make_storage);
    std::atomic<int> reads = 0;
    std::atomic<int> odd = 0;
    std::vector<std::jthread> readers;
    for (int i = 0; i < 6; ++i) {
        readers.emplace_back([&](const std::stop_token& stop) {
            const auto connection = things.database->connect(Mode::read_only);
            do {
                if (count(*connection) % 2 != 0) ++odd;
                ++reads;
            } while (!stop.stop_requested());
        });
    }
    for (int i = 0; i < 50; ++i) {
        const auto id = std::to_string(i);
        Transaction transaction(*things.connection);
        put(*things.connection, "a" + id, std::int64_t{1}, "x");
        put(*things.connection, "b" + id, std::int64_t{1}, "x");
        transaction.commit();
    }
    readers.clear();
    CHECK(odd == 0);
    CHECK(reads >= 6);
    CHECK(things.count() == 100);
}

constexpr EmbeddedFile first{
    "0001_a.sql",
    "-- tables; of the cases\n"
    "CREATE TABLE a (id VARCHAR(64) NOT NULL PRIMARY KEY);\n"
    "INSERT INTO a (id) VALUES ('semi;colon');\n-- the end\n"
};
constexpr EmbeddedFile second{"0002_b.sql", "INSERT INTO a (id) VALUES ('b')"};

std::int64_t count_a(Connection& connection) {
    std::int64_t rows = 0;
    connection.query("SELECT count(*) FROM a", {}, [&](const Row& row) { rows = row.integer(0); });
    return rows;
}

void migrations_run_once_and_in_order(const MakeStorage& make_storage) {
    const auto storage = make_storage();
    const auto database = storage->database("order");
    const auto connection = database->connect(Mode::read_write);
    const std::array one{first};
    const std::array both{second, first};
    CHECK_FALSE(migrated(*database->connect(Mode::read_only), one));
    CHECK_FALSE(connection->has_table("a"));
    migrate(*connection, one);
    CHECK(connection->has_table("a"));
    CHECK(migrated(*connection, one));
    CHECK_FALSE(migrated(*connection, both));
    migrate(*connection, both);
    migrate(*connection, both);
    CHECK(migrated(*database->connect(Mode::read_only), both));
    CHECK(count_a(*connection) == 2);
}

void migrations_of_other_dialects_are_left_out(const MakeStorage& make_storage) {
    const auto storage = make_storage();
    const auto database = storage->database("order");
    const auto connection = database->connect(Mode::read_write);
    const std::array files{
        first, EmbeddedFile{"0002_s.sqlite.sql", "INSERT INTO a (id) VALUES ('sqlite')"},
        EmbeddedFile{"0002_s.mysql.sql", "INSERT INTO a (id) VALUES ('mysql')"}
    };
    migrate(*connection, files);
    CHECK(migrated(*connection, files));
    std::string ids;
    connection->query("SELECT id FROM a WHERE id <> 'semi;colon'", {}, [&](const Row& row) {
        ids += row.text(0);
    });
    CHECK(ids == connection->dialect());
}

void changed_migration_is_refused(const MakeStorage& make_storage) {
    const auto storage = make_storage();
    const auto database = storage->database("order");
    const auto connection = database->connect(Mode::read_write);
    migrate(*connection, std::array{first});
    const std::array changed{EmbeddedFile{first.name, "CREATE TABLE c (id BIGINT)"}, second};
    CHECK_THROWS_AS(migrate(*connection, changed), Broken);
    CHECK_THROWS_AS(migrated(*connection, changed), Broken);
    CHECK(count_a(*connection) == 1);
}

void failed_migration_stops_the_rest(const MakeStorage& make_storage) {
    const auto storage = make_storage();
    const auto database = storage->database("order");
    const auto connection = database->connect(Mode::read_write);
    const std::array files{
        first, EmbeddedFile{"0002_fails.sql", "INSERT INTO nowhere (id) VALUES ('b')"},
        EmbeddedFile{"0003_late.sql", "INSERT INTO a (id) VALUES ('late')"}
    };
    CHECK_THROWS_AS(migrate(*connection, files), Broken);
    CHECK(count_a(*connection) == 1);
    CHECK(migrated(*connection, std::array{first}));
    CHECK_FALSE(migrated(*connection, files));
    migrate(*connection, std::array{first, second});
    CHECK(count_a(*connection) == 2);
}

}  // namespace

const Table thing{.name = "thing", .columns = thing_columns, .key = 1};

Things::Things(const MakeStorage& make_storage)
    : storage(make_storage()),
      database(storage->database("order")),
      connection(database->connect(Mode::read_write)) {
    connection->execute(create_thing);
}

std::int64_t Things::count() const {
    return sql::count(*connection);
}

std::vector<std::string> Things::ids() const {
    std::vector<std::string> ids;
    connection->query("SELECT id FROM thing ORDER BY id", {}, [&](const Row& row) {
        ids.emplace_back(row.text(0));
    });
    return ids;
}

const std::vector<DatabaseCase>& database_cases() {
    static const std::vector<DatabaseCase> cases{
        {"values come back as they were written", values_come_back},
        {"changes are counted", changes_are_counted},
        {"wrong statements are broken and leave the connection whole", wrong_statements_are_broken},
        {"a statement runs inside itself", statement_runs_inside_itself},
        {"an exception rolls back", exception_rolls_back},
        {"readers see what is committed", readers_see_what_is_committed},
        {"readers on threads of their own see whole transactions", readers_see_whole_transactions},
        {"migrations run once and in order", migrations_run_once_and_in_order},
        {"migrations of other dialects are left out", migrations_of_other_dialects_are_left_out},
        {"a changed migration is refused", changed_migration_is_refused},
        {"a failed migration stops the rest", failed_migration_stops_the_rest},
    };
    return cases;
}

}  // namespace pay::sql
