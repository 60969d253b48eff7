#include "item/wire.hpp"

#include <doctest/doctest.h>

using namespace pay;
using namespace pay::item;

TEST_CASE("a new item is read") {
    const auto create =
        read_create(R"({"kind":"content","name":"1화","amount":null,"point_price":3})", "itm_a");
    REQUIRE(create);
    CHECK(create->id == "itm_a");
    CHECK(create->kind == Kind::content);
    CHECK(create->name == "1화");
    CHECK_FALSE(create->amount);
    CHECK(create->point_price == Points{3});
}

TEST_CASE("a body that is not as it should be is refused with its fields") {
    const auto refused = [](std::string_view body) {
        const auto create = read_create(body, "itm_a");
        REQUIRE_FALSE(create);
        return create.error();
    };
    CHECK(refused("{").code == Code::bad_request);
    CHECK(refused("[]").code == Code::bad_request);
    CHECK(refused(R"({"kind":"book","name":"x"})").fields[0].field == "kind");
    CHECK(refused(R"({"kind":"content","name":"x","amount":1.5})").fields[0].field == "amount");
    CHECK(refused(R"({"kind":"content","name":"x","colour":1})").fields[0].field == "colour");
    CHECK(refused(R"({"kind":"content"})").code == Code::invalid);
    CHECK(refused(R"({"kind":"content"})").fields[0].field == "name");
}

TEST_CASE("an update tells what is absent from what is cleared") {
    const auto update = read_update(R"({"amount":null,"points":7,"status":"archived"})", "itm_a");
    REQUIRE(update);
    CHECK(update->id == "itm_a");
    CHECK_FALSE(update->name);
    CHECK(update->amount.given);
    CHECK_FALSE(update->amount.value);
    CHECK(update->points.given);
    CHECK(update->points.value == Points{7});
    CHECK_FALSE(update->point_price.given);
    CHECK(update->status == Status::archived);
}

TEST_CASE("an update cannot clear a name or a status, nor touch anything else") {
    for (const std::string_view field : {"name", "status"}) {
        const auto update = read_update("{\"" + std::string(field) + "\":null}", "itm_a");
        REQUIRE_FALSE(update);
        CHECK(update.error().code == Code::invalid);
        CHECK(update.error().fields[0].field == field);
    }
    CHECK(read_update(R"({"version":9})", "itm_a").error().code == Code::bad_request);
    CHECK(read_update("", "itm_a").error().code == Code::bad_request);
    CHECK(read_update("{}", "itm_a").has_value());
}
