#include "sandbox/journal.hpp"

#include <array>
#include <condition_variable>
#include <filesystem>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <thread>
#include <unordered_map>
#include <utility>
#include <vector>

#include "core/embedded.hpp"
#include "core/log/log.hpp"
#include "core/log/thread_name.hpp"
#include "sandbox/wire.hpp"
#include "sandbox/wire_billing.hpp"

namespace pay::sandbox {

extern const std::span<const EmbeddedFile> schema;

namespace {

constexpr std::string_view select_receipts = "SELECT number, document FROM receipt ORDER BY number";
constexpr std::string_view select_keys = "SELECT number, document FROM billing_key ORDER BY number";
constexpr std::string_view select_reservations =
    "SELECT number, document FROM reservation ORDER BY number";
constexpr std::string_view delete_receipt = "DELETE FROM receipt WHERE receipt_id = ?";
constexpr std::array<std::string_view, 3> delete_everything{
    "DELETE FROM receipt", "DELETE FROM billing_key", "DELETE FROM reservation"
};
constexpr std::array<std::string_view, 4> receipt_columns{
    "receipt_id", "order_id", "number", "document"
};
constexpr std::array<std::string_view, 3> key_columns{"receipt_id", "number", "document"};
constexpr std::array<std::string_view, 3> reservation_columns{"reserve_id", "number", "document"};
constexpr sql::Table receipt_table{.name = "receipt", .columns = receipt_columns, .key = 1};
constexpr sql::Table key_table{.name = "billing_key", .columns = key_columns, .key = 1};
constexpr sql::Table reservation_table{
    .name = "reservation", .columns = reservation_columns, .key = 1
};

constexpr auto pause_after_failure = std::chrono::milliseconds{200};

/// What is written in one transaction. A receipt that changed twice is written once.
struct Batch {
    bool clear = false;
    std::unordered_map<std::string, std::optional<Receipt>> receipts;  // nothing: removed
    std::unordered_map<std::string, BillingKey> keys;
    std::unordered_map<std::string, Reservation> reservations;
    std::vector<std::move_only_function<void()>> waiting;
    bool writes() const {
        return clear || !receipts.empty() || !keys.empty() || !reservations.empty();
    }
    bool empty() const { return !writes() && waiting.empty(); }
};

void write_receipts(
    sql::Transaction& transaction, sql::Connection& connection, const Batch& batch
) {
    std::vector<std::string> documents;
    documents.reserve(batch.receipts.size());
    sql::Rows rows;
    for (const auto& [receipt_id, receipt] : batch.receipts) {
        if (!receipt) {
            const std::array<sql::Value, 1> removed{std::string_view(receipt_id)};
            connection.execute(delete_receipt, removed);
            continue;
        }
        const std::string& document = documents.emplace_back(to_document(*receipt));
        rows.add(
            std::string_view(receipt_id), std::string_view(receipt->order_id), receipt->number,
            std::string_view(document)
        );
    }
    if (rows.count() > 0) sql::upsert(transaction, receipt_table, rows);
}

template <class Record>
void write_records(
    sql::Transaction& transaction, const sql::Table& table,
    const std::unordered_map<std::string, Record>& records
) {
    std::vector<std::string> documents;
    documents.reserve(records.size());
    sql::Rows rows;
    for (const auto& [id, record] : records) {
        const std::string& document = documents.emplace_back(to_document(record));
        rows.add(std::string_view(id), record.number, std::string_view(document));
    }
    if (rows.count() > 0) sql::upsert(transaction, table, rows);
}

void write(sql::Connection& connection, const Batch& batch) {
    if (!batch.writes()) return;
    sql::Transaction transaction(connection);
    if (batch.clear) {
        for (const std::string_view statement : delete_everything) connection.execute(statement);
    }
    write_receipts(transaction, connection, batch);
    write_records(transaction, key_table, batch.keys);
    write_records(transaction, reservation_table, batch.reservations);
    transaction.commit();
}

template <class Record>
void load_from(
    sql::Connection& connection, std::string_view select, Record (*read)(std::string_view),
    const std::function<void(Record)>& each
) {
    connection.query(select, {}, [&](const sql::Row& row) {
        Record record = read(row.text(1));
        record.number = row.integer(0);
        each(std::move(record));
    });
}

}  // namespace

std::unique_ptr<sql::Database> open_database(std::string_view db) {
    if (db.empty()) return nullptr;
    if (db.starts_with("sqlite:")) return sql::open_storage(db)->database("sandbox");
    const std::filesystem::path file(db);
    if (file.extension() != ".db" || file.stem().empty()) {
        throw std::runtime_error(
            "the sandbox's database must be sqlite:DIR or a file that ends in .db"
        );
    }
    const auto folder = file.has_parent_path() ? file.parent_path() : std::filesystem::path(".");
    return sql::open_storage("sqlite:" + folder.string())->database(file.stem().string());
}

struct Journal::State {
    std::unique_ptr<sql::Database> database;
    std::unique_ptr<sql::Connection> connection;
    std::mutex mutex;
    std::condition_variable changed;
    Batch next;
    bool writing = false;
    bool closing = false;
    std::thread thread;

