#include "core/sql/mysql.hpp"

#include <mysqld_error.h>
#include <poll.h>

#include <algorithm>
#include <array>
#include <unordered_map>
#include <utility>

#include "core/result/error.hpp"
#include "core/sql/mysql_errors.hpp"
#include "core/sql/mysql_handle.hpp"
#include "core/sql/mysql_statement.hpp"
#include "core/sql/schema_steps.hpp"
#include "core/sql/script.hpp"

namespace pay::sql {
namespace {

constexpr std::int64_t schema_lock_seconds = 600;
constexpr std::size_t statements_kept = 200;
constexpr std::size_t rows_at_once = 512;
constexpr std::size_t values_bound = 65'535;  // the protocol's own limit

struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const {
        return std::hash<std::string_view>{}(text);
    }
};

using Statement = std::shared_ptr<MysqlStatement>;

/// "Duplicate entry '…' for key '…'", without the entry: it may be somebody's.
std::string without_values(std::string_view text) {
    const auto key = text.rfind(" for key ");
    return "duplicate entry" + std::string(key == std::string_view::npos ? "" : text.substr(key));
}

class MysqlConnection final : public Connection, private SchemaSteps {
 public:
    MysqlConnection(MysqlServer server, std::string database, Mode mode)
        : x_server(std::move(server)), x_database(std::move(database)), x_mode(mode) {
        connect_now(Patience::usual);
    }

    std::int64_t execute(std::string_view text, std::span<const Value> values) override {
        get_ready();
        return guarded(text, [&] {
            const auto statement = started(text, values);
            const auto rows = statement->affected();
            statement->discard();
            return rows;
        });
    }

    bool execute_rows(std::string_view text, std::span<const Value> values, std::size_t count)
        override {
        get_ready();
        if (!takes_rows(x_handle.get())) return false;
        guarded(text, [&] {
            settle();
            const auto statement = prepared(text);
            const auto width = values.size() / count;
            for (auto left = count; left > 0;) {
                const auto some = std::min(left, rows_at_once);
                statement->execute_rows(values.first(some * width), some);
                values = values.subspan(some * width);
                left -= some;
            }
        });
        return true;
    }

    void query(std::string_view text, std::span<const Value> values, const OnRow& on_row) override {
        get_ready();
        guarded(text, [&] {
            const auto statement = started(text, values);
            if (!statement->has_rows()) return;
            const Reading reading(*this, *statement);
            while (statement->next()) on_row(*statement);
        });
    }

    void begin() override {
        PAY_ASSERT(x_transaction == Progress::none);
        // A view that stands still is for reports: what they ask may take long.
        const bool report = x_mode == Mode::read_only;
        if (report && x_patience == Patience::usual) connect_now(Patience::long_work);
        get_ready();
        control(
            report ? "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY" : "START TRANSACTION"
        );
        x_transaction = Progress::open;
    }

    void commit() override {
        PAY_ASSERT(x_transaction != Progress::none);
        get_ready();
        try {
            settle();
            send(x_handle.get(), "COMMIT");
        } catch (const MysqlError& error) {
            if (fault_of(error.code()) == MysqlFault::lock_lost) fail(error, "COMMIT");
            x_transaction = Progress::undone;
            drop();
            throw Outage(text_of(error, "did not confirm a commit, which may be stored or not"));
        }
        x_transaction = Progress::none;
    }

    void rollback() noexcept override {
        x_transaction = Progress::none;
        if (!x_handle) return;
        try {
            settle();
            send(x_handle.get(), "ROLLBACK");
        } catch (const MysqlError&) {
            drop();
        }
    }

    std::string on_duplicate_key_update(
        std::span<const std::string_view> key, std::span<const std::string_view> columns
    ) const override {
        std::string clause = " ON DUPLICATE KEY UPDATE ";
        // There is no "do nothing": the key is set to what it is.
        if (columns.empty()) columns = key.first(1);
        std::string_view before;
        for (const auto column : columns) {
            clause.append(before).append(column).append(" = VALUES(").append(column).append(")");
            before = ", ";
        }
        return clause;
    }

