#include "order/store.hpp"

#include <array>

#include "order/columns.hpp"
#include "order/rules.hpp"
#include "order/store_auto_charge.hpp"

namespace pay::order {
namespace {

constexpr std::string_view select_refunds =
    "SELECT " PAY_REFUND_COLUMNS " FROM refund WHERE receipt_id IN ";
constexpr std::string_view select_owned =
    "SELECT content, order_id FROM owned_content WHERE content IN ";
constexpr std::string_view select_webhooks =
    "SELECT " PAY_WEBHOOK_COLUMNS " FROM webhook WHERE receipt_id IN ";

constexpr std::array<std::string_view, 2> owned_columns{"content", "order_id"};
constexpr sql::Table owned_table{"owned_content", owned_columns};

/// The keys a batch of commands touches.
struct Keys : AutoChargeKeys {
    using AutoChargeKeys::operator();
    std::set<std::string_view> orders;
    std::set<std::string_view> receipts;
    std::set<std::string_view> refunds;
    std::set<std::string_view> webhooks;
    std::set<std::string_view> items;
    std::set<std::string_view> changed_items;
    std::set<std::string_view> cancellations;
    std::vector<const NewOrder*> placed;

    void operator()(const Place& command) {
        items.insert(command.order.item_id);
        placed.push_back(&command.order);
        if (!command.presented_receipt_id.empty()) receipts.insert(command.presented_receipt_id);
    }
    void operator()(const PlacePaid& command) {
        items.insert(command.order.item_id);
        placed.push_back(&command.order);
        payment(command.payment);
    }
    void operator()(const Confirm& command) {
        orders.insert(command.order_id);
        payment(command.payment);
    }
    void operator()(const ApprovalEnded& command) {
        orders.insert(command.order_id);
        receipts.insert(command.receipt_id);
        refunds.insert(command.receipt_id);
        webhooks.insert(command.receipt_id);
    }
    void operator()(const PointReplied& command) {
        orders.insert(command.reply.order_id);
        if (command.reply.hold_id) cancellations.insert(*command.reply.hold_id);
        if (command.reply.balance) balances.insert(command.reply.order_id);
    }
    void operator()(const Cancel& command) { orders.insert(command.order_id); }
    void operator()(const OrderItemReplied& command) { orders.insert(command.reply.order_id); }
    void operator()(const Wake& command) { orders.insert(command.order_id); }
    void operator()(const BeginRefund& command) { refunds.insert(command.receipt_id); }
    void operator()(const RefundEnded& command) { refunds.insert(command.receipt_id); }
    void operator()(const PostponeRefund& command) { refunds.insert(command.receipt_id); }
    void operator()(const CloseRefused& command) { orders.insert(command.order_id); }
    void operator()(const StoreWebhook& command) {
        webhooks.insert(command.webhook.receipt_id);
        receipts.insert(command.webhook.receipt_id);
    }
    void operator()(const WebhookLookedUp& command) {
        webhooks.insert(std::get<0>(command.key));
        receipts.insert(std::get<0>(command.key));
        if (command.payment) orders.insert(command.payment->order_id);
    }
    void operator()(const AddAutoCharge& command) {
        AutoChargeKeys::operator()(command);
        items.insert(command.wish.item_id);
    }
    void operator()(const item::Changed& changed) { changed_items.insert(changed.id); }
    void operator()(const Retry& command) { orders.insert(command.order_id); }

