#include "core/runtime/key_lookups.hpp"

#include <doctest/doctest.h>

#include <future>

#include "core/runtime/engine.hpp"
#include "core/sql/forwarding.hpp"
#include "core/sql/scratch.hpp"
#include "core/writer/tally.hpp"

using namespace pay;
using namespace pay::test;

namespace {

using Strings = std::vector<std::string>;

/// Tells of each query before it runs.
class Watched final : public sql::Forwarding {
 public:
    using OnQuery =
        std::function<void(sql::Connection&, std::string_view, std::span<const sql::Value>)>;

    Watched(std::unique_ptr<sql::Connection> real, const OnQuery& on_query)
        : Forwarding(std::move(real)), x_on_query(on_query) {}

    void query(
        std::string_view statement, std::span<const sql::Value> values, const sql::OnRow& on_row
    ) override {
        x_on_query(real(), statement, values);
        Forwarding::query(statement, values, on_row);
    }

 private:
    const OnQuery& x_on_query;
};

class WatchedDatabase final : public sql::Database {
 public:
    explicit WatchedDatabase(sql::Database& real) : x_real(real) {}
    std::unique_ptr<sql::Connection> connect(sql::Mode mode) override {
        on_connect();
        return std::make_unique<Watched>(x_real.connect(mode), on_query);
    }
    Watched::OnQuery on_query = [](auto&&...) {};
    std::function<void()> on_connect = [] {};

 private:
    sql::Database& x_real;
};

/// Calls whose keys are looked up by one reading thread, which a gate holds until open().
struct Desk {
    explicit Desk(std::size_t readers_limit = 4096, std::size_t limit = 4096)
        : storage(sql::open_storage(scratch.url())),
          real(storage->database("tally")),
          database(*real),
          lookups(readers, limit),
          readers(database, 1, readers_limit) {
        sql::migrate(*real->connect(sql::Mode::read_write), migrations_of(tally_schema));
        database.on_query = [this](auto& connection, auto statement, auto values) {
            keys_asked.push_back(values.size() / 2);
            if (on_query) on_query(connection, statement, values);
        };
    }
    ~Desk() { open(); }

    /// Holds the reader.
    void close() {
        gate = std::make_unique<Gate>();
        readers.run([held = gate.get()](sql::Connection&) { held->pass(); }, [] {});
        gate->await_one();
    }
    /// Waits until all is done.
    void open() {
        if (gate) gate->open();
        readers.stop();
    }
    idempotency::Key key(const std::string& name) const { return {"kim", name, "print"}; }
    void ask(const std::string& name) {
        const auto send = [this, name](const http::Response& response) {
            answers.push_back(name + ' ' + std::to_string(response.status));
        };
        auto call = std::make_shared<Call>(
            http::Request{}, http::Responder(send, http::Language::en, "/v1/tally")
        );
        call->key = key(name);
        lookups.find(std::move(call), found);
    }
    /// Returns the answers if all of them have this status.
    Strings ask_many(int count, const std::string& status = "200") {
        Strings expected;
        for (int i = 0; i < count; ++i) {
            const auto name = "k" + std::to_string(i);
            ask(name);
            expected.push_back(name + ' ' + status);
        }
        return expected;
    }
    /// Ready when the call's turn has come.
    std::future<void> ask_last() {
        auto done = std::make_shared<std::promise<void>>();
        found = std::make_shared<const KeyLookups::Found>([done](const auto& call, const auto&) {
            call->send(http::json_response(200, "{}"));
            done->set_value();
        });
        ask("last");
        return done->get_future();
    }
    void store(const Strings& names) {
        std::vector<idempotency::Entry> entries;
        for (const auto& name : names) entries.push_back({key(name), name, 201, "{}"});
        const auto connection = real->connect(sql::Mode::read_write);
        sql::Transaction transaction(*connection);
        const Time noon = from_epoch_ms(1'772'414'130'000);
        idempotency::save(transaction, "here", entries, noon);
        transaction.commit();
    }

    sql::Scratch scratch;
    std::unique_ptr<sql::Storage> storage;
    std::unique_ptr<sql::Database> real;
    WatchedDatabase database;
    std::vector<std::size_t> keys_asked;  ///< by each query
    Watched::OnQuery on_query;
    Strings answers;  ///< in their order: the key, and the status: 200 if nothing was found
    std::shared_ptr<const KeyLookups::Found> found =
        std::make_shared<const KeyLookups::Found>([](const auto& call, const auto& entry) {
            if (call->key->key == "faulty") throw std::runtime_error("a handler's fault");
            call->send(http::json_response(entry ? *entry->status : 200, "{}"));
        });
    KeyLookups lookups;
    Readers readers;
    std::unique_ptr<Gate> gate;
};

}  // namespace

