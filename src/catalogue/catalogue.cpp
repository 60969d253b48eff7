#include "catalogue/catalogue.hpp"

#include <array>

#include "core/json/names.hpp"
#include "core/sql/values.hpp"

namespace pay::catalogue {
namespace {

constexpr std::array<std::string_view, 8> columns{"id",     "kind",        "name",   "amount",
                                                  "points", "point_price", "status", "version"};
constexpr sql::Table table{"catalogue_item", columns};

constexpr std::string_view select_items =
    "SELECT id, kind, name, amount, points, point_price, status, version FROM catalogue_item "
    "WHERE id IN ";
constexpr std::string_view count_items = "SELECT COUNT(*) FROM catalogue_item";

}  // namespace

Items load(sql::Connection& connection, std::span<const std::string_view> ids) {
    Items items;
    sql::query_in(connection, select_items, ids, "", [&](const sql::Row& row) {
        item::Changed item;
        item.id = row.text(0);
        item.kind = json::named<item::Kind>(row.text(1));
        item.name = row.text(2);
        item.amount = sql::optional_count<WonUnit>(row, 3);
        item.points = sql::optional_count<PointUnit>(row, 4);
        item.point_price = sql::optional_count<PointUnit>(row, 5);
        item.status = json::named<item::Status>(row.text(6));
        item.version = row.integer(7);
        items.emplace(item.id, std::move(item));
    });
    return items;
}

void save(sql::Transaction& transaction, std::span<const item::Changed> items) {
    sql::Rows rows;
    for (const auto& item : items) {
        rows.add(
            item.id, json::name_of(item.kind), item.name, sql::value_of(item.amount),
            sql::value_of(item.points), sql::value_of(item.point_price), json::name_of(item.status),
            item.version
        );
    }
    sql::upsert(transaction, table, rows);
}

std::int64_t count(sql::Connection& connection) {
    std::int64_t items = 0;
    connection.query(count_items, {}, [&](const sql::Row& row) { items = row.integer(0); });
    return items;
}

}  // namespace pay::catalogue
