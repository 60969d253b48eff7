#include "core/sql/mysql.hpp"

#include <doctest/doctest.h>

#include <array>
#include <functional>
#include <future>
#include <string>
#include <thread>

#include "core/sql/cases.hpp"
#include "core/sql/scratch.hpp"

using namespace pay;
using namespace pay::sql;

/// What a server adds to the cases of every database. Without one these cases have nothing to do.
#define ON_SERVER_ONLY \
    if (!Scratch::on_server()) return

namespace {

void run_on_server(const std::vector<DatabaseCase>& cases) {
    ON_SERVER_ONLY;
    const Scratch scratch;
    int made = 0;
    const MakeStorage make_storage = [&] {
        return open_storage(scratch.url(std::to_string(++made)));
    };
    for (const auto& each : cases) {
        SUBCASE(std::string(each.name).c_str()) {
            each.run(make_storage);
        }
    }
}

/// The table `thing` with the rows a, b, c, d, and two instances that write to it.
struct Pair {
    Pair() {
        put(first, {"a", "b", "c", "d"});
        // As short as the server allows: who waits in vain is not to wait long.
        first.execute("SET SESSION innodb_lock_wait_timeout = 1");
        second->execute("SET SESSION innodb_lock_wait_timeout = 1");
    }
    static void put(Connection& connection, const std::vector<std::string>& ids) {
        Rows rows;
        for (const auto& id : ids) rows.add(id, std::int64_t{1}, nullptr);
        Transaction transaction(connection);
        insert(transaction, thing, rows);
        transaction.commit();
    }

    Scratch scratch;
    Things things{[this] { return open_storage(scratch.url()); }};
    Connection& first = *things.connection;
    std::unique_ptr<Connection> second = things.database->connect(Mode::read_write);
};

std::int64_t number(Connection& connection, std::string_view query) {
    std::int64_t value = -1;
    connection.query(query, {}, [&](const Row& row) { value = row.integer(0); });
    return value;
}

void kill_connection(Connection& killer, Connection& victim) {
    const auto id = number(victim, "SELECT CONNECTION_ID()");
    killer.run_script("KILL " + std::to_string(id));
    // The server says so to the victim a moment after it has said so here.
    while (number(
               killer, "SELECT COUNT(*) FROM information_schema.processlist WHERE id = " +
                           std::to_string(id)
           ) > 0) {
        std::this_thread::yield();
    }
}

constexpr std::string_view touch = "UPDATE thing SET amount = amount + 1 WHERE id = ?";

void touch_one(Connection& connection, std::string_view id) {
    const std::array<Value, 1> values{id};
    connection.execute(touch, values);
}

/// Whether the work met a lock that others hold.
bool waits_in_vain(const std::function<void()>& work) {
    try {
        work();
        return false;
    } catch (const Conflict& conflict) {
        CHECK(conflict.of_locks());
        return true;
    }
}

}  // namespace

TEST_CASE("the server keeps what every database must keep") {
    run_on_server(database_cases());
}

TEST_CASE("the server keeps what is written in bulk") {
    run_on_server(bulk_cases());
}

TEST_CASE("a column of integers and of texts is broken, and nothing of it is stored") {
    ON_SERVER_ONLY;
    const Pair pair;
    Rows rows;
    rows.add("x", std::int64_t{1}, nullptr);
    rows.add("y", "2", nullptr);
    const auto work = [&] {
        Transaction transaction(pair.first);
        insert(transaction, thing, rows);
    };
    CHECK_THROWS_AS(work(), Broken);
    CHECK(pair.things.count() == 4);
}

TEST_CASE("what cannot be stored as it is is an error, not another value") {
    ON_SERVER_ONLY;
    Pair pair;
    const std::string too_long(191, 'x');
    const std::array<Value, 2> values{std::string_view{too_long}, "a"};
    CHECK_THROWS_AS(pair.first.execute("UPDATE thing SET note = ? WHERE id = ?", values), Broken);
    CHECK_THROWS_AS(pair.first.execute("UPDATE thing SET amount = 1 / 0"), Broken);
    CHECK_THROWS_AS(
        pair.first.query("SELECT note FROM thing", {}, [](const Row& row) { row.integer(7); }),
        std::out_of_range
    );
}

TEST_CASE("texts are compared byte by byte") {
    ON_SERVER_ONLY;
    Pair pair;
    Pair::put(pair.first, {"kim", "Kim", "KIM", "kím", "김", "ｋｉｍ"});
    CHECK(number(pair.first, "SELECT COUNT(*) FROM thing WHERE id = 'kim'") == 1);
    CHECK(number(pair.first, "SELECT COUNT(*) FROM thing") == 10);
}

