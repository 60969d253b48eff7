#include "audit/chains.hpp"

#include <algorithm>
#include <map>

#include "point/chain.hpp"
#include "point/seal.hpp"

namespace pay::audit {
namespace {

constexpr std::string_view select_heads = "SELECT user_id, head FROM wallet";
// The lines of each transaction, found by the one of them that has its hash.
constexpr std::string_view select_links = R"(
    SELECT h.user_id, h.transaction_id, h.hash, h.wallet_version, h.balance_after, h.reason,
           h.order_id, h.at, l.account, l.points, l.user_id, l.balance_after, l.reason, l.order_id,
           l.at
    FROM ledger_entry h JOIN ledger_entry l ON l.transaction_id = h.transaction_id)";
constexpr std::string_view by_version =
    " AND h.hash IS NOT NULL ORDER BY h.user_id, h.wallet_version, h.transaction_id, l.line";
constexpr std::string_view select_hashed =
    "SELECT user_id, transaction_id, MAX(hash) FROM ledger_entry";
constexpr std::string_view by_transaction =
    " GROUP BY user_id, transaction_id ORDER BY user_id, transaction_id";
constexpr std::string_view select_first_seal = "SELECT MIN(day) FROM seal";

struct Found {
    std::string head;     ///< as the wallet says
    std::string last;     ///< hash of the last transaction read
    std::string broken;   ///< the first transaction that does not fit
    std::string missing;  ///< the first without a hash since the chain began
};
using Wallets = std::map<std::string, Found, std::less<>>;

/// A transaction as it is read, line by line.
class Reading {
 public:
    explicit Reading(Wallets& wallets) : x_wallets(wallets) {}

    void take(const sql::Row& row) {
        if (!x_link || row.text(1) != x_transaction || row.text(0) != x_user) begin(row);
        x_link->add_line(row.text(8), row.integer(9));
        // What all lines say again, and the hash holds once.
        const bool agrees = row.text(12) == row.text(5) && row.text(13) == row.text(6) &&
                            row.integer(14) == row.integer(7);
        const bool users = !row.null(10);
        const bool same_user =
            !users || (row.text(10) == row.text(0) && row.integer(11) == row.integer(4));
        if (!agrees || !same_user) x_agrees = false;
    }

    void close() {
        if (!x_link) return;
        if (x_found->broken.empty() && (!x_agrees || x_link->hash() != x_hash)) {
            x_found->broken = x_transaction;
        }
        x_found->last = x_hash;
        x_link.reset();
    }

 private:
    void begin(const sql::Row& row) {
        close();
        x_user = row.text(0);
        x_transaction = row.text(1);
        x_hash = row.text(2);
        x_agrees = true;
        x_found = &x_wallets[x_user];
        x_link.emplace(point::Link::Head{
            .previous = x_found->last,
            .transaction_id = x_transaction,
            .user_id = x_user,
            .order_id = row.text(6),
            .reason = row.text(5),
            .at = row.integer(7),
            .balance_after = row.integer(4),
            .wallet_version = row.integer(3),
        });
    }

    Wallets& x_wallets;
    Found* x_found = nullptr;
    std::string x_user;
    std::string x_transaction;
    std::string x_hash;
    bool x_agrees = true;
    std::optional<point::Link> x_link;
};

/// Until when transactions may be without a hash: on the day sealing began, instances of a version
/// that knew no chain may still have served.
std::string chained_since(sql::Connection& point) {
    std::string since;
    point.query(select_first_seal, {}, [&](const sql::Row& row) {
        const auto first = point::day_named(row.text(0));
        if (first) since = point::transactions_from(*first + std::chrono::days{2});
    });
    return since;
}

void find_missing(sql::Connection& point, const Selection& users, Wallets& wallets) {
    const auto since = chained_since(point);
    std::string user;
    bool chained = false;
    read(point, select_hashed, "user_id", users, by_transaction, [&](const sql::Row& row) {
        if (row.text(0) != user) chained = false;
        user = row.text(0);
        if (!row.null(2)) chained = true;
        if (!chained || !row.null(2) || row.text(1) < since) return;
        auto& missing = wallets[user].missing;
        if (missing.empty()) missing = row.text(1);
    });
}

void judge(const std::string& user, const Found& found, const OnSuspicion& suspicious) {
    Suspicion suspicion{.key = user};
    const auto add = [&](const std::string& fault) {
        suspicion.problems.push_back({"chain", {}, user, "User " + user + ' ' + fault + '.'});
    };
    if (!found.broken.empty()) {
        add("has a chain of transactions that breaks at " + found.broken +
            ": it, or what was booked before it, is not what it was");
    } else if (found.last != found.head) {
        add("has a chain of transactions whose last is not the wallet's head");
    }
    if (!found.missing.empty()) {
        add("has a transaction without a hash in a chain: " + found.missing);
    }
    if (!suspicion.problems.empty()) suspicious(std::move(suspicion));
}

/// What a seal should be and is not; empty if it fits.
std::string fault_of(
    const point::Seal& seal, const std::optional<point::Seal>& before, sql::Connection& point
) {
    const auto day = point::day_named(seal.day);
    if (!day) return "is of no day";
    if (before) {
        const auto next = point::name_of(*point::day_named(before->day) + std::chrono::days{1});
        if (seal.day != next) return "does not follow that of " + before->day;
    }
    if (seal.previous != (before ? before->hash : "")) return "is not over the one before it";
    const auto now = point::make_seal(point, *day, seal.previous);
    std::string shards;
    const auto known = [](const auto& all, const point::ShardSeal& one) {
        return std::ranges::find(all, one) != all.end();
    };
    const auto name = [&](const point::ShardSeal& shard) {
        const auto number = ' ' + std::to_string(shard.shard);
        if (!(shards + ' ').contains(number + ' ')) shards += number;
    };
    for (const auto& shard : seal.shards) {
        if (!known(now.shards, shard)) name(shard);
    }
    for (const auto& shard : now.shards) {
        if (!known(seal.shards, shard)) name(shard);
    }
    if (!shards.empty()) {
        return "holds " + std::to_string(seal.transactions) + " transactions and the ledger has " +
               std::to_string(now.transactions) + ": it does not fit in the shards of users" +
               shards;
    }
    return seal.hash == now.hash ? "" : "is not what it is made of";
}

}  // namespace

void examine_chains(sql::Connection& point, const Selection& users, const OnSuspicion& suspicious) {
    Wallets wallets;
    read(point, select_heads, "user_id", users, "", [&](const sql::Row& row) {
        wallets[std::string(row.text(0))].head = row.text(1);
    });
    Reading reading(wallets);
    read(point, select_links, "h.user_id", users, by_version, [&](const sql::Row& row) {
        reading.take(row);
    });
    reading.close();
    find_missing(point, users, wallets);
    for (const auto& [user, found] : wallets) judge(user, found, suspicious);
}

std::int64_t examine_seals(sql::Connection& point, const OnSuspicion& suspicious) {
    std::optional<point::Seal> before;
    std::int64_t count = 0;
    point::read_seals(point, [&](const point::Seal& seal) {
        const auto fault = fault_of(seal, before, point);
        if (!fault.empty()) {
            Suspicion suspicion{.key = seal.day};
            suspicion.problems.push_back(
                {"seal", {}, {}, "The seal of " + seal.day + ' ' + fault + '.'}
            );
            suspicious(std::move(suspicion));
        }
        if (point::day_named(seal.day)) before = seal;
        ++count;
    });
    return count;
}

}  // namespace pay::audit
