#include <algorithm>
#include <array>
#include <string>

#include "core/sql/sql.hpp"

namespace pay::sql {
namespace {

/// Rows in one statement: few sizes, so that each is prepared once and kept.
constexpr std::array<std::size_t, 5> row_counts{1, 4, 16, 64, 256};
/// Keys in one: more sizes, because what fills a list up is looked up, too.
constexpr std::array<std::size_t, 9> key_counts{1, 2, 4, 8, 16, 32, 64, 128, 256};

/// The greatest size that has at most `wanted` units and fits the limit of bound values.
std::size_t size_within(std::size_t wanted, std::size_t values_each, std::size_t limit) {
    std::size_t best = 1;
    for (const auto size : row_counts) {
        if (size <= wanted && size * values_each <= limit) best = size;
    }
    return best;
}

/// The smallest size that holds `wanted` units; the greatest that fits if none does.
std::size_t size_around(std::size_t wanted, std::size_t limit) {
    std::size_t best = 1;
    for (const auto size : key_counts) {
        if (size <= limit && best < wanted) best = size;
    }
    return best;
}

void append_list(std::string& text, std::size_t count, std::string_view element) {
    for (std::size_t i = 0; i < count; ++i) {
        if (i != 0) text += ',';
        text += element;
    }
}

std::string insert_head(const Table& table) {
    std::string text = "INSERT INTO ";
    text += table.name;
    text += " (";
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
        if (i != 0) text += ',';
        text += table.columns[i];
    }
    text += ") VALUES ";
    return text;
}

void write(
    Connection& connection, const Table& table, const Rows& rows, const std::string& on_duplicate
) {
    const auto width = table.columns.size();
    auto values = rows.values();
    if (values.size() != rows.count() * width) {
        throw Broken("rows of another width than the table " + std::string(table.name));
    }
    if (values.empty()) return;
    const auto head = insert_head(table);
    std::string row = "(";
    append_list(row, width, "?");
    row += ')';
    std::string text = head + row + on_duplicate;
    if (rows.count() > 1 && connection.execute_rows(text, values, rows.count())) return;
    std::size_t text_rows = 0;
    for (auto left = rows.count(); left > 0;) {
        const auto count = size_within(left, width, connection.bind_limit());
        if (count != text_rows) {
            text.assign(head);
            append_list(text, count, row);
            text += on_duplicate;
            text_rows = count;
        }
        connection.execute(text, values.first(count * width));
        values = values.subspan(count * width);
        left -= count;
    }
}

/// Calls `run` with the statement for each size, which `text_for` makes, and its values; the last
/// list is filled up with its last key.
void in_lists(
    const Connection& connection, std::span<const std::string_view> keys, const auto& text_for,
    const auto& run
) {
    std::string text;
    std::vector<Value> values;
    while (!keys.empty()) {
        const auto size = size_around(keys.size(), connection.bind_limit());
        const auto taken = keys.first(std::min(size, keys.size()));
        if (size != values.size()) text = text_for(size);
        values.assign(taken.begin(), taken.end());
        values.resize(size, taken.back());
        run(text, values);
        keys = keys.subspan(taken.size());
    }
}

std::string list_statement(std::string_view before, std::size_t count, std::string_view after) {
    std::string text(before);
    text += '(';
    append_list(text, count, "?");
    text += ')';
    text += after;
    return text;
}

}  // namespace

void insert(Transaction& transaction, const Table& table, const Rows& rows) {
    write(transaction.connection(), table, rows, "");
}

void upsert(Transaction& transaction, const Table& table, const Rows& rows) {
    auto& connection = transaction.connection();
    const auto on_duplicate = connection.on_duplicate_key_update(
        table.columns.first(table.key), table.columns.subspan(table.key + table.fixed)
    );
    write(connection, table, rows, on_duplicate);
}

void query_in(
    Connection& connection, std::string_view before, std::span<const std::string_view> keys,
    std::string_view after, const OnRow& on_row
) {
    in_lists(
        connection, keys, [&](std::size_t count) { return list_statement(before, count, after); },
        [&](const std::string& text, const auto& values) { connection.query(text, values, on_row); }
    );
}

void query_locked_in(
    Connection& connection, std::string_view before, std::span<const std::string_view> keys,
    std::string_view index, const OnRow& on_row
) {
    std::string select(before);
    const auto where = select.rfind(" WHERE ");
    if (where == std::string::npos) throw Broken("a list without WHERE: " + select);
    select.insert(where, connection.force_index(index));
    query_in(connection, select, keys, connection.for_update(), on_row);
}

void delete_in(
    Transaction& transaction, std::string_view table, std::string_view key,
    std::span<const std::string_view> keys
) {
    auto& connection = transaction.connection();
    in_lists(
        connection, keys,
        [&](std::size_t count) { return connection.delete_statement(table, key, count); },
        [&](const std::string& text, const auto& values) { connection.execute(text, values); }
    );
}

std::string Connection::delete_statement(
    std::string_view table, std::string_view key, std::size_t count
) const {
    const auto before = "DELETE FROM " + std::string(table) + " WHERE " + std::string(key) + " IN ";
    return list_statement(before, count, "");
}

}  // namespace pay::sql
