#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <map>

#include "core/sql/schema_steps.hpp"
#include "core/sql/script.hpp"
#include "core/sql/sql.hpp"
#include "core/time/clock.hpp"

namespace pay::sql {
namespace {

constexpr std::string_view create_migration = R"(
    CREATE TABLE IF NOT EXISTS migration (
        name VARCHAR(190) NOT NULL PRIMARY KEY,
        checksum CHAR(64) NOT NULL,
        at BIGINT NOT NULL
    ))";
constexpr std::string_view load_migrations = "SELECT name, checksum FROM migration";
constexpr std::string_view insert_migration =
    "INSERT INTO migration (name, checksum, at) VALUES (?, ?, ?)";

// What is half done where DDL commits by itself: a row goes when its migration is recorded.
constexpr std::string_view create_migration_begun = R"(
    CREATE TABLE IF NOT EXISTS migration_begun (
        name VARCHAR(190) NOT NULL PRIMARY KEY,
        checksum CHAR(64) NOT NULL,
        statements_done BIGINT NOT NULL
    ))";
constexpr std::string_view select_begun =
    "SELECT checksum, statements_done FROM migration_begun WHERE name = ?";
constexpr std::string_view insert_begun =
    "INSERT INTO migration_begun (name, checksum, statements_done) VALUES (?, ?, 0)";
constexpr std::string_view update_begun =
    "UPDATE migration_begun SET statements_done = ? WHERE name = ?";
constexpr std::string_view delete_begun = "DELETE FROM migration_begun WHERE name = ?";

std::string sha256(std::string_view text) {
    constexpr std::string_view hex = "0123456789abcdef";
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned size = 0;
    if (EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_sha256(), nullptr) != 1) {
        throw std::runtime_error("the checksum of a migration could not be computed");
    }
    std::string sum;
    for (const auto byte : std::span(digest).first(size)) {
        sum += hex[byte >> 4U];
        sum += hex[byte & 15U];
    }
    return sum;
}

/// `x.sqlite.sql` and `x.mysql.sql` are for one dialect, `x.sql` for all.
bool is_for(std::string_view dialect, std::string_view name) {
    const bool for_one = name.ends_with(".sqlite.sql") || name.ends_with(".mysql.sql");
    return !for_one || name.ends_with("." + std::string(dialect) + ".sql");
}

/// Those that have not run yet, in the order they must run.
std::vector<EmbeddedFile> pending(
    Connection& connection, std::span<const EmbeddedFile> migrations
) {
    std::map<std::string, std::string, std::less<>> applied;
    if (connection.has_table("migration")) {
        connection.query(load_migrations, {}, [&](const Row& row) {
            applied.emplace(row.text(0), row.text(1));
        });
    }
    std::vector<EmbeddedFile> left;
    for (const auto& file : migrations) {
        if (!is_for(connection.dialect(), file.name)) continue;
        const auto found = applied.find(file.name);
        if (found == applied.end()) {
            left.push_back(file);
        } else if (found->second != sha256(file.text)) {
            throw Broken(
                "the migration " + std::string(file.name) +
                " has another text than when it ran: undo the change and add a new migration"
            );
        }
    }
    std::ranges::sort(left, {}, &EmbeddedFile::name);
    return left;
}

void record(Connection& connection, const EmbeddedFile& file) {
    const auto checksum = sha256(file.text);
    const std::array<Value, 3> values{file.name, checksum, to_epoch_ms(SystemClock{}.now())};
    connection.execute(insert_migration, values);
}

class SchemaLock {
 public:
    explicit SchemaLock(SchemaSteps& steps) : x_steps(steps) { x_steps.lock(); }
    ~SchemaLock() { x_steps.unlock(); }
    SchemaLock(const SchemaLock&) = delete;
    SchemaLock& operator=(const SchemaLock&) = delete;

 private:
    SchemaSteps& x_steps;
};

/// How many statements of the migration have run; nothing if it was never begun.
std::optional<std::int64_t> steps_done(Connection& connection, const EmbeddedFile& file) {
    std::optional<std::int64_t> done;
    bool changed = false;
    const std::array<Value, 1> key{file.name};
    connection.query(select_begun, key, [&](const Row& row) {
        done = row.integer(1);
        changed = row.text(0) != sha256(file.text);
    });
    if (changed) {
        throw Broken(
            "the migration " + std::string(file.name) + " stopped after " + std::to_string(*done) +
            " statements and has another text now: undo by hand what they did and delete its row "
            "from the table migration_begun"
        );
    }
    return done;
}

/// Each statement with the count of those done in one transaction. One that commits by itself may
/// have run before it was counted: after an interruption the first is run as one that may have.
void run_stepwise(Connection& connection, SchemaSteps& steps, const EmbeddedFile& file) {
    const auto before = steps_done(connection, file);
    if (!before) {
        const auto checksum = sha256(file.text);
        connection.execute(insert_begun, std::array<Value, 2>{file.name, checksum});
    }
    const auto statements = split_script(file.text);
    const auto done = static_cast<std::size_t>(before.value_or(0));
    for (auto i = done; i < statements.size(); ++i) {
        Transaction transaction(connection);
        if (before && i == done) {
            steps.run_again(statements[i]);
        } else {
            connection.run_script(statements[i]);
        }
        const std::array<Value, 2> values{static_cast<std::int64_t>(i + 1), file.name};
        connection.execute(update_begun, values);
        transaction.commit();
    }
    Transaction transaction(connection);
    record(connection, file);
    connection.execute(delete_begun, std::array<Value, 1>{file.name});
    transaction.commit();
}

}  // namespace

void migrate(Connection& connection, std::span<const EmbeddedFile> migrations) {
    auto left = pending(connection, migrations);
    if (left.empty()) return;
    if (auto* steps = connection.schema_steps()) {
        const SchemaLock lock(*steps);
        left = pending(connection, migrations);  // another instance may have run them by now
        connection.execute(create_migration);
        connection.execute(create_migration_begun);
        for (const auto& file : left) run_stepwise(connection, *steps, file);
        return;
    }
    connection.execute(create_migration);
    for (const auto& file : left) {
        Transaction transaction(connection);
        connection.run_script(file.text);
        record(connection, file);
        transaction.commit();
    }
}

bool migrated(Connection& connection, std::span<const EmbeddedFile> migrations) {
    return pending(connection, migrations).empty();
}

}  // namespace pay::sql
