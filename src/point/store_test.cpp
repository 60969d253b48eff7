#include "point/store.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "core/sql/scratch.hpp"
#include "point/rules.hpp"

using namespace pay;
using namespace pay::point;

namespace {

const Time noon = from_epoch_ms(1'772'414'130'000);

struct Opened {
    explicit Opened(const sql::Scratch& scratch)
        : storage(sql::open_storage(scratch.url())),
          database(storage->database("point")),
          connection(database->connect(sql::Mode::read_write)) {
        sql::migrate(*connection, migrations());
    }

    /// Carries out a batch; returns the type of each reply.
    std::string write(const std::vector<Instruction>& batch) {
        std::vector<const Instruction*> instructions;
        for (const auto& instruction : batch) instructions.push_back(&instruction);
        std::vector<bus::Message> messages;
        sql::Transaction transaction(*connection);
        auto state = load(transaction.connection(), instructions);
        for (const auto& instruction : batch) {
            std::ignore = decide(state, instruction, settings, now, messages);
        }
        save(transaction, state);
        transaction.commit();
        std::string replies;
        for (const auto& message : messages) {
            if (message.reply) replies += message.type + ' ';
        }
        return replies;
    }
    std::int64_t number(std::string_view query) {
        std::int64_t value = 0;
        connection->query(query, {}, [&](const sql::Row& row) { value = row.integer(0); });
        return value;
    }

    Settings settings{};
    Time now = noon;
    std::unique_ptr<sql::Storage> storage;
    std::unique_ptr<sql::Database> database;
    std::unique_ptr<sql::Connection> connection;
};

Command charge(int order, const std::string& user, std::int64_t points) {
    return {"ord_" + std::to_string(order), user, Points{points}, {}};
}

}  // namespace

TEST_CASE("a user nobody knows has an empty wallet") {
    const sql::Scratch scratch;
    Opened opened(scratch);
    const auto wallet = find_wallet(*opened.connection, "kim");
    CHECK(wallet.user_id == "kim");
    CHECK(wallet.balance() == Points{0});
    CHECK(wallet.version == 0);
    CHECK(list_ledger(*opened.connection, "kim", {}).empty());
}

TEST_CASE("wallets, ledger and answers survive a reopening") {
    const sql::Scratch scratch;
    {
        Opened opened(scratch);
        CHECK(
            opened.write({
                Credit{"ptx_1", charge(1, "kim", 500)},
                Credit{"ptx_2", charge(2, "lee", 100)},
                Reverse{"ptx_3", charge(3, "kim", 50)},
                Adjust{"ptx_4", "kim", "root", Points{-200}, "wrong"},
            }) == "point.done point.done point.done "
        );
    }
    Opened opened(scratch);
    const auto wallet = find_wallet(*opened.connection, "kim");
    CHECK(wallet.paid == Points{300});
    CHECK(wallet.version == 2);
    CHECK(wallet.updated_at == noon);

    CHECK(
        opened.write({
            Credit{"ptx_5", charge(1, "kim", 500)},
            Credit{"ptx_6", charge(3, "kim", 50)},
            Reverse{"ptx_7", charge(2, "lee", 100)},
            Reverse{"ptx_8", charge(1, "kim", 500)},
        }) == "point.done point.refused point.done point.refused "
    );
    CHECK(find_wallet(*opened.connection, "kim") == wallet);
    CHECK(find_wallet(*opened.connection, "lee").balance() == Points{0});
    CHECK(opened.number("SELECT SUM(points) FROM ledger_entry") == 0);
    CHECK(opened.number("SELECT COUNT(*) FROM inbox WHERE code = 'INSUFFICIENT_POINTS'") == 1);
    CHECK(opened.number("SELECT COUNT(*) FROM adjustment WHERE reason = 'wrong'") == 1);
}

TEST_CASE("only what changed is written") {
    const sql::Scratch scratch;
    Opened opened(scratch);
    opened.write({Credit{"ptx_1", charge(1, "kim", 500)}});
    opened.connection->execute("UPDATE wallet SET updated_at = 1");
    opened.write({Credit{"ptx_2", charge(1, "kim", 500)}});
    CHECK(opened.number("SELECT updated_at FROM wallet") == 1);
    CHECK(opened.number("SELECT COUNT(*) FROM ledger_entry") == 2);
    opened.write({Adjust{"ptx_3", "lee", "root", Points{-1}, "too much"}});
    CHECK(opened.number("SELECT COUNT(*) FROM wallet") == 1);
}

