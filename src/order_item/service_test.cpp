#include "order_item/service.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "core/ident/ident.hpp"
#include "ground.hpp"

using namespace pay;
using namespace pay::order_item;
using enum http::Method;

namespace {

struct House {
    test::Ground ground;
    test::Listener replies{ground.bus, replies_topic};
    test::Running<Service> running{ground, ground.bus};
    test::Front front{ground, running.service.routes()};
    const std::string item = make_id(prefix::item, ground.clock->now());

    std::string order() { return make_id(prefix::order, ground.clock->now()); }
    bool say(std::string_view type, const std::string& payload) {
        return test::publish(ground.bus, commands_topic, type, payload);
    }
    bool save(const std::string& order_id, const std::string& user = "kim") {
        ground.clock->advance(Duration{1});
        return say(
            save_type, json::to_text(Save{
                           .order_id = order_id,
                           .user_id = user,
                           .item_id = item,
                           .item_name = "1화",
                           .kind = ItemKind::content,
                           .amount = {},
                           .points = Points{3}
                       })
        );
    }
    bool revoke(const std::string& order_id) {
        return say(revoke_type, json::to_text(Revoke{order_id}));
    }
    bool sell(std::int64_t version) {
        item::Changed changed;
        changed.id = item;
        changed.kind = item::Kind::content;
        changed.name = "1화";
        changed.version = version;
        return test::publish(
            ground.bus, item::changed_topic, item::changed_type, json::to_text(changed)
        );
    }
    std::string entitlement(const std::string& who, const std::string& query = "") {
        return front.get(who, "/v1/entitlements/" + item + query).body;
    }
    std::string owned_by(const std::string& order_id) const {
        return R"({"item_id":")" + item + R"(","owned":true,"order_id":")" + order_id + "\"}";
    }
    std::string not_owned() const {
        return R"({"item_id":")" + item + R"(","owned":false,"order_id":null})";
    }
};

