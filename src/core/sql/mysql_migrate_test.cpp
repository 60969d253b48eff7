#include <doctest/doctest.h>

#include <array>
#include <future>
#include <string>

#include "core/sql/mysql.hpp"
#include "core/sql/scratch.hpp"
#include "core/sql/script.hpp"

using namespace pay;
using namespace pay::sql;

namespace {

struct Opened {
    Scratch scratch;
    std::unique_ptr<Storage> storage = open_storage(scratch.url());
    std::unique_ptr<Database> database = storage->database("order");
    std::unique_ptr<Connection> connection = database->connect(Mode::read_write);

    std::int64_t number(std::string_view query) {
        std::int64_t value = -1;
        connection->query(query, {}, [&](const Row& row) { value = row.integer(0); });
        return value;
    }
};

/// Its third statement fails as long as there is no table `late`.
constexpr EmbeddedFile stops{
    "0001_stops.sql",
    "CREATE TABLE early (id BIGINT NOT NULL PRIMARY KEY);\n"
    "INSERT INTO early VALUES (1);\n"
    "INSERT INTO late SELECT id + 1 FROM early;\n"
    "CREATE INDEX late_value ON late (value);\n"
};
constexpr std::string_view create_late = "CREATE TABLE late (value BIGINT)";

}  // namespace

TEST_CASE("a script is split at the semicolons that end statements") {
    using Texts = std::vector<std::string_view>;
    CHECK(split_script("").empty());
    CHECK(split_script(" ;\n; -- a; comment\n /* b; */ ;").empty());
    CHECK(split_script("a;b") == Texts{"a", "b"});
    CHECK(
        split_script("a ';' 'it''s;' b; c \";\" `;`") == Texts{"a ';' 'it''s;' b", " c \";\" `;`"}
    );
    CHECK(split_script("-- x; y\na -- b; c\n;") == Texts{"-- x; y\na -- b; c\n"});
    CHECK(split_script("a 'never; closed") == Texts{"a 'never; closed"});
    CHECK(split_script("a /* never; closed") == Texts{"a /* never; closed"});
}

TEST_CASE("a migration that stopped half-way goes on where it stopped") {
    if (!Scratch::on_server()) return;
    Opened opened;
    CHECK_THROWS_AS(migrate(*opened.connection, std::array{stops}), Broken);
    CHECK_FALSE(migrated(*opened.connection, std::array{stops}));
    CHECK(opened.number("SELECT statements_done FROM migration_begun") == 2);
    opened.connection->execute(create_late);
    migrate(*opened.connection, std::array{stops});
    CHECK(migrated(*opened.connection, std::array{stops}));
    CHECK(opened.number("SELECT COUNT(*) FROM early") == 1);
    CHECK(opened.number("SELECT COUNT(*) FROM late") == 1);
    CHECK(opened.number("SELECT COUNT(*) FROM migration_begun") == 0);
}

TEST_CASE("what a killed migration made, but did not count, is taken as made") {
    if (!Scratch::on_server()) return;
    constexpr EmbeddedFile makes{
        "0001_makes.sql",
        "CREATE TABLE early (id BIGINT NOT NULL PRIMARY KEY); INSERT INTO late VALUES (1)"
    };
    constexpr EmbeddedFile indexes{
        "0002_indexes.sql", "CREATE INDEX early_id ON early (id); INSERT INTO later VALUES (1)"
    };
    constexpr EmbeddedFile adds{
        "0003_adds.sql", "ALTER TABLE early ADD COLUMN more BIGINT; INSERT INTO latest VALUES (1)"
    };
    Opened opened;
    const std::array all{makes, indexes, adds};
    for (const auto* missing : {"late", "later", "latest"}) {
        CHECK_THROWS_AS(migrate(*opened.connection, all), Broken);
        opened.connection->execute("UPDATE migration_begun SET statements_done = 0");
        opened.connection->execute("CREATE TABLE " + std::string(missing) + " (value BIGINT)");
    }
    migrate(*opened.connection, all);
    CHECK(migrated(*opened.connection, all));
}

TEST_CASE("other errors of a migration that is gone on with are errors") {
    if (!Scratch::on_server()) return;
    Opened opened;
    CHECK_THROWS_AS(migrate(*opened.connection, std::array{stops}), Broken);
    CHECK_THROWS_AS(migrate(*opened.connection, std::array{stops}), Broken);
    CHECK(opened.number("SELECT statements_done FROM migration_begun") == 2);
    const std::array changed{EmbeddedFile{stops.name, create_late}};
    CHECK_THROWS_WITH_AS(
        migrate(*opened.connection, changed),
        doctest::Contains("stopped after 2 statements and has another text now"), Broken
    );
}

TEST_CASE("instances that start together migrate one after the other") {
    if (!Scratch::on_server()) return;
    constexpr EmbeddedFile slow{
        "0001_slow.sql",
        "CREATE TABLE early (id BIGINT NOT NULL PRIMARY KEY); DO SLEEP(0.2);"
        "INSERT INTO early VALUES (1)"
    };
    Opened opened;
    std::vector<std::future<void>> instances;
    for (int i = 0; i < 4; ++i) {
        instances.push_back(std::async(std::launch::async, [&] {
            const auto connection = opened.database->connect(Mode::read_write);
            migrate(*connection, std::array{slow});
            Transaction transaction(*connection);  // the lock is let go, and the connection works
            transaction.commit();
        }));
    }
    for (auto& instance : instances) CHECK_NOTHROW(instance.get());
    CHECK(opened.number("SELECT COUNT(*) FROM early") == 1);
}
