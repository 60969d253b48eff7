#include "point/seal.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <future>

#include "core/ident/ident.hpp"
#include "ground.hpp"
#include "point/chain.hpp"
#include "point/service.hpp"
#include "point/store.hpp"

using namespace pay;
using namespace pay::point;

namespace {

const Day day = *day_named("2026-03-02");

/// A ledger that transactions are booked into.
struct Ledger {
    const sql::Scratch scratch;
    const std::unique_ptr<sql::Storage> storage = sql::open_storage(scratch.url());
    const std::unique_ptr<sql::Database> database = storage->database("point");
    const std::unique_ptr<sql::Connection> connection = database->connect(sql::Mode::read_write);

    Ledger() { sql::migrate(*connection, migrations()); }

    std::string give(const std::string& user, Time at, int count = 1) {
        State state;
        Wallet wallet;
        for (int i = 0; i < count; ++i) {
            Posting gift{make_id(prefix::point_transaction, at), user};
            gift.reason = Reason::adjust;
            gift.lines = {{Account::adjusted, Points{-5}}, {Account::bonus, Points{5}}};
            gift.at = at;
            ++wallet.version;
            chain(wallet, gift);
            state.postings.push_back(std::move(gift));
        }
        sql::Transaction transaction(*connection);
        save(transaction, state);
        transaction.commit();
        return state.postings.front().transaction_id;
    }
    void write(const Seal& seal) {
        sql::Transaction transaction(*connection);
        save_seal(transaction, seal, Time{day});
        transaction.commit();
    }
    std::vector<Seal> seals() {
        std::vector<Seal> found;
        read_seals(*connection, [&](const Seal& seal) { found.push_back(seal); });
        return found;
    }
    std::vector<std::string> days() {
        std::vector<std::string> found;
        for (const auto& seal : seals()) found.push_back(seal.day);
        return found;
    }
};

/// A sealer over it, whose transactions are written at once.
struct Sealing {
    explicit Sealing(Ledger& its_ledger, bool leads = true)
        : ledger(its_ledger),
          sealer(
              {io, readers, [this](dead_letter::Change change) { write(std::move(change)); },
               [leads] { return leads; }, clock}
          ) {}
    ~Sealing() {
        readers.stop();
        io.stop();
    }

    void write(dead_letter::Change change) {
        if (fails) return change.done(Error{Code::unavailable, {}, {}, {}});
        std::vector<bus::Message> messages;
        const auto connection = ledger.database->connect(sql::Mode::read_write);
        sql::Transaction transaction(*connection);
        change.record(transaction, clock->now(), messages);
        transaction.commit();
        change.done(std::nullopt);
    }
    void look() {
        std::promise<void> ended;
        sealer.look([&ended] { ended.set_value(); });
        ended.get_future().get();
    }

    Ledger& ledger;
    bool fails = false;
    http::Io io{1};
    Readers readers{*ledger.database, 1};
    const std::shared_ptr<ManualClock> clock =
        std::make_shared<ManualClock>(Time{day + std::chrono::hours{12}});
    Sealer sealer;
};

}  // namespace

TEST_CASE("days have names") {
    CHECK(name_of(day) == "2026-03-02");
    CHECK_FALSE(day_named("2026-02-30"));
    CHECK_FALSE(day_named("2026-03-02T"));
    CHECK_FALSE(day_named(""));
}

