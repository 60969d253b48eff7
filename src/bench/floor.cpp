#include "bench/floor.hpp"

#include <charconv>
#include <chrono>
#include <cstdio>
#include <stdexcept>

#include "bench/charge_writer.hpp"
#include "bench/users.hpp"

namespace pay::bench {
namespace {

constexpr std::array<std::string_view, 4> all_services{"order", "point", "order_item", "item"};

/// The storage URL of a place beside the given one.
std::string beside(const std::string& url) {
    const auto options = url.find('?');
    std::string place = url.substr(0, options);
    while (place.ends_with('/')) place.pop_back();
    return place + "_floor" + (options == std::string::npos ? "" : url.substr(options));
}

/// Databases that are there for as long as this.
class Ground {
 public:
    explicit Ground(const std::string& url) : x_storage(sql::open_storage(url)) {
        for (const auto service : all_services) {
            if (!x_storage->has(service)) continue;
            throw std::runtime_error(
                "there is already a database of " + std::string(service) +
                " where the floor would make its own, beside those of --db (with _floor behind "
                "their name): remove it if an earlier floor left it"
            );
        }
    }
    ~Ground() {
        for (const auto service : all_services) {
            try {
                if (x_storage->has(service)) x_storage->remove(service);
            } catch (const std::exception& failure) {
                std::fprintf(stderr, "a database of the floor is left: %s\n", failure.what());
            }
        }
    }
    Ground(const Ground&) = delete;
    Ground& operator=(const Ground&) = delete;

    sql::Storage& storage() { return *x_storage; }
    std::unique_ptr<sql::Connection> connect(std::string_view service) {
        return x_storage->database(service)->connect(sql::Mode::read_write);
    }

 private:
    std::unique_ptr<sql::Storage> x_storage;
};

double batch_size_of(const BatchSizes& sizes, std::string_view service) {
    const auto found = sizes.find(service);
    if (found != sizes.end()) return found->second;
    throw std::runtime_error("--batch names no mean batch size of " + std::string(service));
}

std::int64_t logged_bytes(const ChargeWriters& writers, bool shared) {
    if (shared) return writers.front()->connection().logged_bytes();
    std::int64_t bytes = 0;
    for (const auto& writer : writers) bytes += writer->connection().logged_bytes();
    return bytes;
}

ServiceFloor floor_of(const ChargeWriter& writer, bool events) {
    ServiceFloor floor;
    floor.batch_size = writer.batch_size();
    floor.commits = writer.commits();
    for (const auto& write : charge_writes()) {
        if (write.service != writer.service()) continue;
        const double shared = write.each_commit ? floor.batch_size : 1;
        floor.rows[write.kind] += write.rows_of(events) / shared;
    }
    return floor;
}

/// As if each had bought once before.
Wallets first_wallets(const Charges& charges) {
    Wallets wallets(charges.users());
    for (std::size_t i = 0; i < wallets.size(); ++i) {
        wallets[i].user_id = user_id(i);
        wallets[i] = wallet_after(wallets[i], charges, 1);
    }
    return wallets;
}

void tell(const WritingResults& results) {
    std::fprintf(
        stderr, "%6.1f s %9llu charges %8.0f/s\n", results.seconds,
        static_cast<unsigned long long>(results.charges),
        static_cast<double>(results.charges) / results.seconds
    );
}

}  // namespace

BatchSizes read_batch_sizes(const std::string& text) {
    const auto refuse = [&] {
        throw std::runtime_error(
            "--batch is a mean batch size of 1 to 4096, as 64 or order=64,point=24,order_item=24"
        );
    };
    BatchSizes sizes;
    for (std::size_t begin = 0; begin <= text.size();) {
        const auto end = std::min(text.find(',', begin), text.size());
        const auto part = std::string_view{text}.substr(begin, end - begin);
        const auto equals = part.find('=');
        const auto digits = equals == std::string_view::npos ? part : part.substr(equals + 1);
        double size = 0;
        const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), size);
        const bool whole = read.ec == std::errc{} && read.ptr == digits.data() + digits.size();
        if (!whole || !(size >= 1 && size <= 4096)) refuse();
        if (equals == std::string_view::npos) {
            for (const auto service : charging_services) sizes.emplace(service, size);
        } else {
            sizes.insert_or_assign(std::string(part.substr(0, equals)), size);
        }
        begin = end + 1;
    }
    return sizes;
}

FloorReport floor(const FloorOptions& options) {
    Ground ground(beside(options.database_url));
    const bool shared = ground.storage().shared();
    const Time now = SystemClock{}.now();
    std::optional<std::chrono::seconds> time;
    if (options.seconds > 0) time = std::chrono::seconds{options.seconds};
    // By time alone: more of them than any engine takes.
    const auto count = options.orders > 0 ? options.orders : options.seconds * 1'000'000;
    const Charges charges(
        open_shop(ground.storage(), now), options.users, now,
        now + time.value_or(std::chrono::minutes{1}), count
    );
    const auto wallets = first_wallets(charges);
    save_wallets(*ground.connect("point"), wallets, false);

    ChargeWriters writers;
    for (const auto service : charging_services) {
        writers.push_back(std::make_unique<ChargeWriter>(
            service, ground.connect(service), charge_writes(), charges, wallets, shared,
            batch_size_of(options.batch_sizes, service)
        ));
    }
    const auto before = logged_bytes(writers, shared);
    const auto results = run_writers(writers, time, tell);
    FloorReport report{shared, results.charges, results.seconds};
    report.logged_bytes = logged_bytes(writers, shared) - before;
    for (const auto& writer : writers) {
        report.services.emplace(writer->service(), floor_of(*writer, shared));
    }
    writers.clear();  // nobody is connected to what goes now
    return report;
}

}  // namespace pay::bench