 private:
    void payment(const gateway::Payment& payment) {
        receipts.insert(payment.receipt_id);
        refunds.insert(payment.receipt_id);
        webhooks.insert(payment.receipt_id);
        orders.insert(payment.order_id);
    }
};

std::vector<std::string_view> listed(const std::set<std::string_view>& keys) {
    return {keys.begin(), keys.end()};
}

void take_order(State& state, const sql::Row& row) {
    Order order = read_order(row);
    if (!order.receipt_id.empty()) state.order_of_receipt.emplace(order.receipt_id, order.id);
    state.stored_receipts.emplace(order.id, order.receipt_id);
    state.orders.emplace(order.id, std::move(order));
}

void load_orders(sql::Connection& connection, const std::set<std::string_view>& ids, State& state) {
    sql::query_locked_in(
        connection, select_orders, listed(ids), "PRIMARY",
        [&](const sql::Row& row) { take_order(state, row); }
    );
}

/// The refunds asked for, those of orders that are or were being undone, and the orders they belong
/// to.
void load_refunds(sql::Connection& connection, std::set<std::string_view> receipts, State& state) {
    for (const auto& [id, order] : state.orders) {
        const bool undone = order.status == Status::FAILING || order.status == Status::FAIL ||
                            order.status == Status::EXPIRED || !order.cancellation_id.empty();
        if (undone && !order.receipt_id.empty()) receipts.insert(order.receipt_id);
    }
    sql::query_locked_in(
        connection, select_refunds, listed(receipts), "PRIMARY",
        [&](const sql::Row& row) {
            Refund refund = read_refund(row);
            state.stored_refunds.insert(refund.receipt_id);
            state.refunds.emplace(refund.receipt_id, std::move(refund));
        }
    );
    std::set<std::string_view> owners;
    for (const auto& [receipt, refund] : state.refunds) {
        if (!state.orders.contains(refund.order_id)) owners.insert(refund.order_id);
    }
    load_orders(connection, owners, state);
}

/// Those asked for, and those that are under way.
void load_cancellations(sql::Connection& connection, std::set<std::string_view> ids, State& state) {
    for (const auto& [id, order] : state.orders) {
        if (order.status == Status::CANCELING) ids.insert(order.cancellation_id);
    }
    sql::query_locked_in(
        connection, select_cancellations, listed(ids), "PRIMARY",
        [&](const sql::Row& row) {
            Cancellation cancellation = read_cancellation(row);
            state.stored_cancellations.insert(cancellation.id);
            state.cancellations.emplace(cancellation.id, std::move(cancellation));
        }
    );
}

/// Who has the content that is ordered, or whose order may give or take it.
void load_owned(sql::Connection& connection, const Keys& keys, State& state) {
    std::set<std::string> contents;
    for (const NewOrder* wanted : keys.placed) {
        const auto item = state.items.find(wanted->item_id);
        const bool content = item != state.items.end() && item->second.kind == item::Kind::content;
        if (content) contents.insert(content_of(wanted->user_id, wanted->item_id));
    }
    for (const auto& [id, order] : state.orders) {
        if (order.kind != item::Kind::content) continue;
        contents.insert(content_of(order.user_id, order.item_id));
    }
    const std::vector<std::string_view> listed(contents.begin(), contents.end());
    sql::query_locked_in(connection, select_owned, listed, "PRIMARY", [&](const sql::Row& row) {
        state.stored_owned.emplace(row.text(0), row.text(1));
    });
    state.owned = state.stored_owned;
}

/// What is only read is not locked: all instances sell the same items.
void load_items(sql::Connection& connection, const Keys& keys, State& state) {
    state.items = catalogue::load_locked(connection, listed(keys.changed_items));
    state.stored_items = catalogue::ids_of(state.items);
    state.items.merge(catalogue::load(connection, listed(keys.items)));
}

void save_orders(sql::Transaction& transaction, const State& state) {
    sql::Rows released;  // hold no receipt any more, which another order of the batch may hold now
    sql::Rows claiming;
    sql::Rows fresh;
    sql::Rows same;  // most changes: the unique index of receipts, wide and random, is left alone
    for (const auto& id : state.changed_orders) {
        const Order& order = state.orders.find(id)->second;
        const auto stored = state.stored_receipts.find(id);
        if (stored == state.stored_receipts.end()) {
            add_row(fresh, order);
        } else if (stored->second == order.receipt_id) {
            add_row(same, order);
        } else {
            add_row(order.receipt_id.empty() ? released : claiming, order);
        }
    }
    sql::upsert(transaction, order_table, released);
    sql::upsert(transaction, order_table, claiming);
    sql::insert(transaction, order_table, fresh);
    sql::upsert(transaction, paid_order_table, same);
}

void save_owned(sql::Transaction& transaction, const State& state) {
    std::vector<std::string_view> gone;
    for (const auto& [content, order] : state.stored_owned) {
        const auto now = state.owned.find(content);
        if (now == state.owned.end() || now->second != order) gone.push_back(content);
    }
    sql::delete_in(transaction, "owned_content", "content", gone);
    sql::Rows fresh;
    for (const auto& [content, order] : state.owned) {
        const auto before = state.stored_owned.find(content);
        if (before == state.stored_owned.end() || before->second != order)
            fresh.add(content, order);
    }
    sql::insert(transaction, owned_table, fresh);
}

}  // namespace

State load(sql::Connection& connection, std::span<const Command* const> commands) {
    Keys keys;
    for (const Command* command : commands) std::visit(keys, *command);
    State state;
    load_orders(connection, keys.orders, state);
    sql::query_locked_in(
        connection, select_orders_by_receipt, listed(keys.receipts), "purchase_order_receipt",
        [&](const sql::Row& row) { take_order(state, row); }
    );
    load_refunds(connection, std::move(keys.refunds), state);
    load_cancellations(connection, std::move(keys.cancellations), state);
    sql::query_locked_in(
        connection, select_webhooks, listed(keys.webhooks), "PRIMARY",
        [&](const sql::Row& row) {
            Webhook webhook = read_webhook(row);
            state.stored_webhooks.insert(webhook.key());
            state.webhooks.emplace(webhook.key(), std::move(webhook));
        }
    );
    load_auto_charges(connection, keys, state);
    load_orders(connection, orders_under_way(state), state);
    keys.items.merge(items_of_charges(state));
    load_items(connection, keys, state);
    load_owned(connection, keys, state);
    return state;
}

void save(sql::Transaction& transaction, const State& state) {
    save_orders(transaction, state);
    sql::Changes refunds;
    for (const auto& id : state.changed_refunds) {
        add_row(refunds.rows(state.stored_refunds.contains(id)), state.refunds.find(id)->second);
    }
    refunds.save(transaction, refund_table);

    sql::Changes cancellations;
    for (const auto& id : state.changed_cancellations) {
        const bool stored = state.stored_cancellations.contains(id);
        add_row(cancellations.rows(stored), state.cancellations.find(id)->second);
    }
    cancellations.save(transaction, cancellation_table);
    save_owned(transaction, state);

    sql::Changes webhooks;
    for (const auto& key : state.changed_webhooks) {
        add_row(
            webhooks.rows(state.stored_webhooks.contains(key)), state.webhooks.find(key)->second
        );
    }
    webhooks.save(transaction, webhook_table);
    save_auto_charges(transaction, state.auto_charging);
    catalogue::save(transaction, state.items, state.changed_items, state.stored_items);
}

}  // namespace pay::order
