#include "point/store.hpp"

#include <algorithm>
#include <array>
#include <set>

#include "core/json/names.hpp"
#include "point/store_lots.hpp"

namespace pay::point {
namespace {

constexpr std::array<std::string_view, 9> wallet_columns{
    "user_id", "paid", "bonus", "held", "owed", "version", "updated_at", "lots_version", "head"
};
constexpr sql::Table wallet_table{"wallet", wallet_columns};

constexpr std::array<std::string_view, 11> ledger_columns{
    "transaction_id", "line",     "account", "user_id",        "points", "balance_after",
    "reason",         "order_id", "at",      "wallet_version", "hash"
};
constexpr sql::Table ledger_table{"ledger_entry", ledger_columns, 2};

constexpr std::array<std::string_view, 3> adjustment_columns{
    "transaction_id", "admin_id", "reason"
};
constexpr sql::Table adjustment_table{"adjustment", adjustment_columns};

constexpr std::string_view select_wallets = R"(
    SELECT user_id, paid, bonus, held, owed, version, updated_at, lots_version, head
    FROM wallet WHERE user_id IN )";
constexpr std::string_view select_sums = R"(
    SELECT order_id, account, SUM(points) FROM ledger_entry WHERE order_id IN )";
// Lines of the user's balance alone: what only settles is no movement to them.
constexpr std::string_view select_ledger = R"(
    SELECT transaction_id, SUM(points), MIN(balance_after), MIN(reason), MIN(order_id), MIN(at)
    FROM ledger_entry WHERE user_id = ? AND transaction_id < ? AND account IN ('paid', 'bonus')
    GROUP BY transaction_id ORDER BY transaction_id DESC LIMIT ?)";

Wallet wallet_of(const sql::Row& row) {
    return {
        .user_id = std::string(row.text(0)),
        .paid = Points{row.integer(1)},
        .bonus = Points{row.integer(2)},
        .held = Points{row.integer(3)},
        .owed = Points{row.integer(4)},
        .version = row.integer(5),
        .updated_at = from_epoch_ms(row.integer(6)),
        .head = std::string(row.text(8)),
    };
}

void add(sql::Rows& rows, const Wallet& wallet) {
    rows.add(
        wallet.user_id, wallet.paid.value(), wallet.bonus.value(), wallet.held.value(),
        wallet.owed.value(), wallet.version, to_epoch_ms(wallet.updated_at), wallet.version,
        wallet.head
    );
}

void add(sql::Rows& rows, const Posting& posting) {
    const sql::Value nothing{nullptr};
    const auto order = posting.order_id.empty() ? nothing : sql::Value{posting.order_id};
    std::int64_t number = 0;
    // By the first of the user's lines the chain is found as the user's lines are.
    const auto first = std::ranges::find_if(posting.lines, is_users, &Line::account);
    for (const auto& line : posting.lines) {
        const bool users = is_users(line.account);
        const bool hashed =
            first != posting.lines.end() && &line == &*first && !posting.hash.empty();
        rows.add(
            posting.transaction_id, number++, json::name_of(line.account),
            users ? sql::Value{posting.user_id} : nothing, line.points.value(),
            users ? sql::Value{posting.balance_after.value()} : nothing,
            json::name_of(posting.reason), order, to_epoch_ms(posting.at),
            hashed ? sql::Value{posting.wallet_version} : nothing,
            hashed ? sql::Value{posting.hash} : nothing
        );
    }
}

/// What instructions touch. Sorted, so that instances lock rows in one order.
struct Keys {
    using Set = std::set<std::string_view>;
    Set users;
    Set asked;  ///< orders and holds, as the inbox has them
    Set holds;  ///< by id
    LotKeys lots;
    Set checked;  ///< orders

    void add(const Credit& credit) {
        users.insert(credit.asked.user_id);
        asked.insert(credit.asked.order_id);
    }
    void add(const Reverse& reverse) {
        users.insert(reverse.asked.user_id);
        asked.insert(reverse.asked.order_id);
        holds.insert(reverse.asked.order_id);
        lots.add_order(reverse.asked.order_id, reverse.asked.user_id);
    }
    void add(const TakeHold& wish) {
        users.insert(wish.asked.user_id);
        asked.insert(wish.asked.order_id);
        asked.insert(wish.asked.hold_id);
        holds.insert(wish.asked.hold_id);
        if (wish.asked.purpose == Purpose::purchase) {
            lots.users.insert(wish.asked.user_id);
        } else {
            lots.add_order(wish.asked.order_id, wish.asked.user_id);
        }
    }
    void add(const SettleHold& wish) { add(wish.asked); }
    void add(const ReleaseHold& wish) { add(wish.asked); }
    void add(const HoldEnd& end) {
        users.insert(end.user_id);
        asked.insert(end.hold_id);
        holds.insert(end.hold_id);
    }
    void add(const Adjust& adjust) {
        users.insert(adjust.user_id);
        lots.users.insert(adjust.user_id);
    }
    void add(const Grant& grant) {
        users.insert(grant.user_id);
        lots.users.insert(grant.user_id);
    }
    void add(const Expire& expire) {
        users.insert(expire.user_id);
        lots.users.insert(expire.user_id);
    }
    void add(const CheckOrder& check) {
        users.insert(check.asked.user_id);
        checked.insert(check.asked.order_id);
    }
};

