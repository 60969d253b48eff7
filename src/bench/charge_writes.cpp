#include "bench/charge_writes.hpp"

#include <algorithm>
#include <array>

#include "bench/users.hpp"
#include "core/idempotency/keys.hpp"
#include "core/ident/ident.hpp"
#include "core/inbox/inbox.hpp"
#include "core/outbox/outbox.hpp"
#include "order/columns.hpp"
#include "order_item/store.hpp"
#include "point/chain.hpp"
#include "point/store.hpp"

namespace pay::bench {
namespace {

constexpr std::string_view instance = "production-host-1:8080";

template <class Thing>
void save(const Batch& batch, const sql::Table& table, bool stored, const Thing& like) {
    std::vector<decltype(like(batch.charges.front()))> things;
    things.reserve(batch.charges.size());  // the rows do not copy text
    sql::Changes changes;
    for (const auto& charge : batch.charges) {
        add_row(changes.rows(stored), things.emplace_back(like(charge)));
    }
    changes.save(batch.transaction, table);
}

template <order::Order Pattern::* stage, bool stored>
void save_orders(const Batch& batch) {
    save(batch, stored ? order::paid_order_table : order::order_table, stored, [&](const auto& it) {
        return order_like(batch.pattern.*stage, it);
    });
}

template <order::Webhook Pattern::* stage, bool stored>
void save_webhooks(const Batch& batch) {
    save(batch, order::webhook_table, stored, [&](const Charge& charge) {
        return webhook_like(batch.pattern.*stage, charge);
    });
}

template <bool answered>
void save_keys(const Batch& batch) {
    static const std::string fingerprint = random_hex_128() + random_hex_128();
    std::vector<idempotency::Entry> entries;
    entries.reserve(batch.charges.size());
    for (const auto& charge : batch.charges) {
        auto& entry = entries.emplace_back();
        entry.key = {charge.user_id, "bench-" + charge.order_id, fingerprint};
        *entry.key.stored = answered;
        entry.resource_id = charge.order_id;
        entry.runs = !answered;
        if (!answered) continue;
        entry.status = 201;
        entry.body = batch.pattern.answer;
    }
    idempotency::save(batch.transaction, std::string(instance), entries, batch.charges[0].at);
}

template <std::vector<bus::Message> Pattern::* said>
void add_messages(const Batch& batch) {
    std::vector<bus::Message> messages;
    for (const auto& charge : batch.charges) {
        for (const auto& pattern : batch.pattern.*said) {
            if (pattern.reply || (!batch.events && pattern.topic.ends_with(".events"))) continue;
            auto& message = messages.emplace_back(pattern);
            message.id = make_id(prefix::message, charge.at);
            message.time = charge.at;
            message.traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        }
    }
    auto parcels =
        outbox::append(batch.transaction, instance, std::move(messages), batch.charges[0].at);
    for (auto& parcel : parcels) batch.sent.push_back(std::move(parcel.id));
}

void remove_messages(const Batch& batch) {
    outbox::remove(batch.transaction, batch.sent);
    batch.sent.clear();
}

/// The buyer's wallet when this charge is done.
point::Wallet wallet_after(const Batch& batch, const Charge& charge) {
    const auto users = batch.all.users();
    auto wallet = bench::wallet_after(
        batch.wallets[charge.number % users], batch.all, charge.number / users + 1
    );
    wallet.updated_at = charge.at;
    wallet.head = batch.heads[charge.number % users];
    return wallet;
}

void change_wallets(const Batch& batch) {
    point::State state;
    for (const auto& charge : batch.charges) {
        auto& row = state.wallets[charge.user_id];
        row.wallet = wallet_after(batch, charge);
        row.stored = row.changed = true;
    }
    point::save(batch.transaction, state);
}

void add_lots(const Batch& batch) {
    const point::Settings settings;
    const Points points = *batch.all.package().points;
    point::State state;
    for (const auto& charge : batch.charges) {
        point::Lot lot{.id = charge.transaction_id + ".1", .user_id = charge.user_id};
        lot.order_id = charge.order_id;
        lot.expires_at = charge.at + settings.paid_life;
        lot.granted = lot.left = points;
        point::open_lot(state.wallets[charge.user_id].lots, std::move(lot), settings, charge.at);
    }
    point::save(batch.transaction, state);
}

void add_postings(const Batch& batch) {
    const Points points = *batch.all.package().points;
    point::State state;
    for (const auto& charge : batch.charges) {
        point::Posting posting{charge.transaction_id, charge.user_id, charge.order_id};
        posting.lines = {{point::Account::issued, -points}, {point::Account::paid, points}};
        auto wallet = wallet_after(batch, charge);
        posting.balance_after = wallet.balance();
        posting.at = charge.at;
        point::chain(wallet, posting);
        batch.heads[charge.number % batch.all.users()] = wallet.head;
        state.postings.push_back(std::move(posting));
    }
    point::save(batch.transaction, state);
}

template <class Action, Action action>
void keep_outcomes(const Batch& batch) {
    inbox::Answers<Action> given;
    for (const auto& charge : batch.charges) {
        inbox::give(given, charge.order_id, action, "", charge.at);
    }
    inbox::save(batch.transaction, given);
}

void add_order_items(const Batch& batch) {
    order_item::State state;
    for (const auto& charge : batch.charges) {
        const auto save = save_of(charge, batch.all.package());
        const auto& asked = save.asked;
        state.saved.insert(asked.order_id);
        state.items.emplace(
            asked.order_id,
            order_item::OrderItem{
                save.id, asked.order_id, asked.user_id, asked.item_id, asked.item_name, asked.kind,
                asked.amount, asked.points, charge.at
            }
        );
    }
    order_item::save(batch.transaction, state);
}

using enum Kind;
using P = Pattern;
constexpr auto credit_done = keep_outcomes<point::Action, point::Action::credit>;
constexpr auto save_done = keep_outcomes<order_item::Action, order_item::Action::save>;

// clang-format off
// The first of the order service's commands comes of the webhook.
// service, command, kind, table, rows, further rows for events
constexpr std::array writes{
    Write{"order",      1, insert, "webhook",         1, 0, save_webhooks<&P::heard, false>},
    Write{"order",      2, insert, "purchase_order",  1, 0, save_orders<&P::placed, false>},
    Write{"order",      2, insert, "outbox",          1, 0, add_messages<&P::placing>, true},
    Write{"order",      2, insert, "idempotency_key", 1, 0, save_keys<false>},
    Write{"order",      2, update, "webhook",         1, 0, save_webhooks<&P::settled, true>},
    Write{"order",      3, update, "purchase_order",  1, 0, save_orders<&P::credited, true>},
    Write{"order",      3, remove, "outbox",          1, 1, remove_messages, true},
    Write{"order",      4, update, "purchase_order",  1, 0, save_orders<&P::finished, true>},
    Write{"order",      4, insert, "outbox",          0, 1, add_messages<&P::finishing>, true},
    Write{"order",      4, update, "idempotency_key", 1, 0, save_keys<true>},

    Write{"point",      1, remove, "outbox",          0, 1, remove_messages, true},
    Write{"point",      1, insert, "ledger_entry",    2, 0, add_postings},
    Write{"point",      1, insert, "lot",             1, 0, add_lots},
    Write{"point",      1, update, "wallet",          1, 0, change_wallets},
    Write{"point",      1, insert, "inbox",           1, 0, credit_done},
    Write{"point",      1, insert, "outbox",          0, 1, add_messages<&P::crediting>, true},

    Write{"order_item", 1, insert, "order_item",      1, 0, add_order_items},
    Write{"order_item", 1, insert, "inbox",           1, 0, save_done},
};
constexpr std::array remains{
    Write{"order",      1, insert, "purchase_order",  1, 0, save_orders<&P::finished, false>},
    Write{"order",      1, insert, "webhook",         1, 0, save_webhooks<&P::settled, false>},
    Write{"point",      1, insert, "ledger_entry",    2, 0, add_postings},
    Write{"point",      1, insert, "lot",             1, 0, add_lots},
    Write{"point",      1, insert, "inbox",           1, 0, credit_done},
    Write{"order_item", 1, insert, "order_item",      1, 0, add_order_items},
    Write{"order_item", 1, insert, "inbox",           1, 0, save_done},
};
// clang-format on

}  // namespace

std::span<const Write> charge_writes() {
    return writes;
}

std::span<const Write> remaining_writes() {
    return remains;
}

int commands_of(std::string_view service, std::span<const Write> of) {
    int commands = 0;
    for (const auto& write : of) {
        if (write.service == service) commands = std::max(commands, write.command);
    }
    return commands;
}

point::Wallet wallet_after(
    const point::Wallet& before, const Charges& charges, std::uint64_t times
) {
    auto wallet = before;
    const auto count = static_cast<std::int64_t>(times);
    wallet.paid += Points{charges.package().points->value() * count};
    wallet.version += count;
    return wallet;
}

void save_wallets(sql::Connection& point, const Wallets& wallets, bool stored) {
    point::State state;
    for (const auto& wallet : wallets) {
        auto& row = state.wallets[wallet.user_id];
        row.wallet = wallet;
        row.stored = stored;
        row.changed = true;
    }
    sql::Transaction transaction(point);
    point::save(transaction, state);
    transaction.commit();
}

}  // namespace pay::bench