    template <class Add>
    void add(const Add& to) {
        if (!connection) return;
        const std::lock_guard lock(mutex);
        to(next);
        changed.notify_all();
    }

    void run() {
        log::name_thread("sandbox journal");
        bool complete = true;
        std::unique_lock lock(mutex);
        for (;;) {
            changed.wait(lock, [this] { return closing || !next.empty(); });
            if (next.empty()) return;
            Batch batch = std::exchange(next, {});
            writing = true;
            lock.unlock();
            // Whoever waits in a later batch waits for what was given up, too.
            complete = complete && write_until_done(batch);
            if (complete) {
                for (auto& work : batch.waiting) work();
            }
            batch = {};
            lock.lock();
            writing = false;
        }
    }

    /// False if it had to give up because the journal closes.
    bool write_until_done(const Batch& batch) {
        for (;;) {
            try {
                write(*connection, batch);
                return true;
            } catch (const Outage& outage) {
                log::error("The sandbox cannot write to its database", {{"reason", outage.what()}});
            } catch (const sql::Broken& broken) {
                log::error("The sandbox's database is broken", {{"reason", broken.what()}});
            }
            std::unique_lock lock(mutex);
            if (changed.wait_for(lock, pause_after_failure, [this] { return closing; }))
                return false;
        }
    }
};

Journal::Journal(std::unique_ptr<sql::Database> database) : x_state(std::make_unique<State>()) {
    if (!database) return;
    x_state->database = std::move(database);
    x_state->connection = x_state->database->connect(sql::Mode::read_write);
    sql::migrate(*x_state->connection, schema);
    x_state->thread = std::thread([state = x_state.get()] { state->run(); });
}

Journal::~Journal() {
    close();
}

void Journal::load(const Loaded& each) {
    if (!x_state->connection) return;
    sql::Connection& connection = *x_state->connection;
    load_from(connection, select_receipts, receipt_from_document, each.receipt);
    load_from(connection, select_keys, key_from_document, each.key);
    load_from(connection, select_reservations, reservation_from_document, each.reservation);
}

void Journal::append(const Receipt& receipt) {
    x_state->add([&](Batch& next) { next.receipts.insert_or_assign(receipt.receipt_id, receipt); });
}

void Journal::append(const BillingKey& key) {
    x_state->add([&](Batch& next) { next.keys.insert_or_assign(key.receipt_id, key); });
}

void Journal::append(const Reservation& reservation) {
    x_state->add([&](Batch& next) {
        next.reservations.insert_or_assign(reservation.reserve_id, reservation);
    });
}

void Journal::remove(const std::string& receipt_id) {
    x_state->add([&](Batch& next) { next.receipts.insert_or_assign(receipt_id, std::nullopt); });
}

void Journal::clear() {
    x_state->add([](Batch& next) {
        next.clear = true;
        next.receipts.clear();
        next.keys.clear();
        next.reservations.clear();
    });
}

void Journal::when_durable(std::move_only_function<void()> work) {
    {
        const std::lock_guard lock(x_state->mutex);
        const bool clean = !x_state->writing && x_state->next.empty();
        if (x_state->connection && !clean) {
            x_state->next.waiting.push_back(std::move(work));
            x_state->changed.notify_all();
            return;
        }
    }
    work();
}

void Journal::close() {
    {
        const std::lock_guard lock(x_state->mutex);
        x_state->closing = true;
        x_state->changed.notify_all();
    }
    if (x_state->thread.joinable()) x_state->thread.join();
}

}  // namespace pay::sandbox