TEST_CASE("sums and counts are integers, and what is none is not taken for one") {
    ON_SERVER_ONLY;
    Pair pair;
    CHECK(number(pair.first, "SELECT SUM(amount) FROM thing") == 4);
    CHECK(number(pair.first, "SELECT -SUM(amount) FROM thing") == -4);
    CHECK_THROWS_AS(number(pair.first, "SELECT id FROM thing"), Broken);
    CHECK_THROWS_AS(number(pair.first, "SELECT 9223372036854775807 + amount FROM thing"), Broken);
    CHECK_THROWS_AS(
        number(pair.first, "SELECT SUM(amount) + 9223372036854775807 FROM thing"), Broken
    );
}

TEST_CASE("rows are locked by their keys alone, also in a small table") {
    ON_SERVER_ONLY;
    Pair pair;
    const std::vector<std::string_view> keys{"a", "b", "c", "y"};
    Transaction stranger(*pair.second);
    Rows rows;
    rows.add("z", std::int64_t{1}, nullptr);
    insert(stranger, thing, rows);
    int found = 0;
    {
        Transaction transaction(pair.first);
        query_locked_in(
            pair.first, "SELECT id, note FROM thing WHERE id IN ", keys, "PRIMARY",
            [&](const Row&) { ++found; }
        );
        CHECK(found == 3);
        delete_in(transaction, "thing", "id", keys);
        CHECK(waits_in_vain([&] { touch_one(*pair.second, "a"); }));
        transaction.commit();
    }
    CHECK(pair.things.ids() == std::vector<std::string>{"d"});
}

TEST_CASE("an empty table is not locked as a whole") {
    ON_SERVER_ONLY;
    Pair pair;
    pair.first.execute("DELETE FROM thing");
    Transaction stranger(*pair.second);
    Rows rows;
    rows.add("z", std::int64_t{1}, nullptr);
    insert(stranger, thing, rows);
    const std::vector<std::string_view> keys{"a", "b", "c", "y"};
    Transaction transaction(pair.first);
    query_locked_in(
        pair.first, "SELECT id, note FROM thing WHERE id IN ", keys, "PRIMARY", [](const Row&) {}
    );
    delete_in(transaction, "thing", "id", keys);
    transaction.commit();
    stranger.commit();
    CHECK(pair.things.ids() == std::vector<std::string>{"z"});
}

TEST_CASE("a lock that is waited for too long is a conflict") {
    ON_SERVER_ONLY;
    Pair pair;
    Transaction holder(pair.first);
    touch_one(pair.first, "a");
    {
        const Transaction waiter(*pair.second);
        CHECK(waits_in_vain([&] { touch_one(*pair.second, "a"); }));
        CHECK_THROWS_AS(touch_one(*pair.second, "b"), Outage);
    }
    holder.commit();
    touch_one(*pair.second, "a");
    CHECK(number(pair.first, "SELECT SUM(amount) FROM thing") == 6);
}

TEST_CASE("one of two that wait for each other meets a conflict, the other goes on") {
    ON_SERVER_ONLY;
    Pair pair;
    pair.first.execute("SET SESSION innodb_lock_wait_timeout = 20");
    pair.second->execute("SET SESSION innodb_lock_wait_timeout = 20");
    std::promise<void> first_has_a;
    std::promise<void> second_has_b;
    const auto run = [](Connection& connection, std::string_view own, std::promise<void>& has,
                        std::promise<void>& other_has, std::string_view wanted) {
        Transaction transaction(connection);
        touch_one(connection, own);
        has.set_value();
        other_has.get_future().wait();
        const bool conflict = waits_in_vain([&] { touch_one(connection, wanted); });
        if (!conflict) transaction.commit();
        return conflict;
    };
    auto first = std::async(std::launch::async, [&] {
        return run(pair.first, "a", first_has_a, second_has_b, "b");
    });
    const bool second = run(*pair.second, "b", second_has_b, first_has_a, "a");
    CHECK(first.get() != second);
    CHECK(number(pair.first, "SELECT SUM(amount) FROM thing") == 6);
}

TEST_CASE("a key that another transaction stores first is a conflict of keys") {
    ON_SERVER_ONLY;
    Pair pair;
    Rows rows;
    rows.add("e", std::int64_t{1}, nullptr);
    Transaction slow(pair.first);
    number(pair.first, "SELECT COUNT(*) FROM thing");
    Pair::put(*pair.second, {"e"});
    try {
        insert(slow, thing, rows);
        FAIL("stored twice");
    } catch (const Conflict& conflict) {
        CHECK_FALSE(conflict.of_locks());
        CHECK(std::string_view(conflict.what()) == "duplicate entry for key 'PRIMARY'");
    }
}

