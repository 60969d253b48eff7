#pragma once

#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include "core/sql/sql.hpp"

/// What every database under sql.hpp must keep, whichever it is: each adapter's test runs this
/// list.
namespace pay::sql {

/// Opens a storage that is empty and is cleared away by the caller's means.
using MakeStorage = std::function<std::unique_ptr<Storage>()>;

struct DatabaseCase {
    std::string_view name;
    void (*run)(const MakeStorage& make_storage);
};

/// Values, transactions, readers, migrations; and what is written and read in bulk.
const std::vector<DatabaseCase>& database_cases();
const std::vector<DatabaseCase>& bulk_cases();

/// The table `thing (id, amount, note)` of the cases, made in a fresh database.
struct Things {
    explicit Things(const MakeStorage& make_storage);
    std::int64_t count() const;
    std::vector<std::string> ids() const;  ///< in their order

    std::unique_ptr<Storage> storage;
    std::unique_ptr<Database> database;
    std::unique_ptr<Connection> connection;
};

extern const Table thing;

}  // namespace pay::sql
