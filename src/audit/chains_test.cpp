#include "audit/chains.hpp"

#include "audit/shop.hpp"
#include "core/ident/ident.hpp"
#include "point/seal.hpp"

using namespace pay;
using namespace pay::audit;

namespace {

using point::Day;
const Day first_day = *point::day_named("2026-02-27");

/// A ledger of three days by two users, sealed.
struct Sealed {
    Shop shop;
    std::vector<std::string> kims;  ///< transactions, one a day

    Sealed() {
        for (int i = 0; i < 3; ++i) {
            const Time at = first_day + std::chrono::days{i} + std::chrono::hours{1};
            for (const std::string user : {"kim", "lee"}) {
                const auto id = make_id(prefix::point_transaction, at);
                shop.book(point::Adjust{id, user, "root", Points{5}, "a gift"}, at);
                if (user == "kim") kims.push_back(id);
            }
        }
        sql::Transaction transaction(shop.point());
        while (const auto seal = next()) point::save_seal(transaction, *seal, noon);
        transaction.commit();
    }

    std::string problems() {
        std::string all;
        for (const auto& problem : audit::audit(shop.options()).problems) {
            all += problem.rule + ": " + problem.text + '\n';
        }
        return all;
    }
    void run(const std::string& statement) { shop.point().run_script(statement); }
    static std::string hex(char digit) { return '\'' + std::string(64, digit) + '\''; }

 private:
    /// The first would be of the day before today: these books are older than that.
    std::optional<point::Seal> next() {
        bool begun = false;
        shop.point().query("SELECT day FROM seal", {}, [&](const sql::Row&) { begun = true; });
        if (!begun) return point::make_seal(shop.point(), first_day - std::chrono::days{1}, "");
        return point::next_seal(shop.point(), noon);
    }
};

/// What an audit says after the damage; it must be of this rule.
void check(const std::string& rule, const std::string& named, const auto& damage) {
    Sealed books;
    damage(books);
    const auto problems = books.problems();
    CHECK_MESSAGE(problems.contains(rule + ": " + named), problems);
}

}  // namespace

TEST_CASE("a sealed ledger is what it was") {
    Sealed books;
    CHECK(books.problems() == "");
    int seals = 0;
    examine_seals(books.shop.point(), [](const Suspicion&) {});
    point::read_seals(books.shop.point(), [&](const point::Seal&) { ++seals; });
    CHECK(seals == 4);  // the day before, and those of the transactions; today is not over
}

TEST_CASE("whatever is changed of a transaction breaks its user's chain there") {
    for (const std::string& change : std::vector<std::string>{
             "points = points + (CASE WHEN account = 'bonus' THEN 1 ELSE -1 END)",
             "reason = 'charge'", "order_id = 'ord_1'", "at = at + 1",
             "balance_after = balance_after + 1", "hash = " + Sealed::hex('0'),
             "account = (CASE WHEN account = 'bonus' THEN 'paid' ELSE account END)"
         }) {
        CAPTURE(change);
        Sealed books;
        const auto& second = books.kims.at(1);
        books.run("UPDATE ledger_entry SET " + change + " WHERE transaction_id = '" + second + "'");
        CHECK(books.problems().contains(
            "User kim has a chain of transactions that breaks at " + second
        ));
    }
}

TEST_CASE("a line that says something else than the others of its transaction does not fit") {
    for (const std::string change : {"reason = 'charge'", "order_id = 'ord_1'", "at = at + 1"}) {
        CAPTURE(change);
        Sealed books;
        books.run(
            "UPDATE ledger_entry SET " + change +
            " WHERE account = 'adjusted' AND transaction_id = '" + books.kims.at(1) + "'"
        );
        CHECK(books.problems().contains("chain: User kim"));
    }
}

TEST_CASE("a transaction that is lost, put in, moved or stripped of its hash is missed") {
    check("chain", "User kim has a chain of transactions that breaks at ", [](Sealed& books) {
        books.run("DELETE FROM ledger_entry WHERE transaction_id = '" + books.kims.at(0) + "'");
    });
    check("chain", "User kim has a chain of transactions whose last is not", [](Sealed& books) {
        books.run("DELETE FROM ledger_entry WHERE transaction_id = '" + books.kims.at(2) + "'");
    });
    check("chain", "User kim has a chain of transactions that breaks at ", [](Sealed& books) {
        books.run(
            "UPDATE ledger_entry SET wallet_version = 9 WHERE transaction_id = '" +
            books.kims.at(0) + "' AND hash IS NOT NULL"
        );
    });
    check("chain", "User lee has a transaction without a hash", [](Sealed& books) {
        books.run(
            "UPDATE ledger_entry SET hash = NULL, wallet_version = NULL WHERE user_id = 'lee' "
            "AND wallet_version = 3"
        );
    });
    check("chain", "User kim has a chain of transactions whose last is not", [](Sealed& books) {
        books.run("UPDATE wallet SET head = NULL WHERE user_id = 'kim'");
    });
}

