#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/sql/sql.hpp"
#include "order/types.hpp"

/// The SQL of billing keys and auto-charges: load and save as parts of the order store's, and the
/// look-ups of their routes and their job. Throws as store.hpp says.
namespace pay::order {

/// What a batch of commands touches of them.
struct AutoChargeKeys {
    std::set<std::string_view> billing_keys;
    std::set<std::string_view> issues;
    std::set<std::string_view> revoked;  ///< billing keys whose auto-charges end
    std::set<std::string_view> charges;
    std::set<std::string_view> balances;  ///< orders whose users' balance is told
    std::set<std::string> slots;

    void operator()(const AddBillingKey& command) { issues.insert(command.key.receipt_id); }
    void operator()(const RevokeBillingKey& command) {
        billing_keys.insert(command.id);
        revoked.insert(command.id);
    }
    void operator()(const KeyDestroyed& command) { billing_keys.insert(command.id); }
    void operator()(const AddAutoCharge& command) {
        billing_keys.insert(command.wish.billing_key_id);
        slots.insert(slot_of(command.wish.user_id, command.wish.trigger));
    }
    void operator()(const WithdrawAutoCharge& command) { charges.insert(command.id); }
    void operator()(const point::Balance& balance) {
        slots.insert(slot_of(balance.user_id, Trigger::below));
    }
    void operator()(const DriveAutoCharge& command) { charges.insert(command.id); }
    void operator()(const ChargeRefused& command) { charges.insert(command.auto_charge_id); }
};

/// After the orders were loaded. Nothing is asked of the database if the batch touches none.
void load_auto_charges(sql::Connection& connection, AutoChargeKeys keys, State& state);
/// The orders of charges under way, and the items of those that may begin.
std::set<std::string_view> orders_under_way(const State& state);
std::set<std::string_view> items_of_charges(const State& state);
void save_auto_charges(sql::Transaction& transaction, const AutoCharges& state);

/// A user's (empty: everybody's), newest first, those below this id.
std::vector<BillingKey> list_billing_keys(
    sql::Connection& connection, const std::string& user_id, const std::string& before,
    std::int64_t limit
);
std::vector<AutoCharge> list_auto_charges(
    sql::Connection& connection, const std::string& user_id, const std::string& before,
    std::int64_t limit
);
std::optional<BillingKey> find_billing_key(sql::Connection& connection, std::string_view id);
std::optional<AutoCharge> find_auto_charge(sql::Connection& connection, std::string_view id);

/// What is due by now, oldest first.
std::vector<std::string> due_auto_charges(
    sql::Connection& connection, Time now, std::int64_t limit
);
/// Keys that the gateway is to destroy.
std::vector<BillingKey> due_revocations(sql::Connection& connection, Time now, std::int64_t limit);

}  // namespace pay::order
