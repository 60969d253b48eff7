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
             R"({"order_id":"ord_1","user_id":"kim","points":5,"bonus":-1})",
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
        to_text(wallet, {}) ==
        R"({"user_id":"kim","balance":8,"paid":5,"bonus":3,"held":2,"owed":1,"expiring":[]})"
    );
}

TEST_CASE("what expires together is one line, the soonest first, at most a hundred") {
    Wallet wallet;
    wallet.user_id = "kim";
    std::vector<Lot> lots(3);
    for (auto& lot : lots) lot.left = Points{5};
    lots[2].expires_at = from_epoch_ms(1'000);
    const auto text = to_text(wallet, lots);
    CHECK(text.contains(R"("expiring":[{"points":10,"at":"1970-01-01T00:00:00.000Z"},)"
                        R"({"points":5,"at":"1970-01-01T00:00:01.000Z"}])"));
}

TEST_CASE("a hold is read if it can be carried out") {
    const auto hold = [](const std::string& purpose, int points, int bonus) {
        return read_hold(
            R"({"order_id":"ord_1","hold_id":"can_1","user_id":"kim","purpose":")" + purpose +
            R"(","points":)" + std::to_string(points) + R"(,"bonus":)" + std::to_string(bonus) +
            R"(,"only_unused":false,"owed":false,"simulate":true})"
        );
    };
    CHECK(hold("purchase", 1, 0)->simulate);
    CHECK_FALSE(hold("purchase", 0, 0));
    CHECK_FALSE(hold("purchase", 1, 1));
    CHECK(hold("cancel", 0, 0));
    CHECK(hold("cancel", 5, 1)->purpose == Purpose::cancel);
    CHECK_FALSE(hold("cancel", -1, 1));
    CHECK_FALSE(hold("cancel", 1, -1));
    CHECK_FALSE(hold("theft", 1, 0));
    CHECK_FALSE(read_hold("{}"));
    CHECK(read_hold_end(R"({"order_id":"ord_1","hold_id":"ord_1","user_id":"kim"})"));
    CHECK_FALSE(read_hold_end(R"({"order_id":"ord_1","hold_id":"","user_id":"kim"})"));
    CHECK(read_check(R"({"order_id":"ord_1","check_id":"","user_id":"kim"})"));
    CHECK_FALSE(read_check(R"({"order_id":"","check_id":"","user_id":"kim"})"));
}

TEST_CASE("a grant is read, and nothing but a grant") {
    const auto body = read_grant(R"({"points":5,"reason":"오지급"})");
    REQUIRE(body);
    CHECK_FALSE(body->kind);
    CHECK(
        read_grant(R"({"points":5,"kind":"paid","expires_in_days":3,"reason":"x"})")->kind ==
        Kind::paid
    );
    CHECK_FALSE(read_grant(R"({"points":5,"kind":"gold","reason":"x"})"));
    CHECK_FALSE(read_grant(R"({"points":5,"reason":"x","user_id":"lee"})"));
    CHECK(read_grant(R"({"points":5})").error().fields[0].field == "reason");
}