TEST_CASE("the ledger lists one entry for each transaction, newest first") {
    const sql::Scratch scratch;
    Opened opened(scratch);
    opened.write({
        Credit{"ptx_1", charge(1, "kim", 500)},
        Credit{"ptx_2", charge(2, "lee", 100)},
        Adjust{"ptx_3", "kim", "root", Points{30}, "a gift"},
        Adjust{"ptx_4", "kim", "root", Points{-40}, "wrong"},
        Reverse{"ptx_5", charge(1, "kim", 500)},
        Credit{"ptx_6", charge(6, "kim", 10)},
    });
    const auto entries = list_ledger(*opened.connection, "kim", {3, "zzzz"});
    REQUIRE(entries.size() == 4);
    CHECK(
        json::to_text(entries[0]) ==
        R"({"id":"ptx_6","user_id":"kim","delta":10,"balance_after":500,"reason":"charge",)"
        R"("order_id":"ord_6","at":")" +
            to_rfc3339(noon) + "\"}"
    );
    CHECK(entries[1].id == "ptx_4");
    CHECK(entries[1].delta == Points{-40});
    CHECK(entries[1].balance_after == Points{490});
    CHECK(entries[1].reason == Reason::adjust);
    CHECK_FALSE(entries[1].order_id);
    const auto rest = list_ledger(*opened.connection, "kim", {3, "ptx_3"});
    REQUIRE(rest.size() == 1);
    CHECK(rest[0].id == "ptx_1");
}

TEST_CASE("a movement that leaves the balance as it was is not listed") {
    const sql::Scratch scratch;
    Opened opened(scratch);
    const HoldEnd end{"ord_2", "ord_2", "kim"};
    opened.write({
        Credit{"ptx_1", charge(1, "kim", 500)},
        TakeHold{"ptx_2", {"ord_2", "ord_2", "kim", Purpose::purchase, Points{100}, Points{}}},
        SettleHold{"ptx_3", end},
    });
    const auto entries = list_ledger(*opened.connection, "kim", {});
    REQUIRE(entries.size() == 2);
    CHECK(entries[0].id == "ptx_2");
    CHECK(entries[0].delta == Points{-100});
    CHECK(opened.number("SELECT COUNT(*) FROM ledger_entry") == 6);
}

TEST_CASE("lots and holds are stored, and found again by all that asks for them") {
    const sql::Scratch scratch;
    Opened opened(scratch);
    const auto hold = [](const std::string& order, std::int64_t points) {
        return Hold{order, order, "kim", Purpose::purchase, Points{points}, Points{}};
    };
    auto bonus = charge(1, "kim", 500);
    bonus.bonus = Points{50};
    const Hold cancel{"ord_1", "can_1", "kim", Purpose::cancel, Points{100}, Points{}};
    // Each in a batch of its own, so that it is the store that finds what it needs.
    CHECK(opened.write({Credit{"ptx_1", bonus}}) == "point.done ");
    CHECK(opened.write({TakeHold{"ptx_2", hold("ord_2", 60)}}) == "point.done ");
    CHECK(opened.number("SELECT COUNT(*) FROM lot_use") == 2);
    CHECK(opened.number("SELECT COUNT(*) FROM lot WHERE open_of IS NULL AND due_at IS NULL") == 1);
    CHECK(opened.write({TakeHold{"ptx_3", hold("ord_2", 60)}}) == "point.done ");
    CHECK(opened.write({ReleaseHold{"ptx_4", {"ord_2", "ord_2", "kim"}}}) == "point.done ");
    CHECK(opened.number("SELECT SUM(points_left) FROM lot") == 550);
    CHECK(opened.write({TakeHold{"ptx_5", cancel}}) == "point.done ");
    CHECK(opened.write({SettleHold{"ptx_6", {"ord_1", "can_1", "kim"}}}) == "point.done ");
    CHECK(opened.number("SELECT canceled FROM lot WHERE kind = 'paid'") == 100);
    CHECK(opened.write({Reverse{"ptx_7", charge(1, "kim", 500)}}) == "point.done ");
    CHECK(find_wallet(*opened.connection, "kim").balance() == Points{0});
    CHECK(list_lots(*opened.connection, "kim", 100).empty());
    CHECK(opened.number("SELECT COUNT(*) FROM point_hold WHERE status = 'released'") == 1);
    CHECK(opened.number("SELECT COUNT(*) FROM point_hold WHERE status = 'settled'") == 1);
}