    std::string_view for_update() const override { return " FOR UPDATE"; }
    std::size_t bind_limit() const override { return values_bound; }
    std::string_view dialect() const override { return "mysql"; }

    std::string force_index(std::string_view index) const override {
        return " FORCE INDEX (" + std::string(index) + ")";
    }

    /// A DELETE … IN (…) of a small table is run as a scan, whatever index is hinted at: it would
    /// wait for the rows that others insert. A join from the keys to the table is not.
    std::string delete_statement(std::string_view table, std::string_view key, std::size_t count)
        const override {
        const std::string name(table);
        std::string text = "DELETE " + name + " FROM (SELECT CAST(? AS CHAR(190)) AS wanted";
        for (std::size_t i = 1; i < count; ++i) text += " UNION ALL SELECT CAST(? AS CHAR(190))";
        text += ") AS list STRAIGHT_JOIN " + name + " FORCE INDEX (PRIMARY) ON " + name + ".";
        return text.append(key).append(" = list.wanted");
    }

    bool has_table(std::string_view name) override {
        bool found = false;
        query(
            "SELECT 1 FROM information_schema.tables WHERE table_schema = DATABASE() AND "
            "table_name = ?",
            std::initializer_list<Value>{name}, [&](const Row&) { found = true; }
        );
        return found;
    }

    std::int64_t logged_bytes() override {
        std::int64_t bytes = 0;
        query("SHOW GLOBAL STATUS LIKE 'Innodb_os_log_written'", {}, [&](const Row& row) {
            bytes = std::stoll(std::string(row.text(1)));
        });
        return bytes;
    }

    void run_script(std::string_view script) override {
        for (const auto statement : split_script(script)) {
            get_ready();
            control(statement);
        }
    }

    SchemaSteps* schema_steps() override { return this; }

 private:
    enum class Progress { none, open, undone };

    /// Marks the result whose rows are still to come from the server.
    class Reading {
     public:
        Reading(MysqlConnection& connection, MysqlStatement& statement)
            : x_connection(connection), x_statement(statement) {
            x_connection.x_coming = &statement;
        }
        ~Reading() {
            x_statement.discard();
            if (x_connection.x_coming == &x_statement) x_connection.x_coming = nullptr;
        }
        Reading(const Reading&) = delete;
        Reading& operator=(const Reading&) = delete;

     private:
        MysqlConnection& x_connection;
        MysqlStatement& x_statement;
    };

    void lock() override {
        connect_now(Patience::long_work);
        bool locked = false;
        const std::array<Value, 2> values{std::string_view{x_database}, schema_lock_seconds};
        query("SELECT GET_LOCK(?, ?)", values, [&](const Row& row) {
            locked = row.integer(0) == 1;
        });
        if (!locked) {
            throw Outage(
                "another process has been bringing the database " + x_database +
                " up to date for too long"
            );
        }
        x_holds_schema = true;
    }

    /// The lock goes with the connection; what is asked next makes another, of the usual patience.
    void unlock() noexcept override { drop(); }

    void run_again(std::string_view statement) override {
        try {
            get_ready();
            settle();
            send(x_handle.get(), statement);
        } catch (const MysqlError& error) {
            const auto code = error.code();
            const bool made = code == ER_TABLE_EXISTS_ERROR || code == ER_DUP_KEYNAME ||
                              code == ER_DUP_FIELDNAME || code == ER_TRG_ALREADY_EXISTS;
            if (!made) fail(error, statement);
        }
    }

    std::string text_of(const MysqlError& error, std::string_view what) const {
        return "the database server " + x_server.address() + " " + std::string(what) + ": " +
               error.what() + " (" + std::to_string(error.code()) + ")";
    }

    void connect_now(Patience patience) {
        drop();
        x_patience = patience;
        try {
            x_handle = connect_handle(x_server, x_database, x_mode, patience);
        } catch (const MysqlError& error) {
            const auto text = text_of(error, "cannot be used");
            if (fault_of(error.code()) == MysqlFault::unknown_db) throw UnknownDatabase(text);
            throw Outage(text);
        }
    }

