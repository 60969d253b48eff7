#include "app/nearest.hpp"

#include <doctest/doctest.h>

#include <vector>

using namespace pay::app;

TEST_CASE("how far words are from each other") {
    CHECK(distance("", "") == 0);
    CHECK(distance("", "abc") == 3);
    CHECK(distance("listen", "listen") == 0);
    CHECK(distance("lisen", "listen") == 1);
    CHECK(distance("lsiten", "listen") == 1);  // neighbours swapped
    CHECK(distance("kitten", "sitting") == 3);
    CHECK(distance("sitting", "kitten") == 3);
}

TEST_CASE("the name that was meant") {
    const std::vector<std::string> names{
        "--listen", "--log-level", "--log-format", "--db", "serve"
    };
    CHECK(nearest("--lisen", names) == "--listen");
    CHECK(nearest("--log-levle", names) == "--log-level");
    CHECK(nearest("serv", names) == "serve");
    CHECK(nearest("--bd", names) == "--db");
    CHECK(nearest("--lis", names) == "--listen");
    CHECK_FALSE(nearest("--log", names).has_value());  // two begin like it
    CHECK_FALSE(nearest("--quite-something-else", names).has_value());
    CHECK_FALSE(nearest("", names).has_value());
    CHECK_FALSE(nearest("x", {}).has_value());
    CHECK_FALSE(nearest("d", std::vector<std::string>{"a"}).has_value());
}
