#include "point/store_lots.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "core/json/names.hpp"
#include "point/store.hpp"

namespace pay::point {
namespace {

// What never changes stands before what does, so that updates leave it and its indexes alone.
constexpr std::array<std::string_view, 12> lot_columns{"id",          "user_id",    "kind",
                                                       "order_id",    "expires_at", "granted",
                                                       "points_left", "repaid",     "canceled",
                                                       "noticed",     "open_of",    "due_at"};
constexpr sql::Table lot_table{"lot", lot_columns, 1, 4};

#define PAY_SELECT_LOTS                                                              \
    "SELECT id, user_id, kind, order_id, expires_at, granted, points_left, repaid, " \
    "canceled, noticed, due_at FROM lot WHERE "
constexpr std::string_view select_open_lots = PAY_SELECT_LOTS "open_of IN ";
constexpr std::string_view select_order_lots = PAY_SELECT_LOTS "order_id IN ";
constexpr std::string_view select_lots = PAY_SELECT_LOTS "id IN ";
constexpr std::string_view list_open_lots =
    PAY_SELECT_LOTS "open_of = ? ORDER BY expires_at LIMIT ?";
#undef PAY_SELECT_LOTS
constexpr std::string_view select_due =
    "SELECT user_id FROM lot WHERE due_at <= ? ORDER BY due_at LIMIT ?";

constexpr std::array<std::string_view, 8> hold_columns{
    "hold_id", "order_id", "user_id", "purpose", "points", "balance", "created_at", "status"
};
constexpr sql::Table hold_table{"point_hold", hold_columns, 1, 6};
constexpr std::string_view select_holds = R"(
    SELECT hold_id, order_id, user_id, purpose, points, balance, created_at, status
    FROM point_hold WHERE hold_id IN )";

constexpr std::array<std::string_view, 5> use_columns{
    "hold_id", "kind", "lot_id", "points", "owed"
};
constexpr sql::Table use_table{"lot_use", use_columns, 3};
constexpr std::string_view select_uses =
    "SELECT hold_id, kind, lot_id, points, owed FROM lot_use WHERE hold_id IN ";

Lot lot_of(const sql::Row& row) {
    Lot lot{
        .id = std::string(row.text(0)),
        .user_id = std::string(row.text(1)),
        .kind = json::named<Kind>(row.text(2)),
        .order_id = row.optional_text(3).value_or(""),
        .expires_at = from_epoch_ms(row.integer(4)),
        .granted = Points{row.integer(5)},
        .left = Points{row.integer(6)},
        .repaid = Points{row.integer(7)},
        .canceled = Points{row.integer(8)},
        .noticed = row.integer(9)
    };
    if (const auto due = row.optional_integer(10)) lot.due_at = from_epoch_ms(*due);
    return lot;
}

void add(sql::Rows& rows, const Lot& lot) {
    const sql::Value nothing{nullptr};
    const bool open = lot.left > Points{};
    rows.add(
        lot.id, lot.user_id, json::name_of(lot.kind),
        lot.order_id.empty() ? nothing : sql::Value{lot.order_id}, to_epoch_ms(lot.expires_at),
        lot.granted.value(), lot.left.value(), lot.repaid.value(), lot.canceled.value(),
        lot.noticed, open ? sql::Value{lot.user_id} : nothing,
        lot.due_at ? sql::Value{to_epoch_ms(*lot.due_at)} : nothing
    );
}

void add(sql::Rows& rows, const StoredHold& hold) {
    rows.add(
        hold.hold_id, hold.order_id, hold.user_id, json::name_of(hold.purpose), hold.points.value(),
        hold.balance.value(), to_epoch_ms(hold.created_at), json::name_of(hold.status)
    );
}

StoredHold hold_of(const sql::Row& row) {
    return {
        .hold_id = std::string(row.text(0)),
        .order_id = std::string(row.text(1)),
        .user_id = std::string(row.text(2)),
        .purpose = json::named<Purpose>(row.text(3)),
        .points = Points{row.integer(4)},
        .balance = Points{row.integer(5)},
        .created_at = from_epoch_ms(row.integer(6)),
        .status = json::named<HoldStatus>(row.text(7))
    };
}

}  // namespace