TEST_CASE("a seal is over the transactions of its day alone, page by page") {
    Ledger ledger;
    ledger.give("kim", Time{day} - Duration{1});
    const auto empty = make_seal(*ledger.connection, day, "");
    CHECK(empty.transactions == 0);
    CHECK(empty.shards.empty());
    ledger.give("kim", Time{day}, 10'001);
    ledger.give("lee", Time{day + std::chrono::days{1}} - Duration{1});
    const auto seal = make_seal(*ledger.connection, day, "");
    ledger.give("kim", Time{day + std::chrono::days{1}});
    CHECK(seal.transactions == 10'002);
    CHECK(make_seal(*ledger.connection, day, "").hash == seal.hash);
    CHECK(make_seal(*ledger.connection, day, "0a").hash != seal.hash);
    CHECK(seal.hash != empty.hash);
    REQUIRE(seal.shards.size() == 2);
    const auto kims = std::ranges::find(seal.shards, shard_of("kim"), &ShardSeal::shard);
    REQUIRE(kims != seal.shards.end());
    CHECK(kims->transactions == 10'001);
    CHECK(hash_of(seal) == seal.hash);
}

TEST_CASE("a transaction that is changed changes its shard's part of the seal and no other") {
    Ledger ledger;
    const auto kims = ledger.give("kim", Time{day});
    ledger.give("lee", Time{day});
    const auto before = make_seal(*ledger.connection, day, "");
    ledger.connection->execute(
        "UPDATE ledger_entry SET hash = '0a' WHERE hash IS NOT NULL AND user_id = 'kim'"
    );
    const auto after = make_seal(*ledger.connection, day, "");
    CHECK(after.hash != before.hash);
    REQUIRE(after.shards.size() == 2);
    for (std::size_t i = 0; i < 2; ++i) {
        CHECK((before.shards[i] == after.shards[i]) == (before.shards[i].shard != shard_of("kim")));
    }
}

TEST_CASE("a seal is written once") {
    Ledger ledger;
    ledger.give("kim", Time{day});
    const auto first = make_seal(*ledger.connection, day, "");
    ledger.write(first);
    ledger.give("kim", Time{day});
    ledger.write(make_seal(*ledger.connection, day, ""));
    REQUIRE(ledger.seals().size() == 1);
    CHECK(ledger.seals().front().hash == first.hash);
    CHECK(ledger.seals().front().shards == first.shards);
}

TEST_CASE("each day is sealed ten minutes after its end, and days without transactions too") {
    Ledger ledger;
    Sealing sealing(ledger);
    ledger.give("kim", Time{day});
    sealing.look();
    CHECK(ledger.days() == std::vector<std::string>{"2026-03-01"});
    sealing.clock->advance(std::chrono::hours{12} + std::chrono::minutes{10} - Duration{1});
    sealing.look();
    CHECK(ledger.days().size() == 1);
    sealing.clock->advance(Duration{1});
    sealing.look();
    CHECK(ledger.days() == std::vector<std::string>{"2026-03-01", "2026-03-02"});
    // A service that stood still for days takes them up.
    sealing.clock->advance(std::chrono::days{3});
    sealing.look();
    const auto seals = ledger.seals();
    REQUIRE(seals.size() == 5);
    CHECK(seals.back().day == "2026-03-05");
    for (std::size_t i = 1; i < seals.size(); ++i) CHECK(seals[i].previous == seals[i - 1].hash);
    CHECK(seals[1].transactions == 1);
    CHECK(seals[4].transactions == 0);
}

TEST_CASE("one instance seals, and what did not go well is tried again") {
    Ledger ledger;
    Sealing other(ledger, false);
    other.look();
    CHECK(ledger.days().empty());
    Sealing sealing(ledger);
    sealing.fails = true;
    sealing.look();
    CHECK(ledger.days().empty());
    sealing.fails = false;
    sealing.look();
    CHECK(ledger.days().size() == 1);
    ledger.connection->execute("UPDATE seal SET day = 'someday'");
    sealing.look();
    CHECK(ledger.days().size() == 1);
}

TEST_CASE("the service seals from its start on") {
    test::Ground ground;
    test::Running<Service> running(ground);
    const auto connection = running.service.engine().database().connect(sql::Mode::read_only);
    std::string sealed;
    while (sealed.empty()) {
        read_seals(*connection, [&](const Seal& seal) { sealed = seal.day; });
        std::this_thread::yield();
    }
    CHECK(sealed == "2026-03-01");
}

TEST_CASE("a transaction that waited until its day may be sealed is not booked") {
    test::Ground ground;
    test::Running<Service> running(ground);
    const auto booked = [&](Duration ago) {
        std::promise<bool> done;
        auto& writer = running.service.engine().writer();
        const auto id = make_id(prefix::point_transaction, ground.clock->now() - ago);
        writer.submit(
            {.command = Adjust{id, "kim", "root", Points{5}, "a gift"},
             .done =
                 [&](Result<Standing> result) {
                     done.set_value(result.has_value());
                     if (!result) CHECK(result.error().code == Code::unavailable);
                 },
             .keep = {},
             .traceparent = {},
             .record = {}}
        );
        return done.get_future().get();
    };
    CHECK(booked(oldest_booked));
    CHECK_FALSE(booked(oldest_booked + Duration{1}));
}
