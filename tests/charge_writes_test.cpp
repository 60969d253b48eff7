#include "bench/charge_writes.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <future>
#include <map>
#include <thread>

#include "app/application.hpp"
#include "bench/batch_size.hpp"
#include "bench/charge_writer.hpp"
#include "core/http/client.hpp"
#include "core/http/token.hpp"
#include "core/ident/ident.hpp"
#include "core/sql/scratch_folder.hpp"

/// What bench floor writes for a charge is what the services write for one. Triggers of SQLite
/// count the rows, of the services and of the floor alike.
namespace pay::bench {
namespace {

constexpr std::string_view secret = "thirty-two bytes that sign tests";

/// "order insert outbox" and how many rows.
using Rows = std::map<std::string, std::int64_t>;

Rows operator-(const Rows& after, const Rows& before) {
    Rows difference;
    for (const auto& [name, rows] : after) {
        const auto found = before.find(name);
        const auto grown = rows - (found == before.end() ? 0 : found->second);
        if (grown != 0) difference[name] = grown;
    }
    return difference;
}

constexpr std::string_view name_of(Kind kind) {
    return kind == Kind::insert ? "insert" : kind == Kind::update ? "update" : "delete";
}

/// The databases of all services in a folder, which count the rows written to them.
class CountingShop {
 public:
    CountingShop() : package(open_shop(*x_storage, SystemClock{}.now())) {
        for (const auto service : charging_services) {
            auto connection = x_storage->database(service)->connect(sql::Mode::read_write);
            count(*connection);
            connections.emplace(service, std::move(connection));
        }
    }

    std::string url() const { return x_folder.url(); }
    sql::Connection& connection(std::string_view service) {
        return *connections.find(service)->second;
    }

    Rows written() {
        Rows rows;
        for (const auto& [service, connection] : connections) {
            connection->query("SELECT name, rows FROM tally", {}, [&](const sql::Row& row) {
                rows[service + ' ' + std::string(row.text(0))] = row.integer(1);
            });
        }
        return rows;
    }

    std::int64_t number(std::string_view service, std::string_view query) {
        std::int64_t number = 0;
        connection(service).query(query, {}, [&](const sql::Row& row) { number = row.integer(0); });
        return number;
    }

 private:
    static void count(sql::Connection& connection) {
        std::vector<std::string> tables;
        connection.query(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT IN ('instance', "
            "'seal')",
            {}, [&](const sql::Row& row) { tables.emplace_back(row.text(0)); }
        );
        connection.run_script("CREATE TABLE tally (name TEXT NOT NULL PRIMARY KEY, rows BIGINT)");
        for (const auto& table : tables) {
            for (const std::string kind : {"insert", "update", "delete"}) {
                const auto name = "'" + kind + ' ' + table + "'";
                connection.run_script(
                    "INSERT INTO tally VALUES (" + name + ", 0);CREATE TRIGGER " + kind + '_' +
                    table + " AFTER " + kind + " ON " + table +
                    " BEGIN UPDATE tally SET rows = rows + 1 WHERE name = " + name + "; END;"
                );
            }
        }
    }

    sql::ScratchFolder x_folder;
    std::unique_ptr<sql::Storage> x_storage = sql::open_storage(x_folder.url());

 public:
    const item::Changed package;
    std::map<std::string, std::unique_ptr<sql::Connection>, std::less<>> connections;
};

/// A server of these databases, and a buyer.
class Server {
 public:
    explicit Server(CountingShop& shop) : x_shop(shop), x_application(options(shop)) {
        x_application.start();
    }

