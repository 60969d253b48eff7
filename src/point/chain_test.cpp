#include "point/chain.hpp"

#include <doctest/doctest.h>

#include <functional>
#include <set>

#include "core/sql/scratch.hpp"
#include "point/rules.hpp"
#include "point/store.hpp"

using namespace pay;
using namespace pay::point;

namespace {

const Time noon = from_epoch_ms(1'772'414'130'000);

/// A transaction with something of everything in it, as its hash sees it.
struct Told {
    Link::Head head{
        .previous = "0a",
        .transaction_id = "ptx_1",
        .user_id = "kim",
        .order_id = "ord_1",
        .reason = "charge",
        .at = 7,
        .balance_after = 500,
        .wallet_version = 3
    };
    std::vector<std::pair<std::string, std::int64_t>> lines{{"issued", -500}, {"paid", 500}};

    std::string hash() const {
        Link link(head);
        for (const auto& [account, points] : lines) link.add_line(account, points);
        return link.hash();
    }
};

State decided(State state, const std::vector<Instruction>& instructions) {
    std::vector<bus::Message> messages;
    for (const auto& instruction : instructions) {
        REQUIRE(decide(state, instruction, {}, noon, messages).has_value());
    }
    return state;
}

}  // namespace

TEST_CASE("whatever a transaction says is in its hash") {
    const std::vector<std::function<void(Told&)>> changes{
        [](Told&) {},
        [](Told& told) { told.head.previous = ""; },
        [](Told& told) { told.head.transaction_id = "ptx_2"; },
        [](Told& told) { told.head.user_id = "lee"; },
        [](Told& told) { told.head.order_id = ""; },
        [](Told& told) { told.head.reason = "adjust"; },
        [](Told& told) { told.head.at = 8; },
        [](Told& told) { told.head.balance_after = 501; },
        [](Told& told) { told.head.wallet_version = 4; },
        [](Told& told) { told.lines[0].first = "adjusted"; },
        [](Told& told) { told.lines[1].second = 499; },
        [](Told& told) { std::swap(told.lines[0], told.lines[1]); },
        [](Told& told) { told.lines.pop_back(); },
        // The same letters, cut elsewhere.
        [](Told& told) {
            told.head.user_id = "kimord_1";
            told.head.order_id = "";
        },
    };
    std::set<std::string> hashes;
    for (const auto& change : changes) {
        Told told;
        change(told);
        CHECK(told.hash().size() == 64);
        hashes.insert(told.hash());
    }
    CHECK(hashes.size() == changes.size());
    CHECK(Told{}.hash() == Told{}.hash());
}

TEST_CASE("the hash of a transaction stays what it was") {
    // Ledgers hold it: this text of it can never be another one.
    CHECK(Told{}.hash() == "7bff103811240012497881178da3e265fce0a3e622339f334fe93746cbe90707");
}

TEST_CASE("the transactions of a wallet follow from one another, also within a batch") {
    const Command asked{"ord_1", "kim", Points{500}};
    const auto state = decided(
        {}, {Credit{"ptx_1", asked}, Adjust{"ptx_2", "lee", "root", Points{5}, "x"},
             Reverse{"ptx_3", asked}}
    );
    REQUIRE(state.postings.size() == 3);
    CHECK(state.postings[0].wallet_version == 1);
    CHECK(state.postings[2].wallet_version == 2);
    CHECK(state.wallets.at("kim").wallet.head == state.postings[2].hash);
    CHECK(state.wallets.at("lee").wallet.head == state.postings[1].hash);
    Posting again = state.postings[2];
    Wallet before;
    before.head = state.postings[0].hash;
    before.version = 2;
    chain(before, again);
    CHECK(again.hash == state.postings[2].hash);
}

TEST_CASE("a refused instruction leaves the chain as it was") {
    auto state = decided({}, {Adjust{"ptx_1", "kim", "root", Points{5}, "x"}});
    const auto head = state.wallets.at("kim").wallet.head;
    std::vector<bus::Message> messages;
    const Adjust too_much{"ptx_2", "kim", "root", Points{-6}, "x"};
    CHECK_FALSE(decide(state, too_much, {}, noon, messages).has_value());
    CHECK(state.wallets.at("kim").wallet.head == head);
}

TEST_CASE("the chain goes on from what is stored") {
    const sql::Scratch scratch;
    const auto storage = sql::open_storage(scratch.url());
    const auto connection = storage->database("point")->connect(sql::Mode::read_write);
    sql::migrate(*connection, migrations());
    std::string head;
    for (int i = 1; i <= 2; ++i) {
        const Instruction gift =
            Adjust{"ptx_" + std::to_string(i), "kim", "root", Points{i}, "a gift"};
        const std::array<const Instruction*, 1> batch{&gift};
        sql::Transaction transaction(*connection);
        auto state = load(*connection, batch);
        CHECK(find_wallet(*connection, "kim").head == head);
        std::vector<bus::Message> messages;
        REQUIRE(decide(state, gift, {}, noon, messages).has_value());
        save(transaction, state);
        transaction.commit();
        head = state.postings.front().hash;
        CHECK(find_wallet(*connection, "kim").head == head);
        std::vector<std::string> hashes;
        connection->query(
            "SELECT hash FROM ledger_entry WHERE hash IS NOT NULL AND user_id = 'kim' "
            "ORDER BY wallet_version DESC",
            {}, [&](const sql::Row& row) { hashes.emplace_back(row.text(0)); }
        );
        CHECK(hashes.size() == static_cast<std::size_t>(i));
        CHECK(hashes.front() == head);
    }
}
