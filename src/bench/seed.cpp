#include "bench/seed.hpp"

#include <algorithm>
#include <stdexcept>
#include <thread>

#include "bench/charge_writer.hpp"
#include "bench/users.hpp"
#include "core/instances/instances.hpp"
#include "order/store.hpp"
#include "point/store.hpp"

namespace pay::bench {
namespace {

constexpr double batch_size = 10'000;
constexpr Duration how_long_ago = std::chrono::days{365};

std::unique_ptr<sql::Connection> connect(sql::Storage& storage, std::string_view service) {
    return storage.database(service)->connect(sql::Mode::read_write);
}

std::int64_t sum_of_beats(sql::Connection& connection) {
    std::int64_t sum = 0;
    connection.query("SELECT beat FROM instance", {}, [&](const sql::Row& row) {
        sum += row.integer(0) + 1;
    });
    return sum;
}

/// Where no lock says it, a beat does.
void expect_no_server(sql::Storage& storage) {
    if (!storage.shared()) return;
    for (const auto service : charging_services) {
        const auto connection = connect(storage, service);
        const auto before = sum_of_beats(*connection);
        if (before == 0) continue;
        std::this_thread::sleep_for(Instances::beat_pause + Duration{500});
        if (sum_of_beats(*connection) == before) continue;
        throw std::runtime_error("a server runs on these databases: stop it first");
    }
}

/// A row that stands in the databases while they are being seeded.
class Mark {
 public:
    explicit Mark(sql::Connection& connection) : x_connection(connection) {
        sql::Rows rows;
        rows.add(name, std::int64_t{0});
        sql::Transaction transaction(connection);
        try {
            sql::insert(transaction, table, rows);
        } catch (const sql::Conflict&) {
            throw std::runtime_error(
                "an earlier seed into these databases was cut off: their books do not balance; "
                "throw them away and begin anew"
            );
        }
        transaction.commit();
    }
    void remove() {
        sql::Transaction transaction(x_connection);
        sql::delete_in(transaction, table.name, "name", {&name, 1});
        transaction.commit();
    }

 private:
    static constexpr std::string_view name = "bench seed, unfinished";
    static constexpr std::array<std::string_view, 2> columns{"name", "created_at"};
    static constexpr sql::Table table{"seed", columns};
    sql::Connection& x_connection;
};

Wallets load_wallets(sql::Connection& connection, std::size_t users) {
    Wallets wallets;
    for (std::size_t i = 0; i < users; ++i) {
        auto& wallet = wallets.emplace_back(point::find_wallet(connection, user_id(i)));
        if (wallet.owed == Points{}) continue;
        throw std::runtime_error("user " + wallet.user_id + " owes points: give them back first");
    }
    return wallets;
}

/// When the first of the new orders was made: after all that is there.
Time first_moment(sql::Connection& order, const Wallets& wallets, Time now) {
    Time first = now - how_long_ago;
    for (const auto& newest : order::list_orders(order, {.limit = 1})) {
        first = std::max(first, newest.created_at + Duration{1});
    }
    for (const auto& wallet : wallets) first = std::max(first, wallet.updated_at + Duration{1});
    return first;
}

void credit(
    sql::Connection& connection, const Wallets& before, const Charges& charges,
    const std::vector<std::string>& heads
) {
    Wallets fresh;
    Wallets stored;
    for (std::size_t i = 0; i < before.size(); ++i) {
        const auto times = charges.count() / before.size() + (i < charges.count() % before.size());
        if (times == 0) continue;
        auto wallet = wallet_after(before[i], charges, times);
        wallet.updated_at = charges[(times - 1) * before.size() + i].at;
        wallet.head = heads[i];
        (before[i].version == 0 ? fresh : stored).push_back(std::move(wallet));
    }
    save_wallets(connection, fresh, false);
    save_wallets(connection, stored, true);
}

}  // namespace

SeedProgress seed(
    const SeedOptions& options, const std::function<void(const SeedProgress&)>& each_second
) {
    const auto storage = sql::open_storage(options.database_url);
    storage->lock();
    const Time now = SystemClock{}.now();
    auto package = open_shop(*storage, now);
    expect_no_server(*storage);
    const auto item = connect(*storage, "item");
    Mark mark(*item);
    const auto point = connect(*storage, "point");
    const auto wallets = load_wallets(*point, options.users);
    const auto first = first_moment(*connect(*storage, "order"), wallets, now);
    const Charges charges(
        std::move(package), options.users, first, std::max(first, now), options.orders
    );
    ChargeWriters writers;
    for (const auto service : charging_services) {
        writers.push_back(std::make_unique<ChargeWriter>(
            service, connect(*storage, service), remaining_writes(), charges, wallets, false,
            batch_size
        ));
        writers.back()->connection().begin_bulk_load();
    }
    const auto progress = [&](const WritingResults& results) -> SeedProgress {
        return {results.charges, options.orders, results.seconds};
    };
    const auto results = run_writers(writers, {}, [&](const WritingResults& so_far) {
        each_second(progress(so_far));
    });
    const auto booked =
        std::ranges::find(writers, "point", [](const auto& writer) { return writer->service(); });
    credit(*point, wallets, charges, (*booked)->heads());
    for (const auto& writer : writers) writer->connection().end_bulk_load();
    mark.remove();
    return progress(results);
}

}  // namespace pay::bench
