#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/sql/sql.hpp"

/// Look-ups whose rows become things: `read` makes one of each row.
namespace pay::sql {

/// All that a query gives, in its order.
template <class Thing>
std::vector<Thing> query_all(
    Connection& connection, std::string_view statement, std::span<const Value> values,
    Thing (*read)(const Row&)
) {
    std::vector<Thing> things;
    connection.query(statement, values, [&](const Row& row) { things.push_back(read(row)); });
    return things;
}

/// The texts of a query's only column, in its order.
inline std::vector<std::string> query_ids(
    Connection& connection, std::string_view statement, std::span<const Value> values
) {
    return query_all(
        connection, statement, values, +[](const Row& row) { return std::string(row.text(0)); }
    );
}

/// The row of a key, if there is one; `before` as query_in() takes it.
template <class Thing>
std::optional<Thing> query_one(
    Connection& connection, std::string_view before, std::string_view key, Thing (*read)(const Row&)
) {
    std::optional<Thing> thing;
    query_in(connection, before, {&key, 1}, "", [&](const Row& row) { thing = read(row); });
    return thing;
}

}  // namespace pay::sql
