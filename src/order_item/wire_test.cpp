#include "order_item/wire.hpp"

#include <doctest/doctest.h>

using namespace pay;
using namespace pay::order_item;

TEST_CASE("commands are read, with fields of later versions in them") {
    const auto save =
        read_save(R"({"order_id":"ord_1","user_id":"kim","item_id":"itm_1","item_name":"1화",)"
                  R"("kind":"content","amount":null,"points":3,"later":true})");
    REQUIRE(save);
    CHECK(save->kind == ItemKind::content);
    CHECK(save->points == Points{3});
    CHECK_FALSE(save->amount);
    CHECK(read_revoke(R"({"order_id":"ord_1"})")->order_id == "ord_1");
    const auto item =
        read_item(R"({"id":"itm_1","kind":"content","name":"1화","amount":100,"points":null,)"
                  R"("point_price":null,"status":"on_sale","version":4})");
    REQUIRE(item);
    CHECK(item->amount == Won{100});
    CHECK(item->version == 4);
}

TEST_CASE("what cannot be read is refused") {
    CHECK_FALSE(read_save("{"));
    CHECK_FALSE(read_save(R"({"order_id":"ord_1"})"));
    CHECK_FALSE(read_save(
        R"({"order_id":"","user_id":"kim","item_id":"itm_1","item_name":"1화","kind":"content"})"
    ));
    CHECK_FALSE(read_revoke(R"({"order_id":""})"));
    CHECK_FALSE(read_revoke("[]"));
    CHECK_FALSE(read_item(R"({"id":"itm_1"})"));
    CHECK_FALSE(
        read_item(R"({"id":"","kind":"content","name":"1화","status":"on_sale","version":4})")
    );
}

TEST_CASE("an order item is shown") {
    const OrderItem item{
        .id = "oit_1",
        .order_id = "ord_1",
        .user_id = "kim",
        .item_id = "itm_1",
        .item_name = "1화",
        .kind = ItemKind::content,
        .amount = Won{100},
        .points = {},
        .created_at = from_epoch_ms(0),
        .revoked_at = from_epoch_ms(1)
    };
    CHECK(
        to_text(item) ==
        R"({"id":"oit_1","order_id":"ord_1","user_id":"kim","item_id":"itm_1","item_name":"1화",)"
        R"("amount":100,"points":null,"created_at":"1970-01-01T00:00:00.000Z",)"
        R"("revoked_at":"1970-01-01T00:00:00.001Z"})"
    );
    CHECK(
        entitlement_text("itm_1", std::nullopt) ==
        R"({"item_id":"itm_1","owned":false,"order_id":null})"
    );
    CHECK(
        entitlement_text("itm_1", "ord_1") ==
        R"({"item_id":"itm_1","owned":true,"order_id":"ord_1"})"
    );
}