std::vector<std::string_view> listed(const Keys::Set& keys) {
    return {keys.begin(), keys.end()};
}

void load_wallets(sql::Connection& connection, Keys& keys, State& state) {
    const auto on_row = [&](const sql::Row& row) {
        auto wallet = wallet_of(row);
        auto name = wallet.user_id;
        WalletRow loaded{.wallet = std::move(wallet), .stored = true};
        loaded.lots_lag = row.integer(5) != row.integer(7);
        state.wallets.insert_or_assign(std::move(name), std::move(loaded));
    };
    sql::query_locked_in(connection, select_wallets, listed(keys.users), "PRIMARY", on_row);
    for (const auto& [user, row] : state.wallets) {
        if (row.lots_lag) keys.lots.add_all(user);
    }
}

void load_sums(sql::Connection& connection, const Keys& keys, State& state) {
    constexpr std::string_view by_account = " GROUP BY order_id, account";
    sql::query_in(
        connection, select_sums, listed(keys.checked), by_account,
        [&](const sql::Row& row) {
            auto& sums = state.sums[std::string(row.text(0))];
            sums[json::named<Account>(row.text(1))] = Points{row.integer(2)};
        }
    );
}

}  // namespace

std::vector<EmbeddedFile> migrations() {
    std::vector<EmbeddedFile> all(schema.begin(), schema.end());
    all.insert(all.end(), inbox::schema.begin(), inbox::schema.end());
    return all;
}

State load(sql::Connection& connection, std::span<const Instruction* const> instructions) {
    Keys keys;
    for (const auto* instruction : instructions) {
        std::visit([&](const auto& wish) { keys.add(wish); }, *instruction);
    }
    State state;
    load_wallets(connection, keys, state);
    state.given = inbox::load<Action>(connection, listed(keys.asked));
    load_holds(connection, listed(keys.holds), keys.lots, state);
    load_lots(connection, keys.lots, state);
    load_sums(connection, keys, state);
    return state;
}

void save(sql::Transaction& transaction, const State& state) {
    sql::Changes wallets;
    for (const auto& [user, row] : state.wallets) {
        if (row.changed) add(wallets.rows(row.stored), row.wallet);
    }
    wallets.save(transaction, wallet_table);
    save_lots(transaction, state);
    save_holds(transaction, state);

    sql::Rows entries;
    for (const auto& posting : state.postings) add(entries, posting);
    sql::insert(transaction, ledger_table, entries);

    sql::Rows adjustments;
    for (const auto& adjustment : state.adjustments) {
        adjustments.add(adjustment.transaction_id, adjustment.admin_id, adjustment.reason);
    }
    sql::insert(transaction, adjustment_table, adjustments);

    inbox::save(transaction, state.given);
}

Wallet find_wallet(sql::Connection& connection, std::string_view user_id) {
    Wallet wallet;
    wallet.user_id = user_id;
    const std::array<std::string_view, 1> users{user_id};
    sql::query_in(connection, select_wallets, users, "", [&](const sql::Row& row) {
        wallet = wallet_of(row);
    });
    return wallet;
}

std::vector<LedgerEntry> list_ledger(
    sql::Connection& connection, std::string_view user_id, const http::Page& page
) {
    std::vector<LedgerEntry> entries;
    const std::array<sql::Value, 3> values{user_id, std::string_view{page.before}, page.limit + 1};
    connection.query(select_ledger, values, [&](const sql::Row& row) {
        entries.push_back({
            .id = std::string(row.text(0)),
            .user_id = std::string(user_id),
            .delta = Points{row.integer(1)},
            .balance_after = Points{row.integer(2)},
            .reason = json::named<Reason>(row.text(3)),
            .order_id = row.optional_text(4),
            .at = from_epoch_ms(row.integer(5)),
        });
    });
    return entries;
}

}  // namespace pay::point
