#include "point/store.hpp"

#include <doctest/doctest.h>

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
            std::ignore = decide(state, instruction, noon, messages);
        }
        save(transaction, state);
        transaction.commit();
        std::string replies;
        for (const auto& message : messages) {
            if (message.topic == replies_topic) replies += message.type + ' ';
        }
        return replies;
    }
    std::int64_t number(std::string_view query) {
        std::int64_t value = 0;
        connection->query(query, {}, [&](const sql::Row& row) { value = row.integer(0); });
        return value;
    }

    std::unique_ptr<sql::Storage> storage;
    std::unique_ptr<sql::Database> database;
    std::unique_ptr<sql::Connection> connection;
};

Command charge(int order, const std::string& user, std::int64_t points) {
    return {"ord_" + std::to_string(order), user, Points{points}};
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
