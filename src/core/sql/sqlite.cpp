#include "core/sql/sqlite.hpp"

#include <sqlite3.h>

#include <system_error>
#include <unordered_map>
#include <utility>

#include "core/result/error.hpp"

namespace pay::sql {
namespace {

constexpr int busy_timeout_ms = 5000;
constexpr std::size_t statements_kept = 200;
constexpr std::size_t values_bound = 32766;  // SQLite's own default limit
constexpr std::int64_t page_bytes = 4096;    // the same
constexpr std::int64_t wal_frame_header_bytes = 24;

// A commit is on disk when it returns (FULL). A checkpoint each 4000 pages (16 MB) is a middle:
// measured, longer intervals are faster for keys in random order and slower for rising ones.
// Negative cache sizes are KiB.
constexpr const char* writer_settings =
    "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY;"
    "PRAGMA mmap_size = 0; PRAGMA cache_size = -16384; PRAGMA wal_autocheckpoint = 4000;"
    "PRAGMA journal_size_limit = 67108864";
constexpr const char* reader_settings =
    "PRAGMA query_only = ON; PRAGMA temp_store = MEMORY; PRAGMA mmap_size = 0;"
    "PRAGMA cache_size = -4096; SELECT count(*) FROM sqlite_schema";

/// What an operator should read for a fault that may pass; empty if the code is no such fault.
std::string outage_text(int code, int system_error, const std::string& file) {
    const auto cause = [system_error] {
        if (system_error == 0) return std::string();
        return " (" + std::generic_category().message(system_error) + ")";
    };
    switch (code & 0xff) {
        case SQLITE_FULL:
            return "no space left to write the database " + file + ": free some, and it goes on";
        case SQLITE_IOERR:
            return "reading or writing the database " + file + " failed" + cause() +
                   ": look at the disk and the system's log";
        case SQLITE_READONLY:
            // A reader meets this where it can neither make nor write the -shm file of the WAL.
            return "the database " + file + " needs a folder it may write to, also to be read" +
                   cause() + ": look at the permissions of both, and how they are mounted";
        case SQLITE_PERM:
        case SQLITE_CANTOPEN:
            return "cannot open the database " + file + cause() +
                   ": it, its folder and the -wal and -shm files beside it must be accessible";
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
        case SQLITE_PROTOCOL:
            return "another process has kept the database " + file + " locked for too long";
        case SQLITE_CORRUPT:
            return "the database " + file + " is damaged: stop the server and restore a backup";
        case SQLITE_NOTADB:
            return "the file " + file + " is not a SQLite database";
        case SQLITE_NOMEM:
            return "no memory left to work on the database " + file;
        default:
            return {};
    }
}

struct Close {
    void operator()(sqlite3* handle) const { sqlite3_close_v2(handle); }
};

struct Finalize {
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};

struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const {
        return std::hash<std::string_view>{}(text);
    }
};

using Statement = std::shared_ptr<sqlite3_stmt>;

class Reset {
 public:
    explicit Reset(sqlite3_stmt* statement) : x_statement(statement) {}
    ~Reset() { sqlite3_reset(x_statement); }
    Reset(const Reset&) = delete;
    Reset& operator=(const Reset&) = delete;

 private:
    sqlite3_stmt* x_statement;
};

class SqliteRow final : public Row {
 public:
    explicit SqliteRow(sqlite3_stmt* statement) : x_statement(statement) {}
    bool null(int column) const override {
        return sqlite3_column_type(x_statement, column) == SQLITE_NULL;
    }
    std::int64_t integer(int column) const override {
        return sqlite3_column_int64(x_statement, column);
    }
    std::string_view text(int column) const override {
        const auto* bytes = sqlite3_column_text(x_statement, column);
        if (bytes == nullptr) return {};
        return {
            reinterpret_cast<const char*>(bytes),
            static_cast<std::size_t>(sqlite3_column_bytes(x_statement, column))
        };
    }

