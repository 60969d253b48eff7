#include "item/store.hpp"

#include <array>

#include "core/json/names.hpp"
#include "core/sql/values.hpp"

namespace pay::item {
namespace {

constexpr std::array<std::string_view, 11> columns{"id",         "kind",        "name",
                                                   "amount",     "points",      "point_price",
                                                   "status",     "version",     "created_at",
                                                   "updated_at", "bonus_points"};
constexpr sql::Table table{"item", columns};

constexpr std::array<std::string_view, 2> seed_columns{"name", "created_at"};
constexpr sql::Table seed_table{"seed", seed_columns};
constexpr std::string_view packages = "packages";

constexpr std::string_view select_by_ids = R"(
    SELECT id, kind, name, amount, points, point_price, status, version, created_at, updated_at,
        bonus_points
    FROM item WHERE id IN )";
constexpr std::string_view select_all = R"(
    SELECT id, kind, name, amount, points, point_price, status, version, created_at, updated_at,
        bonus_points
    FROM item ORDER BY id)";
constexpr std::string_view select_page = R"(
    SELECT id, kind, name, amount, points, point_price, status, version, created_at, updated_at,
        bonus_points
    FROM item WHERE status = ? AND id < ? ORDER BY id DESC LIMIT ?)";
constexpr std::string_view select_seed = "SELECT name FROM seed WHERE name = ?";

Item item_of(const sql::Row& row) {
    return {
        .id = std::string(row.text(0)),
        .kind = json::named<Kind>(row.text(1)),
        .name = std::string(row.text(2)),
        .amount = sql::optional_count<WonUnit>(row, 3),
        .points = sql::optional_count<PointUnit>(row, 4),
        .point_price = sql::optional_count<PointUnit>(row, 5),
        .status = json::named<Status>(row.text(6)),
        .version = row.integer(7),
        .created_at = from_epoch_ms(row.integer(8)),
        .updated_at = from_epoch_ms(row.integer(9)),
        .bonus_points = sql::optional_count<PointUnit>(row, 10),
    };
}

bool seeded(sql::Connection& connection) {
    bool found = false;
    const std::array<sql::Value, 1> values{packages};
    connection.query(select_seed, values, [&](const sql::Row&) { found = true; });
    return found;
}

}  // namespace

State load(sql::Connection& connection, std::span<const Command* const> commands) {
    State state;
    std::set<std::string_view> ids;
    for (const auto* command : commands) {
        if (const auto* update = std::get_if<Update>(command)) ids.insert(update->id);
        if (std::holds_alternative<Seed>(*command)) state.seeded = seeded(connection);
    }
    const std::vector<std::string_view> keys(ids.begin(), ids.end());
    sql::query_locked_in(connection, select_by_ids, keys, "PRIMARY", [&](const sql::Row& row) {
        auto item = item_of(row);
        state.stored.insert(item.id);
        state.items.emplace(item.id, std::move(item));
    });
    return state;
}

void save(sql::Transaction& transaction, const State& state) {
    sql::Changes changes;
    for (const auto& id : state.changed) {
        const auto& item = state.items.at(id);
        changes.rows(state.stored.contains(id))
            .add(
                item.id, json::name_of(item.kind), item.name, sql::value_of(item.amount),
                sql::value_of(item.points), sql::value_of(item.point_price),
                json::name_of(item.status), item.version, to_epoch_ms(item.created_at),
                to_epoch_ms(item.updated_at), sql::value_of(item.bonus_points)
            );
    }
    changes.save(transaction, table);
    if (!state.seeded_now) return;
    sql::Rows seed;
    seed.add(packages, to_epoch_ms(*state.seeded_now));
    sql::insert(transaction, seed_table, seed);
}

std::optional<Item> find(sql::Connection& connection, std::string_view id) {
    std::optional<Item> item;
    const std::array<std::string_view, 1> ids{id};
    sql::query_in(connection, select_by_ids, ids, "", [&](const sql::Row& row) {
        item = item_of(row);
    });
    return item;
}

std::vector<Item> list(sql::Connection& connection, Status status, const http::Page& page) {
    std::vector<Item> items;
    const std::array<sql::Value, 3> values{
        json::name_of(status), std::string_view{page.before}, page.limit + 1
    };
    connection.query(select_page, values, [&](const sql::Row& row) {
        items.push_back(item_of(row));
    });
    return items;
}

std::vector<Item> all(sql::Connection& connection) {
    std::vector<Item> items;
    connection.query(select_all, {}, [&](const sql::Row& row) { items.push_back(item_of(row)); });
    return items;
}

}  // namespace pay::item
