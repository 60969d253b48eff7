#include "order_item/store.hpp"

#include <doctest/doctest.h>

#include "catalogue/catalogue.hpp"
#include "core/sql/scratch.hpp"
#include "order_item/rules.hpp"

using namespace pay;
using namespace pay::order_item;

namespace {

const Time noon = from_epoch_ms(1'772'414'130'000);

struct Opened {
    explicit Opened(const sql::Scratch& scratch)
        : storage(sql::open_storage(scratch.url())),
          database(storage->database("order_item")),
          connection(database->connect(sql::Mode::read_write)) {
        sql::migrate(*connection, migrations());
    }

    /// Carries out a batch; returns the type of each reply.
    std::string write(const std::vector<Command>& batch) {
        std::vector<const Command*> commands;
        for (const auto& command : batch) commands.push_back(&command);
        std::vector<bus::Message> messages;
        sql::Transaction transaction(*connection);
        auto state = load(transaction.connection(), commands);
        for (const auto& command : batch) std::ignore = decide(state, command, noon, messages);
        save(transaction, state);
        transaction.commit();
        std::string replies;
        for (const auto& message : messages) replies += message.type.substr(11) + ' ';
        return replies;
    }

    std::unique_ptr<sql::Storage> storage;
    std::unique_ptr<sql::Database> database;
    std::unique_ptr<sql::Connection> connection;
};

SaveItem content(int order, const std::string& user = "kim", const std::string& item = "itm_1") {
    const auto number = std::to_string(order);
    return {
        "oit_" + number,
        {.order_id = "ord_" + number,
         .user_id = user,
         .item_id = item,
         .item_name = "1화",
         .kind = ItemKind::content,
         .amount = Won{100},
         .points = {}}
    };
}

}  // namespace

TEST_CASE("order items and answers survive a reopening as they were") {
    const sql::Scratch scratch;
    {
        Opened opened(scratch);
        CHECK(opened.write({content(1), content(2), Revoke{"ord_3"}}) == "done refused done ");
    }
    Opened opened(scratch);
    const auto item = find(*opened.connection, "oit_1");
    REQUIRE(item);
    CHECK(item->user_id == "kim");
    CHECK(item->amount == Won{100});
    CHECK(item->kind == ItemKind::content);
    CHECK(item->created_at == noon);
    CHECK(find_by_order(*opened.connection, "ord_1") == item);
    CHECK_FALSE(find_by_order(*opened.connection, "ord_2"));
    CHECK(opened.write({content(1), content(2), content(3)}) == "done refused refused ");
    CHECK(opened.write({content(4)}) == "refused ");
}

TEST_CASE("content goes to the next who buys it in the batch that takes it back") {
    const sql::Scratch scratch;
    Opened opened(scratch);
    opened.write({content(1)});
    CHECK(find_owning_order(*opened.connection, "kim", "itm_1") == "ord_1");
    CHECK(
        opened.write({Revoke{"ord_1"}, content(2), Revoke{"ord_2"}, content(3)}) ==
        "done done done done "
    );
    CHECK(find_owning_order(*opened.connection, "kim", "itm_1") == "ord_3");
    CHECK(find_by_order(*opened.connection, "ord_1")->revoked_at == noon);
    CHECK(find_by_order(*opened.connection, "ord_2")->revoked_at == noon);
    CHECK_FALSE(find_owning_order(*opened.connection, "lee", "itm_1"));
    CHECK_FALSE(find_owning_order(*opened.connection, "kim", "itm_2"));
}

TEST_CASE("the database itself refuses a second owner of the same content") {
    const sql::Scratch scratch;
    Opened opened(scratch);
    const Command first = content(1);
    const Command second = content(2);
    const std::array<const Command*, 1> commands{&second};
    std::vector<bus::Message> messages;
    auto seen_before = load(*opened.connection, commands);  // as another instance would
    opened.write({first});
    std::ignore = decide(seen_before, second, noon, messages);
    sql::Transaction transaction(*opened.connection);
    CHECK_THROWS_AS(save(transaction, seen_before), sql::Conflict);
}

TEST_CASE("lists go from the newest to the oldest, of a user or of all") {
    const sql::Scratch scratch;
    Opened opened(scratch);
    opened.write({
        content(1),
        content(2, "lee"),
        content(3, "kim", "itm_2"),
        content(4, "kim", "itm_3"),
    });
    const auto ids = [](const std::vector<OrderItem>& items) {
        std::string text;
        for (const auto& item : items) text += item.id.back();
        return text;
    };
    CHECK(ids(list_of_user(*opened.connection, "kim", {})) == "431");
    CHECK(ids(list_of_user(*opened.connection, "kim", {1, "oit_4"})) == "31");
    CHECK(ids(list_all(*opened.connection, {2, "zzzz"})) == "432");
    CHECK(list_of_user(*opened.connection, "park", {}).empty());
}

TEST_CASE("the copy of the catalogue is kept beside") {
    const sql::Scratch scratch;
    Opened opened(scratch);
    CHECK(catalogue::count(*opened.connection) == 0);
    item::Changed item;
    item.id = "itm_1";
    item.name = "two";
    item.version = 2;
    opened.write({item});
    item.name = "one";
    item.version = 1;
    opened.write({item});
    const std::array<std::string_view, 1> ids{"itm_1"};
    CHECK(catalogue::load(*opened.connection, ids).at("itm_1").name == "two");
}
