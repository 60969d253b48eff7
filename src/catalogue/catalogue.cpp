#include "catalogue/catalogue.hpp"

#include <array>

#include "core/json/names.hpp"
#include "core/sql/values.hpp"

namespace pay::catalogue {
namespace {

constexpr std::array<std::string_view, 9> columns{
    "id", "kind", "name", "amount", "points", "point_price", "status", "version", "bonus_points"
};
constexpr sql::Table table{"catalogue_item", columns};

constexpr std::string_view select_items =
    "SELECT id, kind, name, amount, points, point_price, status, version, bonus_points "
    "FROM catalogue_item WHERE id IN ";
constexpr std::string_view count_items = "SELECT COUNT(*) FROM catalogue_item";

void take_item(Items& items, const sql::Row& row) {
    item::Changed item;
    item.id = row.text(0);
    item.kind = json::named<item::Kind>(row.text(1));
    item.name = row.text(2);
    item.amount = sql::optional_count<WonUnit>(row, 3);
    item.points = sql::optional_count<PointUnit>(row, 4);
    item.point_price = sql::optional_count<PointUnit>(row, 5);
    item.status = json::named<item::Status>(row.text(6));
    item.version = row.integer(7);
    item.bonus_points = sql::optional_count<PointUnit>(row, 8);
    items.emplace(item.id, std::move(item));
}

}  // namespace

Items load(sql::Connection& connection, std::span<const std::string_view> ids) {
    Items items;
    sql::query_in(connection, select_items, ids, "", [&](const sql::Row& row) {
        take_item(items, row);
    });
    return items;
}

Items load_locked(sql::Connection& connection, std::span<const std::string_view> ids) {
    Items items;
    sql::query_locked_in(connection, select_items, ids, "PRIMARY", [&](const sql::Row& row) {
        take_item(items, row);
    });
    return items;
}

void save(
    sql::Transaction& transaction, const Items& items, const std::set<std::string>& changed,
    const std::set<std::string>& stored
) {
    sql::Changes changes;
    for (const auto& id : changed) {
        const auto& item = items.find(id)->second;
        changes.rows(stored.contains(id))
            .add(
                item.id, json::name_of(item.kind), item.name, sql::value_of(item.amount),
                sql::value_of(item.points), sql::value_of(item.point_price),
                json::name_of(item.status), item.version, sql::value_of(item.bonus_points)
            );
    }
    changes.save(transaction, table);
}

std::set<std::string> ids_of(const Items& items) {
    std::set<std::string> ids;
    for (const auto& [id, item] : items) ids.insert(id);
    return ids;
}

std::int64_t count(sql::Connection& connection) {
    std::int64_t items = 0;
    connection.query(count_items, {}, [&](const sql::Row& row) { items = row.integer(0); });
    return items;
}

}  // namespace pay::catalogue
