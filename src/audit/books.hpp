#pragma once

#include <boost/describe.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "core/sql/sql.hpp"

/// The databases of all services as they stand at one time, to read only.
namespace pay::audit {

/// Where they are. Throws std::runtime_error if one is not there.
struct Databases {
    explicit Databases(std::string_view url);

    std::unique_ptr<sql::Storage> storage;
    std::unique_ptr<sql::Database> order;
    std::unique_ptr<sql::Database> point;
    std::unique_ptr<sql::Database> order_item;
    std::unique_ptr<sql::Database> item;
};

/// A database that stands still as long as this lives.
class Snapshot {
 public:
    /// `table`, the newest that is read, must be there: looking for it is also what takes the
    /// snapshot.
    Snapshot(sql::Database& database, std::string_view name, std::string_view table);
    sql::Connection& connection() { return *x_connection; }

 private:
    std::unique_ptr<sql::Connection> x_connection;
    sql::Transaction x_transaction;
};

/// Orders before all others: what an order says was done is then in the others' snapshots.
struct Books {
    explicit Books(Databases& databases)
        : order(*databases.order, "order", "cancellation"),
          point(*databases.point, "point", "seal"),
          order_item(*databases.order_item, "order_item", "order_item"),
          item(*databases.item, "item", "item") {}

    Snapshot order;
    Snapshot point;
    Snapshot order_item;
    Snapshot item;
};

/// Keys after `after` up to and including `through`; without `through` to the end.
struct Range {
    std::string after;
    std::optional<std::string> through;
};

/// Which rows to read: a stretch of all of them, or those of some keys.
using Selection = std::variant<Range, std::span<const std::string_view>>;

/// `select` … FROM …, narrowed to the rows whose column `key` is selected, `order` behind it.
void read(
    sql::Connection& connection, std::string_view select, std::string_view key,
    const Selection& selection, std::string_view order, const sql::OnRow& on_row
);

/// Calls `examine` with ranges of `table`'s `key` that together are everything, some 10,000 rows
/// each: so memory stays small however many there are. The last has no end.
void for_each_page(
    sql::Connection& connection, std::string_view table, std::string_view key,
    const std::function<void(const Range&)>& examine
);

/// The enumerator of a name in a database that may be damaged.
template <class E>
std::optional<E> known(std::string_view name) {
    E value{};
    const bool found = boost::describe::enum_from_string(std::string(name).c_str(), value);
    return found ? std::optional{value} : std::nullopt;
}

}  // namespace pay::audit
