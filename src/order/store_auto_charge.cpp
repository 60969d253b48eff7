#include "order/store_auto_charge.hpp"

#include <array>

#include "core/json/names.hpp"
#include "core/sql/reading.hpp"
#include "core/sql/values.hpp"

#define PAY_BILLING_KEY_COLUMNS                                            \
    "id, user_id, receipt_id, billing_key, label, method, status, terms, " \
    "consented_at, withdrawn_at, revoke_due_at, destroyed_at, created_at"
#define PAY_AUTO_CHARGE_COLUMNS                                                           \
    "id, user_id, billing_key_id, item_id, amount, points, trigger_kind, below_points, "  \
    "monthly_day, terms, consented_at, created_at, status, withdrawn_at, last_order_id, " \
    "charging, charge_called_at, last_failure, failures, attempts, due_at, not_before, "  \
    "balance_version, updated_at"

namespace pay::order {
namespace {

constexpr std::string_view select_keys =
    "SELECT " PAY_BILLING_KEY_COLUMNS " FROM billing_key WHERE id IN ";
constexpr std::string_view select_keys_by_issue =
    "SELECT " PAY_BILLING_KEY_COLUMNS " FROM billing_key WHERE receipt_id IN ";
constexpr std::string_view select_charges =
    "SELECT " PAY_AUTO_CHARGE_COLUMNS " FROM auto_charge WHERE id IN ";
constexpr std::string_view select_charges_by_slot =
    "SELECT " PAY_AUTO_CHARGE_COLUMNS " FROM auto_charge WHERE slot IN ";
constexpr std::string_view select_charges_by_key =
    "SELECT " PAY_AUTO_CHARGE_COLUMNS " FROM auto_charge WHERE billing_key_id IN ";
constexpr std::string_view select_made =
    "SELECT made_at FROM auto_charge_order WHERE user_id = ? ORDER BY made_at DESC LIMIT ?";

constexpr std::string_view select_newest_keys =
    "SELECT " PAY_BILLING_KEY_COLUMNS " FROM billing_key WHERE id < ? ORDER BY id DESC LIMIT ?";
constexpr std::string_view select_newest_keys_of_user =
    "SELECT " PAY_BILLING_KEY_COLUMNS
    " FROM billing_key WHERE user_id = ? AND id < ? ORDER BY id DESC LIMIT ?";
constexpr std::string_view select_newest_charges =
    "SELECT " PAY_AUTO_CHARGE_COLUMNS " FROM auto_charge WHERE id < ? ORDER BY id DESC LIMIT ?";
constexpr std::string_view select_newest_charges_of_user =
    "SELECT " PAY_AUTO_CHARGE_COLUMNS
    " FROM auto_charge WHERE user_id = ? AND id < ? ORDER BY id DESC LIMIT ?";
constexpr std::string_view select_due_charges =
    "SELECT id FROM auto_charge WHERE due_at <= ? ORDER BY due_at LIMIT ?";
constexpr std::string_view select_due_revocations =
    "SELECT " PAY_BILLING_KEY_COLUMNS
    " FROM billing_key WHERE revoke_due_at <= ? ORDER BY revoke_due_at LIMIT ?";

constexpr std::array<std::string_view, 13> key_columns{
    "id",           "user_id",       "receipt_id",  "label",       "method",
    "terms",        "consented_at",  "created_at",  "billing_key", "status",
    "withdrawn_at", "revoke_due_at", "destroyed_at"
};
constexpr std::array<std::string_view, 25> charge_columns{
    "id",
    "user_id",
    "billing_key_id",
    "item_id",
    "amount",
    "points",
    "trigger_kind",
    "below_points",
    "monthly_day",
    "terms",
    "consented_at",
    "created_at",
    "status",
    "slot",
    "withdrawn_at",
    "last_order_id",
    "charging",
    "charge_called_at",
    "last_failure",
    "failures",
    "attempts",
    "due_at",
    "not_before",
    "balance_version",
    "updated_at"
};
constexpr std::array<std::string_view, 4> made_columns{
    "order_id", "auto_charge_id", "user_id", "made_at"
};
constexpr std::array<std::string_view, 6> consent_columns{"subject_id", "act",     "user_id",
                                                          "terms",      "address", "at"};
constexpr sql::Table key_table{"billing_key", key_columns, 1, 7};
constexpr sql::Table charge_table{"auto_charge", charge_columns, 1, 11};
constexpr sql::Table made_table{"auto_charge_order", made_columns};
constexpr sql::Table consent_table{"consent", consent_columns, 2};

BillingKey read_key(const sql::Row& row) {
    BillingKey key;
    key.id = row.text(0);
    key.user_id = row.text(1);
    key.receipt_id = row.text(2);
    key.key = row.text(3);
    key.label = row.text(4);
    key.method = row.text(5);
    key.status = json::named<KeyStatus>(row.text(6));
    key.terms = row.text(7);
    key.consented_at = from_epoch_ms(row.integer(8));
    key.withdrawn_at = sql::optional_time(row, 9);
    key.revoke_due_at = sql::optional_time(row, 10);
    key.destroyed_at = sql::optional_time(row, 11);
    key.created_at = from_epoch_ms(row.integer(12));
    return key;
}

AutoCharge read_charge(const sql::Row& row) {
    AutoCharge charge;
    charge.id = row.text(0);
    charge.user_id = row.text(1);
    charge.billing_key_id = row.text(2);
    charge.item_id = row.text(3);
    charge.amount = Won{row.integer(4)};
    charge.points = Points{row.integer(5)};
    charge.trigger = json::named<Trigger>(row.text(6));
    charge.below = sql::optional_count<PointUnit>(row, 7);
    charge.monthly_day = row.optional_integer(8);
    charge.terms = row.text(9);
    charge.consented_at = from_epoch_ms(row.integer(10));
    charge.created_at = from_epoch_ms(row.integer(11));
    charge.status = json::named<AutoChargeStatus>(row.text(12));
    charge.withdrawn_at = sql::optional_time(row, 13);
    charge.last_order_id = row.text(14);
    charge.charging = row.integer(15) != 0;
    charge.charge_called_at = sql::optional_time(row, 16);
    charge.last_failure = json::named<ChargeFailure>(row.text(17));
    charge.failures = static_cast<int>(row.integer(18));
    charge.attempts = static_cast<int>(row.integer(19));
    charge.due_at = sql::optional_time(row, 20);
    charge.not_before = sql::optional_time(row, 21);
    charge.balance_version = row.integer(22);
    charge.updated_at = from_epoch_ms(row.integer(23));
    return charge;
}

void add_row(sql::Rows& rows, const BillingKey& key) {
    rows.add(
        key.id, key.user_id, key.receipt_id, key.label, key.method, key.terms,
        to_epoch_ms(key.consented_at), to_epoch_ms(key.created_at), sql::text_or_null(key.key),
        json::name_of(key.status), sql::value_of(key.withdrawn_at),
        sql::value_of(key.revoke_due_at), sql::value_of(key.destroyed_at)
    );
}

void add_row(sql::Rows& rows, const AutoCharge& charge, const std::string& slot) {
    rows.add(
        charge.id, charge.user_id, charge.billing_key_id, charge.item_id, charge.amount.value(),
        charge.points.value(), json::name_of(charge.trigger), sql::value_of(charge.below),
        sql::optional_value(charge.monthly_day), charge.terms, to_epoch_ms(charge.consented_at),
        to_epoch_ms(charge.created_at), json::name_of(charge.status), sql::text_or_null(slot),
        sql::value_of(charge.withdrawn_at), sql::text_or_null(charge.last_order_id),
        std::int64_t{charge.charging}, sql::value_of(charge.charge_called_at),
        json::name_of(charge.last_failure), std::int64_t{charge.failures},
        std::int64_t{charge.attempts}, sql::value_of(charge.due_at),
        sql::value_of(charge.not_before), charge.balance_version, to_epoch_ms(charge.updated_at)
    );
}

template <class Text>
std::vector<std::string_view> listed(const std::set<Text>& keys) {
    return {keys.begin(), keys.end()};
}

void load_charges(
    sql::Connection& connection, std::string_view select, std::span<const std::string_view> keys,
    std::string_view index, AutoCharges& state
) {
    sql::query_locked_in(connection, select, keys, index, [&](const sql::Row& row) {
        AutoCharge charge = read_charge(row);
        state.stored_charges.insert(charge.id);
        state.charges.emplace(charge.id, std::move(charge));
    });
}

void load_keys(
    sql::Connection& connection, std::string_view select, std::span<const std::string_view> keys,
    std::string_view index, AutoCharges& state
) {
    sql::query_locked_in(connection, select, keys, index, [&](const sql::Row& row) {
        BillingKey key = read_key(row);
        state.stored_keys.insert(key.id);
        state.keys.emplace(key.id, std::move(key));
    });
}

void load_made(sql::Connection& connection, const std::string& user_id, AutoCharges& state) {
    const auto [made, first] = state.made_for.try_emplace(user_id);
    if (!first) return;
    const std::array<sql::Value, 2> values{user_id, std::int64_t{most_charges_per_day}};
    connection.query(select_made, values, [&](const sql::Row& row) {
        made->second.push_back(from_epoch_ms(row.integer(0)));
    });
}

}  // namespace

void load_auto_charges(sql::Connection& connection, AutoChargeKeys keys, State& state) {
    for (const auto& order_id : keys.balances) {
        const auto order = state.orders.find(order_id);
        if (order == state.orders.end()) continue;
        keys.slots.insert(slot_of(order->second.user_id, Trigger::below));
    }
    AutoCharges& mine = state.auto_charging;
    load_charges(connection, select_charges, listed(keys.charges), "PRIMARY", mine);
    for (const auto& [id, charge] : mine.charges) {
        keys.billing_keys.insert(charge.billing_key_id);
        load_made(connection, charge.user_id, mine);
    }
    load_charges(connection, select_charges_by_slot, listed(keys.slots), "auto_charge_slot", mine);
    load_charges(connection, select_charges_by_key, listed(keys.revoked), "auto_charge_key", mine);
    load_keys(connection, select_keys, listed(keys.billing_keys), "PRIMARY", mine);
    load_keys(connection, select_keys_by_issue, listed(keys.issues), "billing_key_receipt", mine);
}

std::set<std::string_view> orders_under_way(const State& state) {
    std::set<std::string_view> orders;
    for (const auto& [id, charge] : state.auto_charging.charges) {
        if (charge.charging) orders.insert(charge.last_order_id);
    }
    return orders;
}

std::set<std::string_view> items_of_charges(const State& state) {
    std::set<std::string_view> items;
    for (const auto& [id, charge] : state.auto_charging.charges) {
        if (!charge.charging && charge.due_at) items.insert(charge.item_id);
    }
    return items;
}

void save_auto_charges(sql::Transaction& transaction, const AutoCharges& state) {
    sql::Changes keys;
    for (const auto& id : state.changed_keys) {
        add_row(keys.rows(state.stored_keys.contains(id)), state.keys.find(id)->second);
    }
    keys.save(transaction, key_table);

    sql::Changes charges;
    std::vector<std::string> slots;
    slots.reserve(state.changed_charges.size());  // the rows point into it
    for (const auto& id : state.changed_charges) {
        const AutoCharge& charge = state.charges.find(id)->second;
        const bool stands = charge.status != AutoChargeStatus::withdrawn;
        slots.push_back(stands ? slot_of(charge.user_id, charge.trigger) : std::string{});
        add_row(charges.rows(state.stored_charges.contains(id)), charge, slots.back());
    }
    charges.save(transaction, charge_table);

    sql::Rows made;
    for (const auto& one : state.made) {
        made.add(one.order_id, one.auto_charge_id, one.user_id, to_epoch_ms(one.at));
    }
    sql::insert(transaction, made_table, made);
    sql::Rows consents;
    for (const auto& one : state.consents) {
        consents.add(
            one.subject_id, json::name_of(one.act), one.user_id, one.terms, one.address,
            to_epoch_ms(one.at)
        );
    }
    sql::insert(transaction, consent_table, consents);
}

namespace {

template <class Thing>
std::vector<Thing> list(
    sql::Connection& connection, std::string_view everybody, std::string_view of_user,
    const std::string& user_id, const std::string& before, std::int64_t limit,
    Thing (*read)(const sql::Row&)
) {
    std::vector<sql::Value> values;
    if (!user_id.empty()) values.emplace_back(user_id);
    values.emplace_back(before);
    values.emplace_back(limit);
    return sql::query_all(connection, user_id.empty() ? everybody : of_user, values, read);
}

}  // namespace

std::vector<BillingKey> list_billing_keys(
    sql::Connection& connection, const std::string& user_id, const std::string& before,
    std::int64_t limit
) {
    return list(
        connection, select_newest_keys, select_newest_keys_of_user, user_id, before, limit, read_key
    );
}

std::vector<AutoCharge> list_auto_charges(
    sql::Connection& connection, const std::string& user_id, const std::string& before,
    std::int64_t limit
) {
    return list(
        connection, select_newest_charges, select_newest_charges_of_user, user_id, before, limit,
        read_charge
    );
}

std::optional<BillingKey> find_billing_key(sql::Connection& connection, std::string_view id) {
    return sql::query_one(connection, select_keys, id, read_key);
}

std::optional<AutoCharge> find_auto_charge(sql::Connection& connection, std::string_view id) {
    return sql::query_one(connection, select_charges, id, read_charge);
}

std::vector<std::string> due_auto_charges(
    sql::Connection& connection, Time now, std::int64_t limit
) {
    std::vector<std::string> due;
    const std::array<sql::Value, 2> values{to_epoch_ms(now), limit};
    connection.query(select_due_charges, values, [&](const sql::Row& row) {
        due.emplace_back(row.text(0));
    });
    return due;
}

std::vector<BillingKey> due_revocations(sql::Connection& connection, Time now, std::int64_t limit) {
    const std::array<sql::Value, 2> values{to_epoch_ms(now), limit};
    return sql::query_all(connection, select_due_revocations, values, read_key);
}

}  // namespace pay::order