bool has(const http::Response& response, const std::string& part) {
    return response.body.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("the service is ready once its catalogue holds something, after a restart too") {
    House house;
    CHECK(house.running.service.fault() == "the catalogue is empty: has the item service started?");
    CHECK(house.sell(1));
    CHECK(house.sell(2));  // its batch comes after all that follows the first one's commit
    CHECK_FALSE(house.running.service.fault());
}

TEST_CASE("the service is ready although another instance wrote its catalogue") {
    House house;
    item::Changed changed;
    changed.id = house.item;
    changed.version = 1;
    const auto connection =
        house.ground.storage->database("order_item")->connect(sql::Mode::read_write);
    sql::Transaction transaction(*connection);
    catalogue::save(transaction, {{changed.id, changed}}, {changed.id}, {});
    transaction.commit();
    CHECK(house.running.service.fault() == "the catalogue is empty: has the item service started?");
    CHECK(house.sell(1));
    CHECK(house.sell(1));  // its batch comes after all that follows the first one's commit
    CHECK_FALSE(house.running.service.fault());
}

TEST_CASE("the copy of the catalogue outlives the process") {
    test::Ground ground;
    {
        test::Running<Service> running(ground, ground.bus);
        item::Changed changed;
        changed.id = "itm_1";
        changed.version = 1;
        CHECK(test::publish(
            ground.bus, item::changed_topic, item::changed_type, json::to_text(changed)
        ));
    }
    test::Running<Service> running(ground);
    CHECK(running.service.fault() == "the catalogue has not been read to its end yet");
    running.service.catalogue().caught_up();
    CHECK_FALSE(running.service.fault());
}

TEST_CASE("commands twice, late and out of order change nothing the second time") {
    House house;
    const auto first = house.order();
    const auto second = house.order();
    CHECK(house.save(first));
    CHECK(house.save(first));
    CHECK(house.revoke(second));
    CHECK(house.save(second));
    CHECK(house.revoke(second));
    const auto replies = house.replies.wait_for(5);
    CHECK(replies[0].type == done_type);
    CHECK(replies[0].key == first);
    CHECK(replies[1].payload == replies[0].payload);
    CHECK(replies[3].type == refused_type);
    CHECK(replies[3].payload.find("ALREADY_REVOKED") != std::string::npos);
    CHECK(replies[4].payload == replies[2].payload);
    const auto list = house.front.get("kim", "/v1/order-items");
    CHECK(has(list, first));
    CHECK_FALSE(has(list, second));
}

TEST_CASE("content has one owning order") {
    House house;
    CHECK(house.sell(1));
    const auto first = house.order();
    const auto second = house.order();
    CHECK(house.entitlement("kim") == house.not_owned());
    CHECK(house.save(first));
    CHECK(house.save(second));
    CHECK(house.replies.wait_for(2)[1].payload.find("ALREADY_OWNED") != std::string::npos);
    CHECK(house.entitlement("kim") == house.owned_by(first));
    CHECK(house.entitlement("lee") == house.not_owned());
    CHECK(house.entitlement("root", "?user_id=kim") == house.owned_by(first));
    CHECK(house.revoke(first));
    CHECK(house.entitlement("kim") == house.not_owned());
}

TEST_CASE("a message nobody understands changes nothing and is parked") {
    House house;
    CHECK(house.say("order-item.paint", "{}"));
    CHECK(house.say(save_type, R"({"order_id":"ord_1"})"));
    CHECK(house.say(revoke_type, "{"));
    CHECK(test::publish(house.ground.bus, item::changed_topic, item::changed_type, "[]"));
    CHECK(house.front.get("root", "/v1/order-items").body == R"({"data":[],"next_cursor":null})");
    const auto parked = house.front.get("root", "/v1/admin/order-item/dead-letters").body;
    CHECK(std::ranges::count(parked, '{') == 5);
    CHECK(parked.contains("its type is not known"));
    CHECK(parked.contains("it cannot be read"));
}

TEST_CASE("a user sees their own order items, an administrator all") {
    House house;
    const auto kims = house.order();
    const auto lees = house.order();
    CHECK(house.save(kims));
    CHECK(house.save(lees, "lee"));
    const auto own = house.front.get("kim", "/v1/order-items");
    CHECK(has(own, kims));
    CHECK_FALSE(has(own, lees));
    const auto all = house.front.get("root", "/v1/order-items");
    CHECK(all.body.find(lees) < all.body.find(kims));
    CHECK(has(house.front.get("kim", "/v1/order-items?order_id=" + kims), kims));
    CHECK_FALSE(has(house.front.get("kim", "/v1/order-items?order_id=" + lees), lees));
    CHECK(has(house.front.get("root", "/v1/order-items?order_id=" + lees), lees));

    const auto id = own.body.substr(own.body.find("oit_"), 30);
    const auto shown = house.front.get("kim", "/v1/order-items/" + id);
    CHECK(shown.status == 200);
    CHECK(own.body == R"({"data":[)" + shown.body + R"(],"next_cursor":null})");
    CHECK(house.front.get("lee", "/v1/order-items/" + id).status == 404);
    CHECK(house.front.get("root", "/v1/order-items/" + id).status == 200);
}

TEST_CASE("a list goes on at its cursor") {
    House house;
    std::vector<std::string> orders;
    for (const auto* user : {"kim", "lee", "park"}) {
        orders.push_back(house.order());
        CHECK(house.save(orders.back(), user));
    }
    const auto first = house.front.get("root", "/v1/order-items?limit=2").body;
    const auto at = first.find("\"next_cursor\":\"") + 15;
    const auto cursor = first.substr(at, first.find('"', at) - at);
    const auto second = house.front.get("root", "/v1/order-items?limit=2&cursor=" + cursor);
    CHECK(has(second, orders[0]));
    CHECK_FALSE(has(second, orders[1]));
    CHECK(has(second, "\"next_cursor\":null"));
}

TEST_CASE("what is wrong is refused") {
    House house;
    CHECK(house.front.get("", "/v1/order-items").status == 401);
    for (const auto* query : {"?limit=x", "?order_id=1", "?status=done", "?cursor=ord_1"}) {
        CHECK(house.front.get("kim", std::string("/v1/order-items") + query).status == 400);
    }
    CHECK(house.front.get("kim", "/v1/order-items/1").status == 404);
    const auto unknown = make_id(prefix::order_item, house.ground.clock->now());
    CHECK(house.front.get("kim", "/v1/order-items/" + unknown).status == 404);
    CHECK(house.front.get("kim", "/v1/entitlements/1").status == 404);
    CHECK(house.front.get("kim", "/v1/entitlements/" + house.item).status == 404);
    CHECK(house.sell(1));
    CHECK(house.front.get("kim", "/v1/entitlements/" + house.item).status == 200);
    CHECK(house.front.get("kim", "/v1/entitlements/" + house.item + "?user_id=lee").status == 403);
    CHECK(house.front.get("root", "/v1/entitlements/" + house.item + "?user_id=-").status == 400);
}