    /// The whole of a purchase and all that follows from it.
    void buy() {
        const auto number = std::to_string(++x_number);
        const auto& item = x_shop.package;
        const auto price = std::to_string(item.amount->value());
        const auto paid = call(
            x_application.sandbox_url(), "/sandbox/pay",
            R"({"order_id":"test-)" + number + R"(","price":)" + price + R"(,"user_id":"kim"})"
        );
        // The webhook comes first, and is looked up when the order is there.
        await("order", "SELECT COUNT(*) FROM webhook", x_number);
        const auto receipt = text_after(paid, R"("receipt_id":")");
        sql::Connection& held = x_shop.connection("order_item");
        held.begin();
        auto bought = std::async(std::launch::async, [&] {
            return call(
                x_application.url(), "/v1/orders",
                R"({"item_id":")" + item.id + R"(","receipt_id":")" + receipt + "\"}"
            );
        });
        // So that the replies to the order are two commands and two batches.
        await("order", "SELECT COUNT(*) FROM purchase_order WHERE point_step = 'done'", x_number);
        held.rollback();
        CHECK(text_after(bought.get(), R"("status":")") == "SUCCESS");
        await("order", "SELECT COUNT(*) FROM webhook WHERE due_at IS NULL", x_number);
        await("order", "SELECT COUNT(*) FROM idempotency_key WHERE status IS NOT NULL", x_number);
        for (const auto service : charging_services) {
            await(service, "SELECT COUNT(*) = 0 FROM outbox", 1);
        }
    }

    /// What the writers have carried out so far.
    BatchesByService batches() { return read_batches(call(x_application.url(), "/metrics")); }

 private:
    static app::ServeOptions options(const CountingShop& shop) {
        app::ServeOptions made;
        made.listen = "127.0.0.1:0";
        made.sandbox_listen = "127.0.0.1:0";
        made.database_url = shop.url();
        made.token.secret = secret;
        return made;
    }

    /// Nobody tells a stranger of the databases when they change.
    void await(std::string_view service, std::string_view query, std::int64_t expected) {
        const auto end = std::chrono::steady_clock::now() + std::chrono::seconds{20};
        while (x_shop.number(service, query) != expected) {
            REQUIRE(std::chrono::steady_clock::now() < end);
            std::this_thread::sleep_for(std::chrono::milliseconds{2});
        }
    }

    /// POST, or GET without a body.
    std::string call(const std::string& url, const std::string& target, std::string body = {}) {
        const Time now = SystemClock{}.now();
        const auto token = http::sign_token(
            {.user_id = "kim", .expires = now + std::chrono::hours{1}}, secret, now
        );
        http::Call asked;
        asked.method = body.empty() ? http::Method::get : http::Method::post;
        asked.target = target;
        asked.headers = {
            {"content-type", "application/json"},
            {"authorization", "Bearer " + token},
            {"idempotency-key", "test-" + std::to_string(x_number)},
            {"prefer", "wait=20"}
        };
        asked.body = std::move(body);
        asked.timeout = std::chrono::seconds{30};
        http::Client client(x_io, {.base_url = url});
        std::promise<std::string> answer;
        client.send(std::move(asked), [&](const http::Outcome& outcome) {
            answer.set_value(outcome ? outcome->body : "no answer");
        });
        return answer.get_future().get();
    }

    static std::string text_after(const std::string& text, const std::string& mark) {
        const auto begin = text.find(mark);
        REQUIRE_MESSAGE(begin != std::string::npos, text);
        const auto from = begin + mark.size();
        return text.substr(from, text.find('"', from) - from);
    }

