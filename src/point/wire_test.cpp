#include "point/wire.hpp"

#include <doctest/doctest.h>

using namespace pay;
using namespace pay::point;

TEST_CASE("a command is read, with fields of later versions in it") {
    const auto command =
        read_command(R"({"order_id":"ord_1","user_id":"kim","points":500,"lot":"new"})");
    REQUIRE(command);
    CHECK(command->order_id == "ord_1");
    CHECK(command->user_id == "kim");
    CHECK(command->points == Points{500});
}

TEST_CASE("a command that cannot be carried out is refused") {
    for (const std::string_view payload : {
             "",
             R"({"order_id":"ord_1","user_id":"kim"})",
             R"({"order_id":"","user_id":"kim","points":1})",
             R"({"order_id":"ord_1","user_id":"","points":1})",
             R"({"order_id":"ord_1","user_id":"kim","points":0})",
             R"({"order_id":"ord_1","user_id":"kim","points":-5})",
             R"({"order_id":"ord_1","user_id":"kim","points":1000000000001})",
             R"({"order_id":"ord_1","user_id":"kim","points":1.5})",
         }) {
        CHECK_FALSE(read_command(payload));
    }
}

TEST_CASE("an adjustment is read, and nothing but an adjustment") {
    const auto body = read_adjust(R"({"points":-5,"reason":"오지급"})");
    REQUIRE(body);
    CHECK(body->points == Points{-5});
    CHECK(body->reason == "오지급");
    CHECK(read_adjust(R"({"points":"5","reason":"x"})").error().code == Code::bad_request);
    CHECK(
        read_adjust(R"({"points":5,"reason":"x","user_id":"lee"})").error().code ==
        Code::bad_request
    );
    CHECK(read_adjust(R"({"points":5})").error().fields[0].field == "reason");
}

TEST_CASE("a wallet is shown") {
    const Wallet wallet{"kim", Points{5}, Points{3}, Points{2}, Points{1}, 4, {}};
    CHECK(
        to_text(wallet) ==
        R"({"user_id":"kim","balance":8,"paid":5,"bonus":3,"held":2,"owed":1,"expiring":[]})"
    );
}