void LotKeys::add_order(std::string_view order_id, const std::string& user_id) {
    orders.insert(order_id);
    ids.insert(old_lot_id(Kind::paid, user_id));
}

void LotKeys::add_all(const std::string& user_id) {
    users.insert(user_id);
    ids.insert(old_lot_id(Kind::paid, user_id));
    ids.insert(old_lot_id(Kind::bonus, user_id));
}

void load_holds(
    sql::Connection& connection, std::span<const std::string_view> ids, LotKeys& lots, State& state
) {
    sql::query_locked_in(connection, select_holds, ids, "PRIMARY", [&](const sql::Row& row) {
        auto hold = hold_of(row);
        auto id = hold.hold_id;
        state.holds.insert_or_assign(
            std::move(id), HoldRow{.hold = std::move(hold), .stored = true}
        );
    });
    std::vector<std::string_view> found;
    for (auto& [id, row] : state.holds) found.push_back(id);
    sql::query_locked_in(connection, select_uses, found, "PRIMARY", [&](const sql::Row& row) {
        auto& uses = state.holds.find(row.text(0))->second.hold.uses;
        LotUse use{json::named<Kind>(row.text(1)), std::string(row.text(2))};
        const bool twice = std::ranges::any_of(uses, [&](const LotUse& other) {
            return other.kind == use.kind && other.lot_id == use.lot_id;
        });
        if (twice) return;
        use.points = Points{row.integer(3)};
        use.owed = Points{row.integer(4)};
        if (!use.lot_id.empty()) lots.ids.insert(use.lot_id);
        uses.push_back(std::move(use));
    });
}

void load_lots(sql::Connection& connection, const LotKeys& keys, State& state) {
    const auto on_row = [&](const sql::Row& row) {
        auto lot = lot_of(row);
        auto& lots = state.wallets[lot.user_id].lots;
        auto id = lot.id;
        lots.insert_or_assign(std::move(id), LotRow{.lot = std::move(lot), .stored = true});
    };
    const std::vector<std::string_view> users(keys.users.begin(), keys.users.end());
    const std::vector<std::string_view> orders(keys.orders.begin(), keys.orders.end());
    const std::vector<std::string_view> ids(keys.ids.begin(), keys.ids.end());
    sql::query_locked_in(connection, select_open_lots, users, "lot_open", on_row);
    sql::query_locked_in(connection, select_order_lots, orders, "lot_order", on_row);
    sql::query_locked_in(connection, select_lots, ids, "PRIMARY", on_row);
}

void save_lots(sql::Transaction& transaction, const State& state) {
    sql::Changes lots;
    for (const auto& [user, wallet] : state.wallets) {
        for (const auto& [id, row] : wallet.lots) {
            if (row.changed) add(lots.rows(row.stored), row.lot);
        }
    }
    lots.save(transaction, lot_table);
}

void save_holds(sql::Transaction& transaction, const State& state) {
    sql::Changes holds;
    sql::Rows uses;
    for (const auto& [id, row] : state.holds) {
        if (!row.changed) continue;
        add(holds.rows(row.stored), row.hold);
        if (row.stored) continue;
        for (const auto& use : row.hold.uses) {
            uses.add(id, json::name_of(use.kind), use.lot_id, use.points.value(), use.owed.value());
        }
    }
    holds.save(transaction, hold_table);
    sql::insert(transaction, use_table, uses);
}

std::vector<Lot> list_lots(
    sql::Connection& connection, std::string_view user_id, std::int64_t most
) {
    std::vector<Lot> lots;
    const std::array<sql::Value, 2> values{user_id, most};
    connection.query(list_open_lots, values, [&](const sql::Row& row) {
        lots.push_back(lot_of(row));
    });
    return lots;
}

std::vector<std::string> users_due(sql::Connection& connection, Time now, std::int64_t most) {
    std::vector<std::string> users;
    const std::array<sql::Value, 2> values{to_epoch_ms(now), most};
    connection.query(select_due, values, [&](const sql::Row& row) {
        users.emplace_back(row.text(0));
    });
    return users;
}

}  // namespace pay::point