    void drop() noexcept {
        x_coming = nullptr;
        x_holds_schema = false;
        x_handle.reset();  // before the statements: they say no word to the server any more
        x_statements.clear();
    }

    /// A server that stopped, or was tired of waiting, has closed its end or said so.
    bool abandoned() const {
        pollfd socket{mysql_get_socket(x_handle.get()), POLLIN, 0};
        return ::poll(&socket, 1, 0) != 0;
    }

    /// Called before anything is asked of the server.
    void get_ready() {
        switch (x_transaction) {
            case Progress::undone:
                throw Outage("the database " + x_database + " has undone the transaction");
            case Progress::open:
                return;
            case Progress::none:
                if (x_handle && (x_coming != nullptr || !abandoned())) return;
                if (x_holds_schema) throw Outage("the connection of a migration was lost");
                connect_now(Patience::usual);
        }
    }

    /// Makes way for another statement.
    void settle() {
        if (x_coming == nullptr) return;
        std::exchange(x_coming, nullptr)->store();
    }

    Statement prepared(std::string_view text) {
        if (const auto found = x_statements.find(text); found != x_statements.end()) {
            // Held elsewhere: it is running further up, and its OnRow runs the same text.
            const bool running = found->second.use_count() > 1;
            if (!running) return found->second;
            return std::make_shared<MysqlStatement>(x_handle.get(), text);
        }
        auto statement = std::make_shared<MysqlStatement>(x_handle.get(), text);
        if (x_statements.size() >= statements_kept) x_statements.clear();
        x_statements.emplace(text, statement);
        return statement;
    }

    Statement started(std::string_view text, std::span<const Value> values) {
        settle();
        auto statement = prepared(text);
        statement->execute(values);
        return statement;
    }

    void control(std::string_view statement) {
        guarded(statement, [&] {
            settle();
            send(x_handle.get(), statement);
        });
    }

    template <class Work>
    std::invoke_result_t<Work> guarded(std::string_view statement, Work work) {
        try {
            return work();
        } catch (const MysqlError& error) {
            fail(error, statement);
        }
    }

    /// Nothing more may be asked in a transaction that met a Conflict or an Outage: the server may
    /// have undone it, and would store the rest row by row.
    [[noreturn]] void fail(const MysqlError& error, std::string_view statement) {
        const auto fault = fault_of(error.code());
        const auto undo = [this] {
            if (x_transaction == Progress::open) x_transaction = Progress::undone;
        };
        switch (fault) {
            case MysqlFault::key_taken:
                undo();
                throw Conflict(Conflict::Of::keys, without_values(error.what()));
            case MysqlFault::lock_lost:
                undo();
                throw Conflict(Conflict::Of::locks, error.what());
            case MysqlFault::lost:
                undo();
                drop();
                throw Outage(text_of(error, "was lost"));
            case MysqlFault::unusable:
                undo();
                throw Outage(text_of(error, "takes no work"));
            case MysqlFault::unknown_db:
            case MysqlFault::wrong:
                break;
        }
        throw Broken(std::string(error.what()) + " in: " + std::string(statement.substr(0, 200)));
    }

    const MysqlServer x_server;
    const std::string x_database;
    const Mode x_mode;
    Patience x_patience = Patience::usual;
    Progress x_transaction = Progress::none;
    bool x_holds_schema = false;
    MysqlHandle x_handle;                ///< none while there is no connection
    MysqlStatement* x_coming = nullptr;  ///< the running statement whose rows are still to come
    std::unordered_map<std::string, Statement, TextHash, std::equal_to<>> x_statements;
};

}  // namespace

std::unique_ptr<Connection> connect_mysql(
    const MysqlServer& server, const std::string& database, Mode mode
) {
    return std::make_unique<MysqlConnection>(server, database, mode);
}

}  // namespace pay::sql
