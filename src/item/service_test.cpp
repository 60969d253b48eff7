#include "item/service.hpp"

#include <doctest/doctest.h>

#include <future>
#include <map>
#include <mutex>

#include "core/json/read.hpp"
#include "ground.hpp"
#include "item/messages.hpp"

using namespace pay;
using namespace pay::item;
using enum http::Method;

namespace {

struct House {
    test::Ground ground;
    test::Listener changes{ground.bus, changed_topic};
    test::Running<Service> running{ground};
    test::Front front{ground, running.service.routes()};

    http::Response create(const std::string& body, const std::string& key = "") {
        return front.ask(post, "root", "/v1/items", body, key);
    }
};

Item item_of(const http::Response& response) {
    auto item = json::read<Changed>(response.body, json::Unknown::ignore);
    REQUIRE(item);
    Item read;
    read.id = item->id;
    read.version = item->version;
    return read;
}

std::size_t count_of(std::string_view text, std::string_view part) {
    std::size_t count = 0;
    for (auto at = text.find(part); at != text.npos; at = text.find(part, at + 1)) ++count;
    return count;
}

constexpr auto episode = R"({"kind":"content","name":"1화","point_price":3})";

}  // namespace

TEST_CASE("a new installation sells the four point packages") {
    House house;
    const auto list = house.front.get("", "/v1/items");
    CHECK(list.status == 200);
    CHECK(count_of(list.body, "\"id\":") == 4);
    for (const auto* package :
         {"\"amount\":5000,\"points\":500,", "\"amount\":10000,\"points\":1000,",
          "\"amount\":50000,\"points\":5000,", "\"amount\":100000,\"points\":10000,"}) {
        CHECK(count_of(list.body, package) == 1);
    }
    CHECK(house.changes.wait_for(4).size() == 4);
    auto& service = house.running.service;
    CHECK(service.fault() == "the items have not all been announced yet");
    service.announce([] {});
    CHECK_FALSE(service.fault());
}

TEST_CASE("an item is made, shown, changed and archived") {
    House house;
    const auto made = house.create(episode);
    CHECK(made.status == 201);
    const auto path = "/v1/items/" + item_of(made).id;
    CHECK(house.front.get("", path).body == made.body);

    house.ground.clock->advance(Duration{1000});
    const auto changed =
        house.front.ask(patch, "root", path, R"({"status":"archived","amount":100})");
    CHECK(changed.status == 200);
    CHECK(item_of(changed).version == 2);
    CHECK(count_of(changed.body, "\"amount\":100") == 1);
    CHECK(house.front.get("kim", path).body == changed.body);
    CHECK(count_of(house.front.get("", "/v1/items").body, path.substr(10)) == 0);
    CHECK(
        count_of(house.front.get("root", "/v1/items?status=archived").body, path.substr(10)) == 1
    );
    const auto messages = house.changes.wait_for(6);
    CHECK(messages[5].key == item_of(made).id);
    CHECK(item_of({.body = messages[5].payload}).version == 2);
}

TEST_CASE("only administrators change the catalogue or see what is archived") {
    House house;
    CHECK(house.front.ask(post, "", "/v1/items", episode).status == 401);
    CHECK(house.front.ask(post, "kim", "/v1/items", episode).status == 403);
    const auto path = "/v1/items/" + item_of(house.create(episode)).id;
    CHECK(house.front.ask(patch, "kim", path, "{}").status == 403);
    CHECK(house.front.get("kim", "/v1/items?status=archived").status == 403);
    CHECK(house.front.get("", "/v1/items?status=archived").status == 403);
}

TEST_CASE("what is wrong is refused with its name") {
    House house;
    CHECK(house.create("nonsense").status == 400);
    CHECK(house.create(R"({"kind":"content","name":"x","point_price":"3"})").status == 400);
    const auto refused = house.create(R"({"kind":"point_package","name":"x","amount":0})");
    CHECK(refused.status == 422);
    CHECK(count_of(refused.body, "\"field\"") <= 2);
    CHECK(refused.body.find("amount") != std::string::npos);
    CHECK(refused.body.find("points") != std::string::npos);
    for (const auto* query : {"?limit=0", "?cursor=x", "?status=sold", "?page=2"}) {
        CHECK(house.front.get("", std::string("/v1/items") + query).status == 400);
    }
    const auto unknown = "/v1/items/" + make_id(prefix::item, house.running.service.now());
    CHECK(house.front.get("", unknown).status == 404);
    CHECK(house.front.get("", "/v1/items/1").status == 404);
    CHECK(house.front.ask(patch, "root", unknown, "{}").status == 404);
    CHECK(house.front.ask(patch, "root", "/v1/items/1", "{}").status == 404);
    const auto path = "/v1/items/" + item_of(house.create(episode)).id;
    CHECK(house.front.ask(patch, "root", path, R"({"kind":"content"})").status == 400);
    CHECK(house.front.ask(patch, "root", path, R"({"point_price":null})").status == 422);
}

