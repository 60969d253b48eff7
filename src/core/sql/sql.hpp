#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/embedded.hpp"
#include "core/result/outage.hpp"

/// The whole database interface of the project. Statements are in the subset that SQLite, MySQL 8
/// and MariaDB 10.11 share, with `?` placeholders; what differs stands in this folder only.
/// Everything throws Outage when the database cannot be used for now (locked out, disk full, read
/// only, gone), Conflict where another instance was quicker, and Broken for a statement that is
/// wrong.
namespace pay::sql {

class Broken : public std::runtime_error {
 public:
    using std::runtime_error::runtime_error;
};

/// The transaction cannot be finished as it began: another instance inserted one of its keys, or
/// the server ended it to resolve a deadlock or a lock that was waited for too long. Nothing of it
/// is stored; run it again from its first query.
class Conflict : public std::runtime_error {
 public:
    enum class Of { keys, locks };
    Conflict(Of of, const std::string& text) : std::runtime_error(text), x_of(of) {}
    bool of_locks() const { return x_of == Of::locks; }

 private:
    Of x_of;
};

/// One value to bind. Text is not copied: it must live until the statement has run.
using Value = std::variant<std::nullptr_t, std::int64_t, std::string_view>;

template <class T>
Value optional_value(const std::optional<T>& value) {
    return value ? Value{*value} : Value{nullptr};
}

/// A row of a result, good only inside the function it is handed to.
class Row {
 public:
    virtual ~Row() = default;
    virtual bool null(int column) const = 0;
    virtual std::int64_t integer(int column) const = 0;
    virtual std::string_view text(int column) const = 0;
    std::optional<std::int64_t> optional_integer(int column) const;
    std::optional<std::string> optional_text(int column) const;
};

using OnRow = std::function<void(const Row&)>;

class SchemaSteps;

/// One connection; one thread at a time. Prepared statements are kept and used again by their text.
/// A statement may be run from inside another's OnRow.
class Connection {
 public:
    virtual ~Connection() = default;
    /// Runs one statement; returns how many rows it inserted, updated or deleted.
    virtual std::int64_t execute(
        std::string_view statement, std::span<const Value> values = {}
    ) = 0;
    /// Runs one statement for each of `count` rows of values, all of them sent at once; false, and
    /// nothing is done, where that cannot be.
    virtual bool execute_rows(std::string_view, std::span<const Value>, std::size_t /*count*/) {
        return false;
    }
    virtual void query(
        std::string_view statement, std::span<const Value> values, const OnRow& on_row
    ) = 0;
    /// Of a transaction that will write; on a read-only connection of a view of the database that
    /// stands still until commit() or rollback().
    virtual void begin() = 0;
    virtual void commit() = 0;  ///< durable when it returns
    virtual void rollback() noexcept = 0;
    /// The clause that turns rows met by an INSERT into updates of `columns`, in this dialect.
    virtual std::string on_duplicate_key_update(
        std::span<const std::string_view> key, std::span<const std::string_view> columns
    ) const = 0;
    /// " FOR UPDATE", or nothing where a writer has the database to itself.
    virtual std::string_view for_update() const = 0;
    /// How many values one statement may bind.
    virtual std::size_t bind_limit() const = 0;
    /// `sqlite` or `mysql`: what stands before `.sql` in the name of a migration for it alone.
    virtual std::string_view dialect() const = 0;
    virtual bool has_table(std::string_view name) = 0;
    /// Runs several statements, none of which binds a value: a migration.
    virtual void run_script(std::string_view script) = 0;
    /// " FORCE INDEX (index)", or nothing where it makes no difference to others what a query
    /// reads.
    virtual std::string force_index(std::string_view) const { return {}; }
    /// A DELETE of the rows with one of `count` keys that are bound to it.
    virtual std::string delete_statement(
        std::string_view table, std::string_view key, std::size_t count
    ) const;
    /// Bytes written to the database's log so far: of SQLite by this connection, of a server by all
    /// that is done there. For measurements.
    virtual std::int64_t logged_bytes() { return 0; }
    /// Between the two, a commit need not be durable when it returns, where that makes a bulk load
    /// faster; after the second everything is. A crash of the machine in between may ruin the
    /// database.
    virtual void begin_bulk_load() {}
    virtual void end_bulk_load() {}
    /// How migrations run where CREATE and ALTER commit by themselves; nothing where they do not.
    virtual SchemaSteps* schema_steps() { return nullptr; }
};

/// begin() now, rollback() on the way out unless commit() was called.
class Transaction {
 public:
    explicit Transaction(Connection& connection) : x_connection(connection) {
        x_connection.begin();
    }
    ~Transaction() {
        if (!x_done) x_connection.rollback();
    }
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;
    void commit() {
        x_connection.commit();
        x_done = true;
    }
    Connection& connection() { return x_connection; }

