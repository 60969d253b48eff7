#include <doctest/doctest.h>

#include <string>

#include "core/sql/mysql.hpp"

using namespace pay::sql;
using Tls = MysqlServer::Tls;

TEST_CASE("a URL says the server, the account and the prefix") {
    const auto server = parse_mysql_url("mysql://kim:secret@db.example.com:3307/pay_1");
    CHECK(server.host == "db.example.com");
    CHECK(server.port == 3307);
    CHECK(server.user == "kim");
    CHECK(server.password == "secret");
    CHECK(server.prefix == "pay_1");
    CHECK(server.tls == Tls::none);
    CHECK(server.address() == "db.example.com:3307");
    const auto least = parse_mysql_url("mysql://root@localhost/p");
    CHECK(least.port == 3306);
    CHECK(least.password.empty());
}

TEST_CASE("user and password may hold any byte, the host may be an IPv6 address") {
    const auto server = parse_mysql_url("mysql://k%40m:p%3aa%2Fs%25s@[::1]:3307/p");
    CHECK(server.user == "k@m");
    CHECK(server.password == "p:a/s%s");
    CHECK(server.host == "::1");
    CHECK(server.address() == "[::1]:3307");
    CHECK(parse_mysql_url("mysql://u:a:b@[::1]/p").password == "a:b");
    CHECK(parse_mysql_url("mysql://u:a@b@h/p").password == "a@b");
    CHECK(parse_mysql_url("mysql://u@[::1]/p").port == 3306);
}

TEST_CASE("options say how TLS is used") {
    CHECK(parse_mysql_url("mysql://u@h/p?tls=required").tls == Tls::required);
    const auto server =
        parse_mysql_url("mysql://u@h/p?tls=verify&tls-ca=/a%20b&tls-cert=/c&tls-key=/k");
    CHECK(server.tls == Tls::verified);
    CHECK(server.tls_ca == "/a b");
    CHECK(server.tls_cert == "/c");
    CHECK(server.tls_key == "/k");
}

TEST_CASE("a URL that is not understood is refused without being repeated") {
    for (const std::string url :
         {"mysql:",
          "mysql://",
          "mysql://s3cret",
          "mysql://:s3cret@h/p",
          "mysql://u:s3cret@/p",
          "mysql://u:s3cret@h",
          "mysql://u:s3cret@h/",
          "mysql://u:s3cret@h/a-b",
          "mysql://u:s3cret@h/a/b",
          "mysql://u:s3cret@h/a%20b",
          "mysql://u:s3cret@h:/p",
          "mysql://u:s3cret@h:0/p",
          "mysql://u:s3cret@h:65536/p",
          "mysql://u:s3cret@h:33x/p",
          "mysql://u:s3cret%@h/p",
          "mysql://u:s3cret%2@h/p",
          "mysql://u:s3cret%zz@h/p",
          "mysql://u:s3cret%00@h/p",
          "mysql://u:s3cret@[::1/p",
          "mysql://u:s3cret@[::1]x/p",
          "mysql://u:s3cret@h/p?tls=perhaps",
          "mysql://u:s3cret@h/p?tls",
          "mysql://u:s3cret@h/p?pool=3",
          "mysql://u:s3cret@h/p?tls-ca=s3cret",
          "mysql://u:s3cret@h/p?tls=required&tls-ca=s3cret",
          "mysql://u:s3cret@h/p?tls-cert=s3cret",
          "mysql://u:s3cret@h/p?tls=verify&tls-cert=s3cret",
          "mysql://u:s3cret@h/p?tls=verify&tls-key=s3cret"}) {
        CAPTURE(url);
        try {
            open_storage(url);
            FAIL("understood");
        } catch (const std::runtime_error& error) {
            const std::string text = error.what();
            CHECK(text.contains("write mysql://USER:PASSWORD@HOST:PORT/PREFIX"));
            CHECK_FALSE(text.contains("s3cret"));
        }
    }
    CHECK_THROWS(parse_mysql_url("mysql://u@h/" + std::string(41, 'p')));
    CHECK_NOTHROW(parse_mysql_url("mysql://u@h/" + std::string(40, 'p')));
}