TEST_CASE("a call that comes alone goes at once") {
    Desk desk;
    for (int i = 0; i < 3; ++i) desk.ask_last().wait();
    desk.open();
    CHECK(desk.answers == Strings(3, "last 200"));
    CHECK(desk.keys_asked == std::vector<std::size_t>{1, 1, 1});
}

TEST_CASE("what gathers is found by one query, and goes on in its order") {
    Desk desk;
    desk.store({"k3", "k90"});
    desk.close();
    auto expected = desk.ask_many(100);
    desk.open();
    expected[3] = "k3 201";
    expected[90] = "k90 201";
    CHECK(desk.answers == expected);
    CHECK(desk.keys_asked == std::vector<std::size_t>{128});
}

TEST_CASE("what comes while a query runs gathers for the next one") {
    Desk desk;
    Gate gate;
    desk.on_query = [&](auto&&...) { gate.pass(); };
    desk.ask("first");
    gate.await_one();
    auto expected = desk.ask_many(150);
    const auto done = desk.ask_last();
    gate.open();
    done.wait();
    desk.open();
    expected.insert(expected.begin(), "first 200");
    expected.emplace_back("last 200");
    CHECK(desk.answers == expected);
    CHECK(desk.keys_asked == std::vector<std::size_t>{1, 128, 32});
}

TEST_CASE("an outage refuses the calls of its query, and no others") {
    Desk desk;
    desk.on_query = [once = false](auto&&...) mutable {
        if (!std::exchange(once, true)) throw Outage("the database is gone");
    };
    desk.close();
    auto expected = desk.ask_many(128, "503");
    desk.ask("next");
    const auto done = desk.ask_last();
    desk.gate->open();
    done.wait();
    desk.open();
    expected.insert(expected.end(), {"next 200", "last 200"});
    CHECK(desk.answers == expected);
    CHECK(desk.keys_asked == std::vector<std::size_t>{128, 2});
}

TEST_CASE("a database that cannot be reached refuses all that wait, then is tried again") {
    Desk desk;
    Gate gate;
    desk.database.on_connect = [&, once = false]() mutable {
        if (std::exchange(once, true)) return;
        gate.pass();
        throw Outage("the database is gone");
    };
    std::promise<void> over;
    desk.ask_many(3);
    desk.readers.run([&](sql::Connection&) { over.set_value(); }, [] { FAIL_CHECK("refused"); });
    gate.open();
    over.get_future().wait();
    desk.ask_last().wait();
    desk.open();
    CHECK(desk.answers == Strings{"k0 503", "k1 503", "k2 503", "last 200"});
}

TEST_CASE("too many calls that wait are refused, and all when the readers take no work") {
    SUBCASE("too many wait") {
        Desk desk(4096, 2);
        desk.close();
        desk.ask_many(3);
        desk.open();
        CHECK(desk.answers == Strings{"k2 503", "k0 200", "k1 200"});
    }
    SUBCASE("the readers are full") {
        Desk desk(1);
        desk.close();
        desk.readers.run([](sql::Connection&) {}, [] { FAIL_CHECK("refused"); });
        desk.ask_many(2);
        CHECK(desk.answers == Strings{"k0 503", "k1 503"});
    }
    SUBCASE("the readers have stopped") {
        Desk desk;
        desk.open();
        desk.ask_many(2);
        CHECK(desk.answers == Strings{"k0 503", "k1 503"});
    }
}

TEST_CASE("a call that fails behind its look-up is refused alone") {
    Desk desk;
    desk.close();
    for (const auto* const name : {"a", "faulty", "b"}) desk.ask(name);
    desk.open();
    CHECK(desk.answers == Strings{"a 200", "faulty 503", "b 200"});
    CHECK(desk.keys_asked == std::vector<std::size_t>{4});
}

TEST_CASE("a query for many keys goes by the primary key alone") {
    Desk desk;
    desk.store({"k0", "k1", "other"});
    Strings plan;
    desk.on_query = [&](auto& connection, std::string_view statement, auto values) {
        const bool server = sql::Scratch::on_server();
        const auto explain = (server ? "EXPLAIN " : "EXPLAIN QUERY PLAN ") + std::string(statement);
        connection.query(explain, values, [&](const sql::Row& row) {
            const auto text =
                server ? row.optional_text(3).value_or("") + ' ' + row.optional_text(5).value_or("")
                       : std::string(row.text(3));
            if (text.starts_with("SEARCH") || server) plan.push_back(text);
            CHECK(!text.starts_with("SCAN"));
        });
    };
    desk.close();
    desk.ask_many(5);
    desk.open();
    const Strings on_server{"range PRIMARY"};
    const Strings in_file(
        8,
        "SEARCH idempotency_key USING INDEX sqlite_autoindex_idempotency_key_1 "
        "(user_id=? AND idempotency_key=?)"
    );
    CHECK(plan == (sql::Scratch::on_server() ? on_server : in_file));
}
