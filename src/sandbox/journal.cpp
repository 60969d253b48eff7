#include "sandbox/journal.hpp"

#include <array>
#include <condition_variable>
#include <filesystem>
#include <mutex>
#include <stdexcept>
#include <thread>
#include <unordered_map>
#include <utility>
#include <vector>

#include "core/embedded.hpp"
#include "core/log/log.hpp"
#include "core/log/thread_name.hpp"
#include "sandbox/wire.hpp"

namespace pay::sandbox {

extern const std::span<const EmbeddedFile> schema;

namespace {

constexpr std::string_view select_receipts = "SELECT number, document FROM receipt ORDER BY number";
constexpr std::string_view delete_receipts = "DELETE FROM receipt";
constexpr std::array<std::string_view, 4> columns{"receipt_id", "order_id", "number", "document"};
constexpr sql::Table table{.name = "receipt", .columns = columns, .key = 1};

constexpr auto pause_after_failure = std::chrono::milliseconds{200};

/// What is written in one transaction. A receipt that changed twice is written once.
struct Batch {
    bool clear = false;
    std::unordered_map<std::string, Receipt> receipts;
    std::vector<std::move_only_function<void()>> waiting;
    bool empty() const { return !clear && receipts.empty() && waiting.empty(); }
};

void write(sql::Connection& connection, const Batch& batch) {
    if (!batch.clear && batch.receipts.empty()) return;
    std::vector<std::string> documents;
    documents.reserve(batch.receipts.size());
    sql::Rows rows;
    for (const auto& [receipt_id, receipt] : batch.receipts) {
        const std::string& document = documents.emplace_back(to_document(receipt));
        rows.add(
            std::string_view(receipt_id), std::string_view(receipt.order_id), receipt.number,
            std::string_view(document)
        );
    }
    sql::Transaction transaction(connection);
    if (batch.clear) connection.execute(delete_receipts);
    if (rows.count() > 0) sql::upsert(transaction, table, rows);
    transaction.commit();
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
                log::error("The sandbox cannot write its receipts", {{"reason", outage.what()}});
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

void Journal::load(const std::function<void(Receipt)>& each) {
    if (!x_state->connection) return;
    x_state->connection->query(select_receipts, {}, [&](const sql::Row& row) {
        Receipt receipt = from_document(row.text(1));
        receipt.number = row.integer(0);
        each(std::move(receipt));
    });
}

void Journal::append(const Receipt& receipt) {
    if (!x_state->connection) return;
    const std::lock_guard lock(x_state->mutex);
    x_state->next.receipts.insert_or_assign(receipt.receipt_id, receipt);
    x_state->changed.notify_all();
}

void Journal::clear() {
    if (!x_state->connection) return;
    const std::lock_guard lock(x_state->mutex);
    x_state->next.clear = true;
    x_state->next.receipts.clear();
    x_state->changed.notify_all();
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
