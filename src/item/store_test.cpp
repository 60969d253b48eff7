#include "item/store.hpp"

#include <doctest/doctest.h>

#include "core/sql/scratch.hpp"
#include "item/rules.hpp"

using namespace pay;
using namespace pay::item;

namespace {

const Time noon = from_epoch_ms(1'772'414'130'000);

Result<Answer> write(sql::Connection& connection, const Command& command) {
    const std::array<const Command*, 1> commands{&command};
    std::vector<bus::Message> messages;
    sql::Transaction transaction(connection);
    auto state = load(connection, commands);
    auto answer = decide(state, command, noon, messages);
    save(transaction, state);
    transaction.commit();
    return answer;
}

}  // namespace

TEST_CASE("items survive a reopening as they were") {
    const sql::Scratch scratch;
    const Create create{"itm_a", Kind::content, "1화", Won{100}, {}, Points{3}};
    Item made;
    {
        const auto storage = sql::open_storage(scratch.url());
        const auto database = storage->database("item");
        const auto connection = database->connect(sql::Mode::read_write);
        sql::migrate(*connection, schema);
        CHECK(write(*connection, create));
        const auto updated = write(*connection, Update{.id = "itm_a", .name = "2화"});
        REQUIRE(updated);
        made = updated->items.front();
        CHECK(made.version == 2);
    }
    const auto storage = sql::open_storage(scratch.url());
    const auto database = storage->database("item");
    const auto connection = database->connect(sql::Mode::read_write);
    sql::migrate(*connection, schema);
    CHECK(find(*connection, "itm_a") == made);
    CHECK_FALSE(find(*connection, "itm_b"));
    CHECK(all(*connection) == std::vector<Item>{made});
}

TEST_CASE("the first items are put in once, also after all of them were archived") {
    const sql::Scratch scratch;
    const auto storage = sql::open_storage(scratch.url());
    const auto database = storage->database("item");
    const auto connection = database->connect(sql::Mode::read_write);
    sql::migrate(*connection, schema);
    CHECK(write(*connection, first_items(noon))->items.size() == 4);
    for (const auto& item : all(*connection)) {
        CHECK(write(*connection, Update{.id = item.id, .status = Status::archived}));
    }
    CHECK(write(*connection, first_items(noon))->items.empty());
    CHECK(list(*connection, Status::on_sale, {}).empty());
    CHECK(list(*connection, Status::archived, {}).size() == 4);
}

TEST_CASE("pages go from the newest to the oldest") {
    const sql::Scratch scratch;
    const auto storage = sql::open_storage(scratch.url());
    const auto database = storage->database("item");
    const auto connection = database->connect(sql::Mode::read_write);
    sql::migrate(*connection, schema);
    for (const auto* id : {"itm_a", "itm_b", "itm_c", "itm_d"}) {
        CHECK(write(*connection, Create{id, Kind::content, "1화", {}, {}, Points{3}}));
    }
    const auto ids = [&](const http::Page& page) {
        std::string text;
        for (const auto& item : list(*connection, Status::on_sale, page)) text += item.id.back();
        return text;
    };
    CHECK(ids({}) == "dcba");
    CHECK(ids({2, "zzzz"}) == "dcb");
    CHECK(ids({2, "itm_c"}) == "ba");
    CHECK(ids({2, "itm_a"}).empty());
}