TEST_CASE("the same key makes one item and gives its answer again") {
    House house;
    const auto first = house.create(episode, "key-1");
    const auto again = house.create(episode, "key-1");
    CHECK(first.status == 201);
    CHECK(again.status == 201);
    CHECK(again.body == first.body);
    CHECK(http::find(again.headers, "Idempotency-Replayed") == "true");
    const auto other = house.create(R"({"kind":"content","name":"2화","point_price":3})", "key-1");
    CHECK(other.status == 422);
    CHECK(count_of(house.front.get("", "/v1/items").body, "\"id\":") == 5);
    const auto refused = house.create("{}", "key-2");
    CHECK(refused.status == 422);
    CHECK(house.create("{}", "key-2").body == refused.body);
}

TEST_CASE("a list goes on at its cursor") {
    House house;
    const auto first = house.front.get("", "/v1/items?limit=3");
    CHECK(count_of(first.body, "\"id\":") == 3);
    const auto at = first.body.find("\"next_cursor\":\"") + 15;
    const auto cursor = first.body.substr(at, first.body.find('"', at) - at);
    const auto second = house.front.get("", "/v1/items?limit=3&cursor=" + cursor);
    CHECK(count_of(second.body, "\"id\":") == 1);
    CHECK(second.body.find("\"next_cursor\":null") != std::string::npos);
    CHECK(second.body.find(cursor) == std::string::npos);
}

TEST_CASE("the first items are put in once, whatever became of them") {
    test::Ground ground;
    std::string first;
    {
        test::Running<Service> running(ground);
        test::Front front(ground, running.service.routes());
        first = front.get("", "/v1/items").body;
    }
    test::Running<Service> running(ground);
    test::Front front(ground, running.service.routes());
    CHECK(front.get("", "/v1/items").body == first);
}

TEST_CASE("an announcement tells every item, again if it was not taken, and then ends") {
    std::mutex mutex;  // messages come on the threads of the writer, of timers and of this test
    int calls = 0;
    std::map<std::string, int> told;
    test::Ground ground;
    ground.bus.subscribe(
        {std::string(changed_topic), "copy",
         [&](const bus::Message& message, bus::Handled handled) {
             const bool taken = [&] {
                 const std::lock_guard lock(mutex);
                 const bool takes = ++calls % 3 != 0;
                 if (takes) ++told[message.key];
                 return takes;
             }();
             CHECK(message.type == changed_type);
             CHECK(is_id(prefix::message, message.id));
             handled(taken ? bus::Verdict::done : bus::Verdict::retry);
         }}
    );
    {
        // What the new catalogue itself says is told, or stays in its outbox.
        test::Running<Service> first(ground);
    }
    test::Running<Service> running(ground);
    std::promise<void> ended;
    running.service.announce([&ended] { ended.set_value(); });
    ended.get_future().wait();
    const std::lock_guard lock(mutex);
    CHECK(told.size() == 4);
}

TEST_CASE("what admins do to items is written, once, with what it was before") {
    House house;
    const auto id = item_of(house.create(episode, "k")).id;
    CHECK(house.create(episode, "k").status == 201);
    const auto path = "/v1/items/" + id;
    const auto change = [&](const std::string& who, const std::string& body) {
        return house.front.ask(patch, who, path, body).status;
    };
    CHECK(change("root", R"({"point_price":4,"name":"2화","reason":"인상"})") == 200);
    CHECK(change("root", R"({"point_price":4,"reason":"again"})") == 200);  // it was so before
    CHECK(change("root", R"({"point_price":5,"reason":"a\nb"})") == 422);
    CHECK(change("root", R"({"points":1})") == 422);
    CHECK(change("kim", R"({"point_price":5})") == 403);

    const auto listed = house.front.get("root", "/v1/admin/item/actions?actor=root").body;
    CHECK(count_of(listed, "\"id\":\"act_") == 2);
    CHECK(listed.contains(
        R"("action":"item.update","target":")" + id +
        R"(","reason":"인상","changes":[)"
        R"({"field":"name","before":"1화","after":"2화"},)"
        R"({"field":"point_price","before":"3","after":"4"}])"
    ));
    CHECK(listed.contains(
        R"("action":"item.create","target":")" + id +
        R"(","reason":null,"changes":[)"
        R"({"field":"kind","before":null,"after":"content"},)"
        R"({"field":"name","before":null,"after":"1화"},)"
        R"({"field":"point_price","before":null,"after":"3"},)"
        R"({"field":"status","before":null,"after":"on_sale"}])"
    ));
}

TEST_CASE("a package keeps its bonus in the database") {
    House house;
    const auto made = house.create(
        R"({"kind":"point_package","name":"특가","amount":1000,"points":100,"bonus_points":10})"
    );
    CHECK(made.status == 201);
    const auto path = "/v1/items/" + item_of(made).id;
    CHECK(house.front.get("", path).body.contains(R"("points":100,"bonus_points":10,)"));
    const auto change = [&](const std::string& body) {
        return house.front.ask(patch, "root", path, body);
    };
    CHECK(change(R"({"bonus_points":-1})").status == 422);
    CHECK(change(R"({"bonus_points":1000000000001})").status == 422);
    CHECK(change(R"({"bonus_points":null})").body.contains(R"("bonus_points":null)"));
    CHECK(house.front.get("", path).body.contains(R"("bonus_points":null)"));
    CHECK(house.front.get("root", "/v1/admin/item/actions")
              .body.contains(R"({"field":"bonus_points","before":"10","after":null})"));
}
