#include "order/store.hpp"

#include <array>

#include "order/columns.hpp"

namespace pay::order {
namespace {

#define PAY_ORDER_COLUMNS                                                                        \
    "id, user_id, item_id, item_name, item_version, kind, payment_method, amount, points, "      \
    "status, receipt_id, presented_receipt_id, canceled_amount, failure, payment_step, "         \
    "payment_step_at, point_step, point_step_at, order_item_step, order_item_step_at, version, " \
    "created_at, updated_at, due_at, attempts, approval_at, deadline_at"
#define PAY_REFUND_COLUMNS                                                                    \
    "receipt_id, order_id, status, cancel_id, canceled_before, called_at, due_at, attempts, " \
    "created_at, updated_at"
#define PAY_WEBHOOK_COLUMNS \
    "receipt_id, receipt_status, canceled, order_id, price, status, due_at, attempts, created_at"

constexpr std::string_view select_orders =
    "SELECT " PAY_ORDER_COLUMNS " FROM purchase_order WHERE id IN ";
constexpr std::string_view select_orders_by_receipt =
    "SELECT " PAY_ORDER_COLUMNS " FROM purchase_order WHERE receipt_id IN ";
constexpr std::string_view select_refunds =
    "SELECT " PAY_REFUND_COLUMNS " FROM refund WHERE receipt_id IN ";
constexpr std::string_view select_webhooks =
    "SELECT " PAY_WEBHOOK_COLUMNS " FROM webhook WHERE receipt_id IN ";

constexpr std::string_view select_newest =
    "SELECT " PAY_ORDER_COLUMNS " FROM purchase_order WHERE id < ?";
constexpr std::string_view select_newest_of_user =
    "SELECT " PAY_ORDER_COLUMNS " FROM purchase_order WHERE id < ? AND user_id = ?";
constexpr std::string_view and_status = " AND status = ?";
constexpr std::string_view newest_first = " ORDER BY id DESC LIMIT ?";
constexpr std::string_view after_every_id = "~";  // sorts behind all letters and digits

constexpr std::string_view select_due_orders =
    "SELECT " PAY_ORDER_COLUMNS " FROM purchase_order WHERE due_at <= ? ORDER BY due_at LIMIT ?";
constexpr std::string_view select_due_refunds =
    "SELECT " PAY_REFUND_COLUMNS " FROM refund WHERE due_at <= ? ORDER BY due_at LIMIT ?";
constexpr std::string_view select_due_webhooks =
    "SELECT " PAY_WEBHOOK_COLUMNS " FROM webhook WHERE due_at <= ? ORDER BY due_at LIMIT ?";
constexpr std::string_view count_waiting_webhooks =
    "SELECT COUNT(*) FROM webhook WHERE due_at IS NOT NULL";

/// The keys a batch of commands touches.
struct Keys {
    std::set<std::string_view> orders;
    std::set<std::string_view> receipts;
    std::set<std::string_view> refunds;
    std::set<std::string_view> webhooks;
    std::set<std::string_view> items;
    std::set<std::string_view> changed_items;