    CountingShop& x_shop;
    http::Io x_io{1};
    app::Application x_application;
    std::int64_t x_number = 0;
};

/// What the services write for so many purchases of one user who has bought before.
Rows written_by_services(int purchases) {
    CountingShop shop;
    Server server(shop);
    server.buy();
    const auto before = shop.written();
    for (int i = 0; i < purchases; ++i) server.buy();
    return shop.written() - before;
}

std::string name_of(const Write& write) {
    return std::string(write.service) + ' ' + std::string(name_of(write.kind)) + ' ' +
           std::string(write.table);
}

/// As the list says, if the purchases come one after the other, or all in one batch.
Rows written_as_said(
    std::span<const Write> writes, int purchases, bool events = false, bool in_one_batch = false
) {
    Rows rows;
    for (const auto& write : writes) {
        const auto each = write.rows_of(events);
        const int times = in_one_batch && write.each_commit ? 1 : purchases;
        if (each > 0) rows[name_of(write)] += each * times;
    }
    return rows;
}

/// Inserts less deletes; not of the tables that seed leaves alone or writes at its end.
Rows left_of(const Rows& written) {
    Rows left;
    for (const auto& [name, rows] : written) {
        if (name.contains("update") || name.contains("wallet") || name.contains("idempotency_key"))
            continue;
        auto inserted = name;
        const auto deleted = inserted.find("delete");
        if (deleted != std::string::npos) inserted.replace(deleted, 6, "insert");
        left[inserted] += deleted == std::string::npos ? rows : -rows;
    }
    std::erase_if(left, [](const auto& entry) { return entry.second == 0; });
    return left;
}

/// What the floor writes in one batch, a batch having gone before.
Rows written_by_floor(int purchases, bool events) {
    CountingShop shop;
    const Time now = SystemClock{}.now();
    const Charges charges(shop.package, 20, now, now + Duration{1000}, 20);
    Wallets wallets(20);
    for (std::size_t i = 0; i < wallets.size(); ++i) wallets[i].user_id = charges[i].user_id;
    save_wallets(shop.connection("point"), wallets, false);
    Rows before;
    for (const auto service : charging_services) {
        auto connection =
            sql::open_storage(shop.url())->database(service)->connect(sql::Mode::read_write);
        ChargeWriter writer(
            service, std::move(connection), charge_writes(), charges, wallets, events, purchases
        );
        writer.write_batch();
        const auto written = shop.written();
        writer.write_batch();
        before.merge(shop.written() - written);
    }
    return before;
}

void check_same(const Rows& left, const Rows& right) {
    Rows all = left;
    all.insert(right.begin(), right.end());
    for (const auto& [name, ignored] : all) {
        CAPTURE(name);
        const auto in_left = left.contains(name) ? left.at(name) : 0;
        const auto in_right = right.contains(name) ? right.at(name) : 0;
        CHECK(in_left == in_right);
    }
}

TEST_CASE("the lists of a charge's rows are what the services write, and leave") {
    INFO("left: the services, right: the lists in src/bench/charge_writes.cpp");
    for (const int purchases : {1, 5}) {
        CAPTURE(purchases);
        const auto written = written_by_services(purchases);
        check_same(written, written_as_said(charge_writes(), purchases));
        check_same(left_of(written), written_as_said(remaining_writes(), purchases));
    }
}

TEST_CASE("the floor writes what its list says") {
    INFO("left: the floor, right: the list in src/bench/charge_writes.cpp");
    for (const bool events : {false, true}) {
        for (const int purchases : {1, 7}) {
            CAPTURE(events);
            CAPTURE(purchases);
            check_same(
                written_by_floor(purchases, events),
                written_as_said(charge_writes(), purchases, events, true)
            );
        }
    }
}

TEST_CASE("the services carry out as many commands for a charge as the list says") {
    CountingShop shop;
    Server server(shop);
    server.buy();
    // Where the webhook's look-up comes before the order, which a busy machine may bring about, the
    // gateway is asked, and order has a command more.
    std::map<std::string_view, double> fewest;
    for (int purchase = 0; purchase < 3; ++purchase) {
        const auto before = server.batches();
        server.buy();
        const auto after = server.batches();
        for (const auto service : charging_services) {
            const std::string name(service);
            const auto commands = after.at(name).commands - before.at(name).commands;
            const auto first = fewest.try_emplace(service, commands).first;
            first->second = std::min(first->second, commands);
        }
    }
    for (const auto service : charging_services) {
        CAPTURE(service);
        CHECK(fewest.at(service) == commands_of(service, charge_writes()));
    }
}

}  // namespace
}  // namespace pay::bench
