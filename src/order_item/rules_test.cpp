#include "order_item/rules.hpp"

#include <doctest/doctest.h>

using namespace pay;
using namespace pay::order_item;

namespace {

const Time noon = from_epoch_ms(1'772'414'130'000);

SaveItem save(const std::string& order, ItemKind kind = ItemKind::content) {
    return {
        "oit_" + order,
        {.order_id = order,
         .user_id = "kim",
         .item_id = "itm_1",
         .item_name = "1화",
         .kind = kind,
         .amount = {},
         .points = Points{3}}
    };
}

struct House {
    State state{};
    std::vector<bus::Message> messages{};

    /// Carries the command out and gives the reply.
    std::string after(const Command& command) {
        CHECK(decide(state, command, noon, messages));
        return messages.empty() ? "" : messages.back().type + ' ' + messages.back().payload;
    }
};

std::string done(std::string_view action, const std::string& order) {
    return R"(order-item.done {"order_id":")" + order + R"(","action":")" + std::string(action) +
           R"(","code":""})";
}

std::string refused(const std::string& order, std::string_view code) {
    return R"(order-item.refused {"order_id":")" + order + R"(","action":"save","code":")" +
           std::string(code) + R"("})";
}

}  // namespace

TEST_CASE("a save keeps what was bought and answers") {
    House house;
    CHECK(house.after(save("ord_1")) == done("save", "ord_1"));
    CHECK(house.messages[0].topic == replies_topic);
    CHECK(house.messages[0].key == "ord_1");
    const auto& item = house.state.items.at("ord_1");
    CHECK(item.id == "oit_ord_1");
    CHECK(item.user_id == "kim");
    CHECK(item.item_name == "1화");
    CHECK(item.points == Points{3});
    CHECK_FALSE(item.amount);
    CHECK(item.created_at == noon);
    CHECK_FALSE(item.revoked_at);
    CHECK(house.state.saved == std::set<std::string>{"ord_1"});
}

TEST_CASE("the same save again gives the same answer and keeps nothing new") {
    House house;
    house.after(save("ord_1"));
    auto again = save("ord_1");
    again.id = "oit_other";
    CHECK(house.after(again) == done("save", "ord_1"));
    CHECK(house.state.items.at("ord_1").id == "oit_ord_1");
}

TEST_CASE("content is owned once, a point package as often as it is bought") {
    House house;
    house.after(save("ord_1"));
    CHECK(house.after(save("ord_2")) == refused("ord_2", "ALREADY_OWNED"));
    CHECK_FALSE(house.state.items.contains("ord_2"));
    auto other_user = save("ord_3");
    other_user.asked.user_id = "lee";
    CHECK(house.after(other_user) == done("save", "ord_3"));
    CHECK(house.after(save("ord_4", ItemKind::point_package)) == done("save", "ord_4"));
    CHECK(house.after(save("ord_5", ItemKind::point_package)) == done("save", "ord_5"));
}

TEST_CASE("content that was taken back can be bought again; an answer stays what it was") {
    House house;
    house.after(save("ord_1"));
    house.after(save("ord_2"));
    CHECK(house.after(Revoke{"ord_1"}) == done("revoke", "ord_1"));
    CHECK(house.state.items.at("ord_1").revoked_at == noon);
    CHECK(house.after(save("ord_3")) == done("save", "ord_3"));
    CHECK(house.after(save("ord_2")) == refused("ord_2", "ALREADY_OWNED"));
    CHECK(house.after(save("ord_1")) == done("save", "ord_1"));
    CHECK(house.state.items.at("ord_1").revoked_at == noon);
}

TEST_CASE("a revoke is done, before its save too, and refuses the save that comes late") {
    House house;
    CHECK(house.after(Revoke{"ord_1"}) == done("revoke", "ord_1"));
    CHECK(house.after(save("ord_1")) == refused("ord_1", "ALREADY_REVOKED"));
    CHECK(house.after(Revoke{"ord_1"}) == done("revoke", "ord_1"));
    CHECK(house.state.items.empty());
    CHECK(house.state.given.size() == 2);
}

TEST_CASE("the revoke of one order leaves the content of another alone") {
    House house;
    house.after(save("ord_1"));
    house.after(save("ord_2"));
    house.after(Revoke{"ord_2"});
    CHECK_FALSE(house.state.items.at("ord_1").revoked_at);
    CHECK(house.after(save("ord_3")) == refused("ord_3", "ALREADY_OWNED"));
}

TEST_CASE("the copy of the catalogue takes newer versions only") {
    House house;
    const auto version = [](std::int64_t number, std::string name) {
        item::Changed changed;
        changed.id = "itm_1";
        changed.name = std::move(name);
        changed.version = number;
        return changed;
    };
    CHECK(house.after(version(2, "two")).empty());
    CHECK(house.state.changed_catalogue.size() == 1);
    house.state.changed_catalogue.clear();
    house.after(version(1, "one"));
    house.after(version(2, "two again"));
    CHECK(house.state.catalogue.at("itm_1").name == "two");
    CHECK(house.state.changed_catalogue.empty());
    house.after(version(3, "three"));
    CHECK(house.state.catalogue.at("itm_1").name == "three");
}