TEST_CASE("what was booked before the chain began, or while it did, has no hash and needs none") {
    Sealed books;
    books.run("UPDATE ledger_entry SET hash = NULL, wallet_version = NULL WHERE user_id = 'lee'");
    books.run("UPDATE wallet SET head = NULL WHERE user_id = 'lee'");
    books.run("DELETE FROM seal");
    CHECK(books.problems() == "");
    // An instance of the version before, on the day the chain began.
    Sealed others;
    others.run("DELETE FROM seal");
    others.run("DELETE FROM seal_shard");
    auto seal = point::make_seal(others.shop.point(), first_day + std::chrono::days{1}, "");
    sql::Transaction transaction(others.shop.point());
    point::save_seal(transaction, seal, noon);
    transaction.commit();
    const Time at = first_day + std::chrono::days{2} + std::chrono::hours{2};
    others.shop.book(
        point::Adjust{make_id(prefix::point_transaction, at), "lee", "root", Points{5}, "x"}, at
    );
    others.run("UPDATE ledger_entry SET hash = NULL, wallet_version = NULL WHERE wallet_version = 4"
    );
    others.run(
        "UPDATE wallet SET head = (SELECT hash FROM ledger_entry WHERE user_id = 'lee' AND "
        "wallet_version = 3) WHERE user_id = 'lee'"
    );
    CHECK(others.problems() == "");
}

TEST_CASE("a seal that does not fit is named, with the shards of users it does not fit in") {
    const std::string of_day = " WHERE day = '2026-02-27'";
    check("seal", "The seal of 2026-02-27 is not what it is made of", [&](Sealed& books) {
        books.run("UPDATE seal SET hash = " + Sealed::hex('0') + of_day);
    });
    check("seal", "The seal of 2026-02-28 is not over the one before it", [&](Sealed& books) {
        books.run("UPDATE seal SET hash = " + Sealed::hex('0') + of_day);
    });
    check("seal", "The seal of 2026-02-28 does not follow that of 2026-02-26", [&](Sealed& books) {
        books.run("DELETE FROM seal" + of_day);
    });
    check("seal", "The seal of someday is of no day", [&](Sealed& books) {
        books.run("UPDATE seal SET day = 'someday'" + of_day);
    });
    const auto shard = std::to_string(point::shard_of("kim"));
    check(
        "seal",
        "The seal of 2026-02-27 holds 2 transactions and the ledger has 1: it does not fit in the "
        "shards of users " +
            shard + ".",
        [&](Sealed& books) {
            books.run("DELETE FROM ledger_entry WHERE transaction_id = '" + books.kims.at(0) + "'");
        }
    );
}

TEST_CASE("a chain that was written anew, with its head, is found by the seal") {
    Sealed books;
    // Whoever can write the database takes kim's first gift away and makes the rest fit.
    books.run("DELETE FROM ledger_entry WHERE user_id = 'kim'");
    books.run(
        "DELETE FROM ledger_entry WHERE user_id IS NULL AND transaction_id IN ('" +
        books.kims.at(0) + "', '" + books.kims.at(1) + "', '" + books.kims.at(2) + "')"
    );
    books.run("DELETE FROM adjustment");
    books.run("DELETE FROM wallet WHERE user_id = 'kim'");
    for (std::size_t i = 1; i < 3; ++i) {
        const Time at = first_day + std::chrono::days{i} + std::chrono::hours{1};
        books.shop.book(point::Adjust{books.kims.at(i), "kim", "root", Points{5}, "a gift"}, at);
    }
    const auto problems = books.problems();
    CHECK_FALSE(problems.contains("chain"));
    CHECK(problems.contains("seal: The seal of 2026-02-27 holds 2 transactions and the ledger has 1"
    ));
    CHECK(problems.contains("seal: The seal of 2026-03-01"));
}