TEST_CASE("a purchase that was settled is put back by its reverse") {
    const sql::Scratch scratch;
    Opened opened(scratch);
    opened.write({Credit{"ptx_1", charge(1, "kim", 500)}});
    opened.write(
        {TakeHold{"ptx_2", {"ord_2", "ord_2", "kim", Purpose::purchase, Points{500}, Points{}}}}
    );
    opened.write({SettleHold{"ptx_3", {"ord_2", "ord_2", "kim"}}});
    opened.now += std::chrono::days{2'000};
    CHECK(opened.write({Reverse{"ptx_4", charge(2, "kim", 500)}}) == "point.done ");
    const auto lots = list_lots(*opened.connection, "kim", 100);
    REQUIRE(lots.size() == 1);
    CHECK(lots[0].id == "ptx_4.1");
    CHECK(lots[0].order_id == "ord_1");
    CHECK(lots[0].expires_at == opened.now + std::chrono::days{30});
}

TEST_CASE("users whose lots are due are found, the longest due first") {
    const sql::Scratch scratch;
    Opened opened(scratch);
    opened.write({
        Grant{"ptx_1", "kim", "root", Points{5}, Kind::bonus, 2, "x"},
        Grant{"ptx_2", "lee", "root", Points{5}, Kind::bonus, 1, "x"},
        Grant{"ptx_3", "lee", "root", Points{5}, Kind::bonus, 2, "x"},
        Grant{"ptx_4", "pak", "root", Points{5}, Kind::bonus, 3, "x"},
    });
    const auto due = [&](std::int64_t most) {
        return users_due(*opened.connection, opened.now, most);
    };
    CHECK(due(10).empty());
    opened.now += std::chrono::days{2};
    CHECK(due(10).size() == 3);
    CHECK(due(1) == std::vector<std::string>{"lee"});
    opened.write({Expire{"ptx_5", "lee"}, Expire{"ptx_6", "kim"}});
    CHECK(due(10).empty());
    CHECK(opened.number("SELECT SUM(points) FROM ledger_entry WHERE account = 'expired'") == 15);
    CHECK(opened.number("SELECT COUNT(*) FROM ledger_entry WHERE transaction_id = 'ptx_5'") == 2);
}

TEST_CASE("the ledger is summed up by order") {
    const sql::Scratch scratch;
    Opened opened(scratch);
    opened.write({Credit{"ptx_1", charge(1, "kim", 500)}});
    const Instruction check = CheckOrder{{"ord_1", "kim", "chk_1"}};
    const Instruction* const wishes[] = {&check};
    const auto state = load(*opened.connection, wishes);
    CHECK(state.sums.at("ord_1").at(Account::issued) == Points{-500});
    CHECK(state.sums.at("ord_1").at(Account::paid) == Points{500});
}

TEST_CASE("wallets of the time before lots are given some") {
    const sql::Scratch scratch;
    const auto storage = sql::open_storage(scratch.url());
    const auto database = storage->database("point");
    {
        auto before = migrations();
        std::erase_if(before, [](const auto& file) {
            return std::string_view{file.name}.find("lot") != std::string_view::npos;
        });
        const auto connection = database->connect(sql::Mode::read_write);
        sql::migrate(*connection, before);
        connection->run_script(
            "INSERT INTO wallet (user_id, paid, bonus, held, owed, version, updated_at) "
            "VALUES ('kim', 500, 50, 0, 0, 3, 1), ('lee', 0, 0, 0, 9, 2, 1);"
        );
    }
    Opened opened(scratch);
    auto lots = list_lots(*opened.connection, "kim", 100);
    REQUIRE(lots.size() == 2);
    std::ranges::sort(lots, {}, &Lot::id);
    CHECK(lots[0].id == old_lot_id(Kind::bonus, "kim"));
    CHECK(lots[0].left == Points{50});
    CHECK(lots[1].id == old_lot_id(Kind::paid, "kim"));
    CHECK(lots[1].left == Points{500});
    CHECK(lots[1].expires_at == old_lots_expire_at);
    CHECK(list_lots(*opened.connection, "lee", 100).empty());

    // A process of that time still runs, and credits.
    opened.connection->execute("UPDATE wallet SET paid = 800, version = 4 WHERE user_id = 'kim'");
    opened.connection->run_script(
        "INSERT INTO wallet (user_id, paid, bonus, held, owed, version, updated_at) "
        "VALUES ('pak', 70, 0, 0, 0, 1, 1);"
    );
    opened.write({Credit{"ptx_1", charge(1, "kim", 10)}, Credit{"ptx_2", charge(2, "pak", 10)}});
    CHECK(opened.number("SELECT SUM(points_left) FROM lot WHERE kind = 'paid'") == 890);
    CHECK(opened.number("SELECT COUNT(*) FROM wallet WHERE lots_version <> version") == 0);
    CHECK(opened.number("SELECT granted FROM lot WHERE id = 'old.paid.kim'") == 800);
}