 private:
    Connection& x_connection;
    bool x_done = false;
};

/// Rows to write, one after another, flat: `rows.add(a, b, c)`.
class Rows {
 public:
    template <class... Values>
    void add(Values&&... values) {
        (x_values.emplace_back(std::forward<Values>(values)), ...);
        ++x_count;
    }
    /// A text made for a row: lives as long as the rows.
    std::string_view keep(std::string text) { return x_kept.emplace_back(std::move(text)); }
    std::size_t count() const { return x_count; }
    std::span<const Value> values() const { return x_values; }

 private:
    std::vector<Value> x_values;
    std::deque<std::string> x_kept;
    std::size_t x_count = 0;
};

/// The columns a table is written by; the first `key` of them are its primary key, and the `fixed`
/// after them keep what a row was inserted with: an update leaves them, and their indexes, alone.
struct Table {
    std::string_view name;
    std::span<const std::string_view> columns;
    std::size_t key = 1;
    std::size_t fixed = 0;
};

/// INSERT of all rows by as few statements as the dialect allows; Conflict if a key is there.
void insert(Transaction& transaction, const Table& table, const Rows& rows);
/// The same, but a row whose key is there already is overwritten in its columns that are not fixed.
/// In a table with a further unique index only for rows that are known to be there: MySQL would
/// overwrite the row that has the other key.
void upsert(Transaction& transaction, const Table& table, const Rows& rows);

/// Rows of one table that are new, and rows that are known to be there: kept apart, so that what
/// another instance inserted meanwhile is a Conflict and is never overwritten.
class Changes {
 public:
    Rows& rows(bool stored) { return stored ? x_stored : x_fresh; }
    void save(Transaction& transaction, const Table& table) const {
        insert(transaction, table, x_fresh);
        upsert(transaction, table, x_stored);
    }

 private:
    Rows x_fresh;
    Rows x_stored;
};
/// `before` + "(?, ?, …)" + `after` for all keys, in as few queries as the dialect allows; the
/// lists are padded to a few sizes so that prepared statements are used again. No keys: no query. A
/// key given twice may bring its rows twice.
void query_in(
    Connection& connection, std::string_view before, std::span<const std::string_view> keys,
    std::string_view after, const OnRow& on_row
);
/// query_in of rows that stay as they are read until the transaction ends, whatever other instances
/// want. Sort the keys, so that all lock in one order. `index` is what finds them (`PRIMARY`): the
/// scan that a small table invites would wait for rows of strangers. Read a column that the index
/// does not hold, too: MariaDB scans one that holds all, however small the list.
void query_locked_in(
    Connection& connection, std::string_view before, std::span<const std::string_view> keys,
    std::string_view index, const OnRow& on_row
);
/// DELETE of the rows of these keys, by the index of `key` alone.
void delete_in(
    Transaction& transaction, std::string_view table, std::string_view key,
    std::span<const std::string_view> keys
);

/// Runs the migrations that have not run yet, each in a transaction of its own, in the order of
/// their names, and records them in the table `migration`. A file `x.sqlite.sql` or `x.mysql.sql`
/// is for that dialect only. Throws Broken if a migration that ran has another text now. Where DDL
/// commits by itself, one that was interrupted is gone on with at the statement it had come to, and
/// instances that start together wait for each other.
void migrate(Connection& connection, std::span<const EmbeddedFile> migrations);
/// Whether all of them have run.
bool migrated(Connection& connection, std::span<const EmbeddedFile> migrations);

enum class Mode { read_write, read_only };

/// One service's database. Any thread.
class Database {
 public:
    virtual ~Database() = default;
    virtual std::unique_ptr<Connection> connect(Mode mode) = 0;
};

/// A storage URL of the contract. `sqlite:DIR`: a folder with a file `<service>.db` each, made by
/// the first database(); one serving process per DIR holds its lock.
/// `mysql://user:password@host:port/PREFIX`: databases `PREFIX_<service>` on a server of MySQL 8 or
/// MariaDB 10.11, for any number of processes. One thread at a time.
class Storage {
 public:
    virtual ~Storage() = default;
    /// The database of a service (`order`, `point`, `order_item`, `item`), made if it is not there.
    /// Throws std::runtime_error if it cannot be made, Outage if the server cannot be reached.
    virtual std::unique_ptr<Database> database(std::string_view service) = 0;
    /// Opens for reading only what is there; throws std::runtime_error if it is not.
    virtual std::unique_ptr<Database> existing(std::string_view service) = 0;
    virtual bool has(std::string_view service) = 0;
    /// Deletes the database of a service and all that is in it. Nobody may be connected to it.
    virtual void remove(std::string_view service) = 0;
    /// Takes the lock of the one serving process; throws std::runtime_error naming the folder and
    /// the process that holds it. Kept until the Storage goes, also if the process is killed: never
    /// longer. Does nothing for a storage that several may share.
    virtual void lock() = 0;
    virtual std::string directory() const = 0;  ///< of SQLite; empty elsewhere
    /// Whether several serving processes may share it.
    virtual bool shared() const = 0;
};

/// Throws std::runtime_error with one clear line for a URL it does not understand.
std::unique_ptr<Storage> open_storage(std::string_view url);

}  // namespace pay::sql
