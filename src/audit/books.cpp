#include "audit/books.hpp"

#include <array>
#include <stdexcept>

namespace pay::audit {
namespace {

constexpr std::string_view page_size = "9999";  // and one more: the row at this offset

}  // namespace

Databases::Databases(std::string_view url)
    : storage(sql::open_storage(url)),
      order(storage->existing("order")),
      point(storage->existing("point")),
      order_item(storage->existing("order_item")),
      item(storage->existing("item")) {}

Snapshot::Snapshot(sql::Database& database, std::string_view name, std::string_view table)
    : x_connection(database.connect(sql::Mode::read_only)), x_transaction(*x_connection) {
    if (x_connection->has_table(table)) return;
    throw std::runtime_error(
        "the database " + std::string(name) + " has no table " + std::string(table) +
        " yet: run migrate first"
    );
}

void read(
    sql::Connection& connection, std::string_view select, std::string_view key,
    const Selection& selection, std::string_view order, const sql::OnRow& on_row
) {
    std::string text(select);
    text.append(" WHERE ").append(key);
    if (const auto* keys = std::get_if<std::span<const std::string_view>>(&selection)) {
        return sql::query_in(connection, text + " IN ", *keys, order, on_row);
    }
    const auto& range = std::get<Range>(selection);
    text += " > ?";
    if (!range.through) {
        const std::array<sql::Value, 1> values{std::string_view{range.after}};
        return connection.query(text.append(order), values, on_row);
    }
    text.append(" AND ").append(key).append(" <= ?").append(order);
    const std::array<sql::Value, 2> values{
        std::string_view{range.after}, std::string_view{*range.through}
    };
    connection.query(text, values, on_row);
}

void for_each_page(
    sql::Connection& connection, std::string_view table, std::string_view key,
    const std::function<void(const Range&)>& examine
) {
    std::string text = "SELECT ";
    text.append(key).append(" FROM ").append(table).append(" WHERE ").append(key);
    text.append(" > ? ORDER BY ").append(key).append(" LIMIT 1 OFFSET ").append(page_size);
    Range range;
    do {
        const std::array<sql::Value, 1> values{std::string_view{range.after}};
        range.through.reset();
        connection.query(text, values, [&](const sql::Row& row) { range.through = row.text(0); });
        examine(range);
        if (range.through) range.after = *range.through;
    } while (range.through);
}

}  // namespace pay::audit