TEST_CASE("an idle connection that the server ended is made anew, unseen") {
    ON_SERVER_ONLY;
    Pair pair;
    touch_one(*pair.second, "a");
    kill_connection(pair.first, *pair.second);
    touch_one(*pair.second, "a");
    kill_connection(pair.first, *pair.second);
    Transaction transaction(*pair.second);
    touch_one(*pair.second, "a");
    transaction.commit();
    const auto reader = pair.things.database->connect(Mode::read_only);
    kill_connection(pair.first, *reader);
    CHECK(number(*reader, "SELECT amount FROM thing WHERE id = 'a'") == 4);
}

TEST_CASE("a transaction whose connection is lost is an outage to its end, and nothing of it stays"
) {
    ON_SERVER_ONLY;
    Pair pair;
    {
        Transaction transaction(*pair.second);
        touch_one(*pair.second, "a");
        kill_connection(pair.first, *pair.second);
        CHECK_THROWS_AS(touch_one(*pair.second, "b"), Outage);
        CHECK_THROWS_AS(touch_one(*pair.second, "c"), Outage);
        CHECK_THROWS_AS(transaction.commit(), Outage);
    }
    CHECK(number(*pair.second, "SELECT SUM(amount) FROM thing") == 4);
    {
        Transaction transaction(*pair.second);
        touch_one(*pair.second, "a");
        kill_connection(pair.first, *pair.second);
        CHECK_THROWS_WITH_AS(
            transaction.commit(), doctest::Contains("did not confirm a commit"), Outage
        );
    }
    CHECK(number(*pair.second, "SELECT SUM(amount) FROM thing") == 4);
}

TEST_CASE("a query whose connection is lost inside its OnRow is an outage") {
    ON_SERVER_ONLY;
    Pair pair;
    const auto read = [&] {
        pair.second->query("SELECT id FROM thing", {}, [&](const Row&) {
            kill_connection(pair.first, *pair.second);
            CHECK(number(*pair.second, "SELECT 1") == 1);
        });
    };
    CHECK_THROWS_AS(read(), Outage);
    CHECK(number(*pair.second, "SELECT COUNT(*) FROM thing") == 4);
}

TEST_CASE("a wrong password is an outage that does not repeat it") {
    ON_SERVER_ONLY;
    const Scratch scratch;
    auto server = parse_mysql_url(scratch.url());
    server.user = "nobody";
    server.password = "se cret";
    try {
        connect_mysql(server, "", Mode::read_only);
        FAIL("let in");
    } catch (const Outage& outage) {
        const std::string text = outage.what();
        CHECK(text.contains(server.address()));
        CHECK_FALSE(text.contains("se cret"));
    }
}

TEST_CASE("databases are made once, refused if they fold case, and only read if they are there") {
    ON_SERVER_ONLY;
    const Scratch scratch;
    const auto storage = open_storage(scratch.url());
    CHECK(storage->shared());
    CHECK(storage->directory().empty());
    storage->lock();
    CHECK_THROWS_WITH(storage->existing("order"), doctest::Contains("there is no database"));
    storage->database("order");
    storage->database("order");
    storage->existing("order")->connect(Mode::read_only);
    const auto server = parse_mysql_url(scratch.url());
    const auto admin = connect_mysql(server, "", Mode::read_write);
    admin->run_script(
        "CREATE DATABASE `" + server.prefix +
        "_point` CHARACTER SET utf8mb4 COLLATE "
        "utf8mb4_general_ci"
    );
    CHECK_THROWS_WITH(storage->database("point"), doctest::Contains("utf8mb4_general_ci"));
}

TEST_CASE("an account with few rights works in the databases it was given") {
    ON_SERVER_ONLY;
    const Scratch scratch;
    auto server = parse_mysql_url(scratch.url());
    const auto admin = connect_mysql(server, "", Mode::read_write);
    const auto account = "'" + server.prefix.substr(0, 12) + "'@'%'";
    admin->run_script(
        "CREATE USER " + account + " IDENTIFIED BY 'p@ss/w:rd'; CREATE DATABASE `" + server.prefix +
        "_order` CHARACTER SET utf8mb4 COLLATE utf8mb4_bin; GRANT ALL ON `" + server.prefix +
        "_order`.* TO " + account
    );
    const auto storage = open_storage(
        "mysql://" + server.prefix.substr(0, 12) + ":p%40ss%2Fw%3Ard@" + server.address() + "/" +
        server.prefix
    );
    const auto database = storage->database("order");
    migrate(
        *database->connect(Mode::read_write),
        std::array{EmbeddedFile{"0001_a.sql", "CREATE TABLE a (id BIGINT NOT NULL PRIMARY KEY)"}}
    );
    CHECK_THROWS_WITH(storage->database("point"), doctest::Contains("may not create it"));
    admin->run_script("DROP USER " + account);
}
