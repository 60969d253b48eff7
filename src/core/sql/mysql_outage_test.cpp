#include <doctest/doctest.h>

#include <array>
#include <csignal>
#include <string>

#include "core/sql/cases.hpp"
#include "core/sql/mariadb_server.hpp"
#include "core/sql/mysql.hpp"

/// A server that goes and comes back, and one that speaks TLS: each test has its own.
using namespace pay;
using namespace pay::sql;

namespace {

void put(Connection& connection, std::string_view id) {
    Rows rows;
    rows.add(id, std::int64_t{1}, nullptr);
    Transaction transaction(connection);
    insert(transaction, thing, rows);
    transaction.commit();
}

std::string text_of(Connection& connection, std::string_view query) {
    std::string value;
    connection.query(query, {}, [&](const Row& row) { value = row.text(0); });
    return value;
}

using Ids = std::vector<std::string>;

}  // namespace

TEST_CASE("a server that is killed is an outage, and all goes on by itself once it is back") {
    MariadbServer server;
    const Things things([&] { return open_storage(server.url()); });
    const auto reader = things.database->connect(Mode::read_only);
    put(*things.connection, "before");
    CHECK(text_of(*reader, "SELECT COUNT(*) FROM thing") == "1");
    {
        Transaction transaction(*things.connection);
        things.connection->execute("INSERT INTO thing (id) VALUES ('lost')");
        server.kill();
        CHECK_THROWS_AS(
            things.connection->execute("INSERT INTO thing (id) VALUES ('lost too')"), Outage
        );
        CHECK_THROWS_AS(transaction.commit(), Outage);
    }
    for (int i = 0; i < 2; ++i) {
        CHECK_THROWS_WITH_AS(
            put(*things.connection, "away"), doctest::Contains(server.address().c_str()), Outage
        );
        CHECK_THROWS_AS(text_of(*reader, "SELECT COUNT(*) FROM thing"), Outage);
        CHECK_THROWS_AS(things.database->connect(Mode::read_write), Outage);
        CHECK_THROWS_AS(open_storage(server.url())->database("order"), Outage);
        CHECK_THROWS_AS(migrated(*things.connection, {}), Outage);
    }
    server.start();
    put(*things.connection, "after");
    CHECK(things.ids() == Ids{"after", "before"});
    CHECK(text_of(*reader, "SELECT COUNT(*) FROM thing") == "2");
    server.signal(SIGSTOP);  // and one that does not answer is not waited for without end
    CHECK_THROWS_AS(things.database->connect(Mode::read_write), Outage);
    server.signal(SIGCONT);
    put(*things.connection, "at last");
}

TEST_CASE("a server that shuts down, takes no writes or speaks no TLS is an outage") {
    MariadbServer server;
    const Things things([&] { return open_storage(server.url()); });
    auto& admin = *things.connection;
    admin.run_script(
        "CREATE USER clerk@'%' IDENTIFIED BY 'x'; GRANT ALL ON `test\\_%`.* TO clerk@'%'"
    );
    const auto storage = open_storage("mysql://clerk:x@" + server.address() + "/test");
    const auto database = storage->database("order");
    const auto clerk = database->connect(Mode::read_write);
    put(*clerk, "a");
    CHECK_THROWS_WITH_AS(  // nor is TLS done without
        open_storage(server.url() + "?tls=required")->database("order"),
        doctest::Contains("does not speak TLS"), Outage
    );
    CHECK_THROWS_AS(open_storage(server.url() + "?tls=verify")->database("order"), Outage);
    admin.execute("SET GLOBAL read_only = 1");
    CHECK_THROWS_WITH_AS(put(*clerk, "b"), doctest::Contains("takes no work"), Outage);
    CHECK(text_of(*clerk, "SELECT COUNT(*) FROM thing") == "1");
    CHECK_NOTHROW(storage->database("order"));
    admin.execute("SET GLOBAL read_only = 0");
    put(*clerk, "b");
    admin.run_script("GRANT USAGE ON *.* TO clerk@'%' WITH MAX_USER_CONNECTIONS 1");
    const auto only = database->connect(Mode::read_only);
    CHECK_THROWS_AS(database->connect(Mode::read_only), Outage);
    admin.run_script("SHUTDOWN");
    const auto until_it_ends = [&] {  // it still takes what comes before it has got so far
        for (int i = 0;; ++i) put(*clerk, "c" + std::to_string(i));
    };
    CHECK_THROWS_AS(until_it_ends(), Outage);
}

TEST_CASE("TLS as the URL wants it") {
    const ScratchFolder folder;
    const auto key = (folder.path() / "key.pem").string();
    const auto certificate = (folder.path() / "cert.pem").string();
    run_program(
        {"openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj",
         "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out",
         certificate}
    );
    const MariadbServer server(
        {"--ssl-cert=" + certificate, "--ssl-key=" + key, "--ssl-ca=" + certificate}
    );
    const auto cipher = [&](const std::string& options) {
        const auto database = open_storage(server.url() + options)->database("order");
        std::string used;
        database->connect(Mode::read_only)
            ->query("SHOW SESSION STATUS LIKE 'Ssl_cipher'", {}, [&](const Row& row) {
                used = row.text(1);
            });
        return used;
    };
    CHECK(cipher("").empty());
    CHECK_FALSE(cipher("?tls=required").empty());
    CHECK_FALSE(cipher("?tls=verify&tls-ca=" + certificate).empty());
    CHECK_THROWS_AS(cipher("?tls=verify"), Outage);
    CHECK_THROWS_AS(cipher("?tls=verify&tls-ca=" + folder.path().string() + "/none"), Outage);
    const auto own = "&tls-cert=" + certificate + "&tls-key=" + key;
    CHECK_FALSE(cipher("?tls=required" + own).empty());
}
