#include <doctest/doctest.h>

#include <array>
#include <functional>
#include <string>
#include <vector>

#include "core/sql/scratch.hpp"
#include "item/rules.hpp"
#include "item/store.hpp"
#include "order/desk.hpp"
#include "order/service.hpp"
#include "order/store.hpp"
#include "order_item/rules.hpp"
#include "order_item/store.hpp"
#include "point/rules.hpp"
#include "point/store.hpp"

/// Two instances of each service write to one database at a time: what has nothing in common never
/// waits, whatever the size of the tables, and of what has, one waits for the other and then sees
/// what it stored. Needs a server: a SQLite database has one writer.
using namespace pay;

namespace {

const Time noon = from_epoch_ms(1'772'414'130'000);

template <class Command>
std::vector<const Command*> pointers(const std::vector<Command>& batch) {
    std::vector<const Command*> all;
    for (const auto& command : batch) all.push_back(&command);
    return all;
}

std::string text(std::string_view before, int number) {
    return std::string(before) + std::to_string(number);
}

/// Carries out batch `number` in a transaction that the caller commits; `again` where another
/// instance does or did the same. Returns how many of its commands were refused.
using Batch = std::function<int(sql::Transaction&, int number, bool again)>;

template <class Command>
int run_batch(
    sql::Transaction& transaction, const std::vector<Command>& batch, const auto& load,
    const auto& decide, const auto& save
) {
    auto state = load(transaction.connection(), pointers(batch));
    std::vector<bus::Message> messages;
    int refused = 0;
    for (const auto& command : batch) {
        if (!decide(state, command, noon, messages)) ++refused;
    }
    save(transaction, state);
    return refused;
}

int order_batch(sql::Transaction& transaction, int number, bool again) {
    const auto receipt = text("receipt_", number);
    const std::string maker = again ? "b_" : "a_";  // ids are made anew by every try
    const auto paid =
        order::test::payment(receipt, text("ord_paid_" + maker, number), gateway::Stage::paid);
    auto item = order::test::package();
    item.id = text("itm_", number);
    order::Webhook webhook;
    webhook.receipt_id = receipt;
    webhook.receipt_status = 5;  // that it is paid, the order knows already
    const auto placed = text("ord_" + maker, number);
    const std::vector<order::Command> batch{
        item,
        order::Place{order::test::wish(placed, "kim", item.id), {}},
        order::PlacePaid{order::test::wish(paid.order_id, "kim", item.id), paid},
        order::Wake{placed},
        order::StoreWebhook{webhook},
        order::WebhookLookedUp{{receipt, 5, 0}, paid, false}
    };
    static const order::Settings settings;
    const auto decide = [](auto& state, const auto& command, Time now, auto& messages) {
        return order::decide(state, command, settings, now, messages);
    };
    return run_batch(transaction, batch, order::load, decide, order::save);
}

int order_item_batch(sql::Transaction& transaction, int number, bool) {
    std::vector<order_item::Command> batch;
    for (int i = 10 * number; i < 10 * number + 5; ++i) {
        batch.emplace_back(order_item::SaveItem{
            text("oit_", i),
            {.order_id = text("ord_", i),
             .user_id = text("user", number),
             .item_id = text("itm_", i),
             .item_name = "1화",
             .kind = order_item::ItemKind::content,
             .amount = Won{100},
             .points = {}}
        });
    }
    batch.emplace_back(order_item::Revoke{text("ord_", 10 * number)});
    item::Changed item;
    item.id = text("itm_", number);
    batch.emplace_back(item);
    return run_batch(transaction, batch, order_item::load, order_item::decide, order_item::save);
}

int point_batch(sql::Transaction& transaction, int number, bool again) {
    std::vector<point::Instruction> batch;
    for (int i = 10 * number; i < 10 * number + 5; ++i) {
        const point::Command asked{text("ord_", i), text("user", i), Points{100}};
        batch.emplace_back(point::Credit{text("ptx_a", i), asked});
        batch.emplace_back(point::Reverse{text("ptx_b", i), asked});
    }
    const auto adjustment = text(again ? "ptx_d" : "ptx_c", number);
    const auto user = text("user", 10 * number);
    batch.emplace_back(point::Adjust{adjustment, user, "root", Points{7}, "x"});
    const auto kept = text("ord_k", number);
    const auto bought = text("ord_h", number);
    const auto canceled = text("can_", number);
    const point::Command charge{kept, user, Points{50}, {}};
    batch.emplace_back(point::Credit{text("ptx_e", number), charge});
    batch.emplace_back(point::TakeHold{
        text("ptx_f", number),
        {bought, bought, user, point::Purpose::purchase, Points{5}, Points{0}}
    });
    batch.emplace_back(point::TakeHold{
        text("ptx_g", number), {kept, canceled, user, point::Purpose::cancel, Points{9}, Points{0}}
    });
    batch.emplace_back(point::SettleHold{text("ptx_h", number), {bought, bought, user}});
    batch.emplace_back(point::ReleaseHold{text("ptx_i", number), {kept, canceled, user}});
    batch.emplace_back(point::Expire{text("ptx_j", number), user});
    const auto decide = [](auto& state, const auto& wish, Time now, auto& messages) {
        return point::decide(state, wish, {}, now, messages);
    };
    return run_batch(transaction, batch, point::load, decide, point::save);
}

int item_batch(sql::Transaction& transaction, int number, bool again) {
    std::vector<item::Command> batch;
    if (!again) {
        batch.emplace_back(
            item::Create{text("itm_", number), item::Kind::content, "1화", Won{100}, {}, {}}
        );
    }
    batch.emplace_back(item::Update{.id = text("itm_", number), .name = "2화"});
    return run_batch(transaction, batch, item::load, item::decide, item::save);
}

std::vector<EmbeddedFile> item_migrations() {
    return {item::schema.begin(), item::schema.end()};
}

int write(sql::Connection& connection, const Batch& batch, int number, bool again = false) {
    sql::Transaction transaction(connection);
    const int refused = batch(transaction, number, again);
    transaction.commit();
    return refused;
}

/// `refused`: how many commands of a batch are when another instance has done the same before.
void check(const Batch& batch, const std::vector<EmbeddedFile>& schema, int refused) {
    if (!sql::Scratch::on_server()) return;
    const sql::Scratch scratch;
    const auto database = sql::open_storage(scratch.url())->database("order");
    const auto first = database->connect(sql::Mode::read_write);
    const auto second = database->connect(sql::Mode::read_write);
    sql::migrate(*first, schema);
    for (auto* connection : {first.get(), second.get()}) {
        connection->execute("SET SESSION innodb_lock_wait_timeout = 1");
    }
    for (const int start : {10, 30, 50, 200}) {  // from empty tables on
        CAPTURE(start);
        sql::Transaction slow(*first);
        CHECK(batch(slow, start, false) == 0);
        CHECK(write(*second, batch, start + 1) == 0);
        CHECK(write(*second, batch, start - 1) == 0);
        // Waits in vain, which takes a second.
        if (start == 10) CHECK_THROWS_AS(write(*second, batch, start, true), sql::Conflict);
        slow.commit();
        CHECK(write(*second, batch, start, true) == refused);
        for (int more = start + 2; more < start + 18; ++more) write(*second, batch, more);
    }
}

}  // namespace

TEST_CASE("two instances of the order service") {
    check(order_batch, order::migrations(), 1);
}

TEST_CASE("two instances of the order-item service") {
    check(order_item_batch, order_item::migrations(), 0);
}

TEST_CASE("two instances of the point service") {
    check(point_batch, point::migrations(), 0);
}

TEST_CASE("two instances of the item service") {
    check(item_batch, item_migrations(), 0);
}