 private:
    sqlite3_stmt* x_statement;
};

int bind_one(sqlite3_stmt* statement, int index, const Value& value) {
    if (const auto* text = std::get_if<std::string_view>(&value)) {
        // A null pointer would bind NULL instead of the empty text.
        const char* bytes = text->data() == nullptr ? "" : text->data();
        return sqlite3_bind_text64(
            statement, index, bytes, text->size(), SQLITE_STATIC, SQLITE_UTF8
        );
    }
    if (const auto* integer = std::get_if<std::int64_t>(&value)) {
        return sqlite3_bind_int64(statement, index, *integer);
    }
    return sqlite3_bind_null(statement, index);
}

std::string joined(std::span<const std::string_view> names) {
    std::string text;
    for (const auto name : names) {
        if (!text.empty()) text += ", ";
        text += name;
    }
    return text;
}

class SqliteConnection final : public Connection {
 public:
    SqliteConnection(const std::string& file, Mode mode) : x_file(file), x_mode(mode) {
        const int flags = mode == Mode::read_only ? SQLITE_OPEN_READONLY
                                                  : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
        sqlite3* handle = nullptr;
        const int code =
            sqlite3_open_v2(file.c_str(), &handle, flags | SQLITE_OPEN_NOMUTEX, nullptr);
        x_handle.reset(handle);
        if (handle == nullptr) throw Outage(outage_text(SQLITE_NOMEM, 0, file));
        if (code != SQLITE_OK) fail("open");
        sqlite3_busy_timeout(handle, busy_timeout_ms);
        if (mode == Mode::read_write) use_wal();
        run_script(mode == Mode::read_only ? reader_settings : writer_settings);
    }

    std::int64_t execute(std::string_view statement, std::span<const Value> values) override {
        expect_live_transaction();
        const auto before = sqlite3_total_changes64(x_handle.get());
        each_row(statement, values, [](sqlite3_stmt*) {});
        // The count of the last change stays where a statement changes no rows by its nature.
        if (sqlite3_total_changes64(x_handle.get()) == before) return 0;
        return sqlite3_changes64(x_handle.get());
    }

    void query(std::string_view statement, std::span<const Value> values, const OnRow& on_row)
        override {
        expect_live_transaction();
        each_row(statement, values, [&](sqlite3_stmt* row) { on_row(SqliteRow(row)); });
    }

    void begin() override {
        PAY_ASSERT(!x_in_transaction);
        x_met_conflict = false;
        // A rollback that failed, say for the disk, is made up for here.
        if (!autocommit()) control("ROLLBACK");
        control(x_mode == Mode::read_only ? "BEGIN" : "BEGIN IMMEDIATE");
        x_in_transaction = true;
    }

    void commit() override {
        PAY_ASSERT(x_in_transaction);
        expect_live_transaction();
        control("COMMIT");
        x_in_transaction = false;
    }

    void rollback() noexcept override {
        x_in_transaction = false;
        // After a full disk and the like SQLite may have rolled back already.
        if (!autocommit()) sqlite3_exec(x_handle.get(), "ROLLBACK", nullptr, nullptr, nullptr);
    }

    std::string on_duplicate_key_update(
        std::span<const std::string_view> key, std::span<const std::string_view> columns
    ) const override {
        std::string clause = " ON CONFLICT (" + joined(key) + ") DO ";
        if (columns.empty()) return clause + "NOTHING";
        std::string_view before = "UPDATE SET ";
        for (const auto column : columns) {
            clause.append(before).append(column).append(" = excluded.").append(column);
            before = ", ";
        }
        return clause;
    }

    std::string_view for_update() const override { return ""; }
    std::size_t bind_limit() const override { return values_bound; }
    std::string_view dialect() const override { return "sqlite"; }

    bool has_table(std::string_view name) override {
        bool found = false;
        query(
            "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?",
            std::initializer_list<Value>{name}, [&](const Row&) { found = true; }
        );
        return found;
    }

    std::int64_t logged_bytes() override {
        int pages = 0;
        int ignored = 0;
        sqlite3_db_status(x_handle.get(), SQLITE_DBSTATUS_CACHE_WRITE, &pages, &ignored, 0);
        return std::int64_t{pages} * (page_bytes + wal_frame_header_bytes);
    }

    // The cache holds the inner pages of the indexes of a large database.
    void begin_bulk_load() override {
        run_script(
            "PRAGMA synchronous = OFF; PRAGMA cache_size = -262144;"
            "PRAGMA wal_autocheckpoint = 65536"
        );
    }

    /// A checkpoint that has nothing to do would not wait for the disk: so one page is written.
    void end_bulk_load() override {
        run_script("PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 4000");
        std::int64_t version = 0;
        query("PRAGMA user_version", {}, [&](const Row& row) { version = row.integer(0); });
        run_script("PRAGMA user_version = " + std::to_string(version));
        bool busy = false;
        query("PRAGMA wal_checkpoint(TRUNCATE)", {}, [&](const Row& row) {
            busy = row.integer(0) != 0;
        });
        if (busy) throw Outage("another process reads the database " + x_file);
    }

    void run_script(std::string_view script) override {
        while (!script.empty()) {
            expect_live_transaction();
            const auto [statement, rest] = prepare(script, 0);
            int code = SQLITE_DONE;
            if (statement) {
                do code = sqlite3_step(statement.get());
                while (code == SQLITE_ROW);
            }
            if (code != SQLITE_DONE) fail(script.substr(0, script.size() - rest.size()));
            script = rest;
        }
    }