    void operator()(const Place& command) {
        items.insert(command.order.item_id);
        if (!command.presented_receipt_id.empty()) receipts.insert(command.presented_receipt_id);
    }
    void operator()(const PlacePaid& command) {
        items.insert(command.order.item_id);
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
    void operator()(const PointReplied& command) { orders.insert(command.reply.order_id); }
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
    void operator()(const item::Changed& changed) { changed_items.insert(changed.id); }

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

/// The refunds asked for, those of orders that are being undone, and the orders they belong to.
void load_refunds(sql::Connection& connection, std::set<std::string_view> receipts, State& state) {
    for (const auto& [id, order] : state.orders) {
        const bool undone = order.status == Status::FAILING || order.status == Status::FAIL ||
                            order.status == Status::EXPIRED;
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

std::vector<Order> query_orders(
    sql::Connection& connection, std::string_view statement, std::span<const sql::Value> values
) {
    std::vector<Order> orders;
    connection.query(statement, values, [&](const sql::Row& row) {
        orders.push_back(read_order(row));
    });
    return orders;
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
    sql::query_locked_in(
        connection, select_webhooks, listed(keys.webhooks), "PRIMARY",
        [&](const sql::Row& row) {
            Webhook webhook = read_webhook(row);
            state.stored_webhooks.insert(webhook.key());
            state.webhooks.emplace(webhook.key(), std::move(webhook));
        }
    );
    load_items(connection, keys, state);
    return state;
}

void save(sql::Transaction& transaction, const State& state) {
    save_orders(transaction, state);
    sql::Changes refunds;
    for (const auto& id : state.changed_refunds) {
        add_row(refunds.rows(state.stored_refunds.contains(id)), state.refunds.find(id)->second);
    }
    refunds.save(transaction, refund_table);

    sql::Changes webhooks;
    for (const auto& key : state.changed_webhooks) {
        add_row(
            webhooks.rows(state.stored_webhooks.contains(key)), state.webhooks.find(key)->second
        );
    }
    webhooks.save(transaction, webhook_table);
    catalogue::save(transaction, state.items, state.changed_items, state.stored_items);
}

std::optional<Order> find_order(sql::Connection& connection, std::string_view id) {
    std::optional<Order> order;
    sql::query_in(connection, select_orders, {&id, 1}, "", [&](const sql::Row& row) {
        order = read_order(row);
    });
    return order;
}

std::vector<Order> find_orders(sql::Connection& connection, std::span<const std::string> ids) {
    std::vector<Order> orders;
    const std::vector<std::string_view> keys(ids.begin(), ids.end());
    sql::query_in(connection, select_orders, keys, "", [&](const sql::Row& row) {
        orders.push_back(read_order(row));
    });
    return orders;
}

std::optional<Order> find_order_by_receipt(
    sql::Connection& connection, std::string_view receipt_id
) {
    std::optional<Order> order;
    sql::query_in(
        connection, select_orders_by_receipt, {&receipt_id, 1}, "",
        [&](const sql::Row& row) { order = read_order(row); }
    );
    return order;
}

std::vector<Order> list_orders(sql::Connection& connection, const OrderQuery& query) {
    const bool everybody = query.user_id.empty();
    std::string statement(everybody ? select_newest : select_newest_of_user);
    std::vector<sql::Value> values;
    values.emplace_back(
        query.before_id.empty() ? after_every_id : std::string_view{query.before_id}
    );
    if (!everybody) values.emplace_back(query.user_id);
    if (query.status) {
        statement += and_status;
        values.emplace_back(json::name_of(*query.status));
    }
    statement += newest_first;
    values.emplace_back(query.limit);
    return query_orders(connection, statement, values);
}

std::vector<Order> due_orders(sql::Connection& connection, Time now, std::int64_t limit) {
    const std::array<sql::Value, 2> values{to_epoch_ms(now), limit};
    return query_orders(connection, select_due_orders, values);
}

std::vector<Refund> due_refunds(sql::Connection& connection, Time now, std::int64_t limit) {
    std::vector<Refund> refunds;
    const std::array<sql::Value, 2> values{to_epoch_ms(now), limit};
    connection.query(select_due_refunds, values, [&](const sql::Row& row) {
        refunds.push_back(read_refund(row));
    });
    return refunds;
}

std::vector<Webhook> due_webhooks(sql::Connection& connection, Time now, std::int64_t limit) {
    std::vector<Webhook> webhooks;
    const std::array<sql::Value, 2> values{to_epoch_ms(now), limit};
    connection.query(select_due_webhooks, values, [&](const sql::Row& row) {
        webhooks.push_back(read_webhook(row));
    });
    return webhooks;
}

std::int64_t waiting_webhooks(sql::Connection& connection) {
    std::int64_t count = 0;
    connection.query(count_waiting_webhooks, {}, [&](const sql::Row& row) {
        count = row.integer(0);
    });
    return count;
}

}  // namespace pay::order
