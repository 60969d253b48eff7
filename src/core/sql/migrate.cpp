#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <map>

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

}  // namespace

void migrate(Connection& connection, std::span<const EmbeddedFile> migrations) {
    const auto left = pending(connection, migrations);
    if (left.empty()) return;
    connection.execute(create_migration);
    for (const auto& file : left) {
        Transaction transaction(connection);
        connection.run_script(file.text);
        const auto checksum = sha256(file.text);
        const std::array<Value, 3> values{file.name, checksum, to_epoch_ms(SystemClock{}.now())};
        connection.execute(insert_migration, values);
        transaction.commit();
    }
}

bool migrated(Connection& connection, std::span<const EmbeddedFile> migrations) {
    return pending(connection, migrations).empty();
}

}  // namespace pay::sql