 private:
    struct Prepared {
        Statement statement;    ///< none if there was nothing but blanks and comments
        std::string_view rest;  ///< what follows it
    };

    [[noreturn]] void fail(std::string_view statement) {
        sqlite3* handle = x_handle.get();
        const int code = sqlite3_extended_errcode(handle);
        const bool asked_to_write = x_mode == Mode::read_only && code == SQLITE_READONLY;
        const auto text = outage_text(code, sqlite3_system_errno(handle), x_file);
        if (!text.empty() && !asked_to_write) throw Outage(text);
        if (code == SQLITE_CONSTRAINT_PRIMARYKEY || code == SQLITE_CONSTRAINT_UNIQUE) {
            x_met_conflict = x_in_transaction;
            throw Conflict(Conflict::Of::keys, sqlite3_errmsg(handle));
        }
        throw Broken(
            std::string(sqlite3_errmsg(handle)) + " in: " + std::string(statement.substr(0, 200))
        );
    }

    bool autocommit() const noexcept { return sqlite3_get_autocommit(x_handle.get()) != 0; }

    /// Without this, what follows a fault that made SQLite roll back would be committed row by row.
    void expect_live_transaction() const {
        if (x_in_transaction && autocommit()) {
            throw Outage("the database " + x_file + " has undone the transaction after a fault");
        }
        if (x_in_transaction && x_met_conflict) {
            throw Outage("the transaction met a conflict: it cannot go on");
        }
    }

    void use_wal() {
        std::string mode;
        query("PRAGMA journal_mode = WAL", {}, [&](const Row& row) { mode = row.text(0); });
        if (mode != "wal") {
            throw Outage("the file system of the database " + x_file + " has no shared memory");
        }
    }

    Prepared prepare(std::string_view text, unsigned flags) {
        sqlite3_stmt* handle = nullptr;
        const char* rest = nullptr;
        const int code = sqlite3_prepare_v3(
            x_handle.get(), text.data(), static_cast<int>(text.size()), flags, &handle, &rest
        );
        if (code != SQLITE_OK) fail(text);
        return {
            Statement(handle, Finalize{}), text.substr(static_cast<std::size_t>(rest - text.data()))
        };
    }

    Statement prepare_one(std::string_view text) {
        auto [statement, rest] = prepare(text, SQLITE_PREPARE_PERSISTENT);
        if (!statement || rest.find_first_not_of(" \t\r\n") != std::string_view::npos) {
            throw Broken("not one statement: " + std::string(text.substr(0, 200)));
        }
        return statement;
    }

    Statement prepared(std::string_view text) {
        if (const auto found = x_statements.find(text); found != x_statements.end()) {
            // Held elsewhere: it is running further up, and its OnRow runs the same text.
            const bool running = found->second.use_count() > 1;
            return running ? prepare_one(text) : found->second;
        }
        auto statement = prepare_one(text);
        if (x_statements.size() >= statements_kept) x_statements.clear();
        x_statements.emplace(text, statement);
        return statement;
    }

    template <class OnStep>
    void each_row(std::string_view text, std::span<const Value> values, OnStep on_step) {
        const Statement statement = prepared(text);
        sqlite3_stmt* handle = statement.get();
        if (std::cmp_not_equal(sqlite3_bind_parameter_count(handle), values.size())) {
            throw Broken("wrong number of values for: " + std::string(text.substr(0, 200)));
        }
        // What is bound outlives the run but is never read again: each run binds every value anew.
        const Reset reset(handle);
        int index = 0;
        for (const Value& value : values) {
            if (bind_one(handle, ++index, value) != SQLITE_OK) fail(text);
        }
        int code = SQLITE_OK;
        while ((code = sqlite3_step(handle)) == SQLITE_ROW) on_step(handle);
        if (code != SQLITE_DONE) fail(text);
    }

    void control(std::string_view statement) {
        each_row(statement, {}, [](sqlite3_stmt*) {});
    }

    const std::string x_file;
    const Mode x_mode;
    bool x_in_transaction = false;
    bool x_met_conflict = false;  ///< this transaction
    std::unique_ptr<sqlite3, Close> x_handle;
    std::unordered_map<std::string, Statement, TextHash, std::equal_to<>> x_statements;
};

}  // namespace

std::unique_ptr<Connection> connect_sqlite(const std::string& file, Mode mode) {
    return std::make_unique<SqliteConnection>(file, mode);
}

}  // namespace pay::sql
