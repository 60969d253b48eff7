#include "audit/ledger.hpp"

#include <algorithm>
#include <array>
#include <map>

#include "point/types.hpp"

namespace pay::audit {
namespace {

using point::Account;

constexpr std::string_view select_wallets = "SELECT user_id, paid, bonus, held, owed FROM wallet";
constexpr std::string_view select_users_lines =
    "SELECT user_id, transaction_id, account, points, balance_after FROM ledger_entry";
constexpr std::string_view by_user = " ORDER BY user_id, transaction_id";
constexpr std::string_view select_lines =
    "SELECT transaction_id, account, user_id, points FROM ledger_entry";
constexpr std::string_view by_transaction = " ORDER BY transaction_id";

/// Sums are taken modulo 2^64, which one wrong line always changes and which cannot overflow.
using Sum = std::uint64_t;

Sum sum_of(std::int64_t value) {
    return static_cast<Sum>(value);
}
std::string text_of(Sum sum) {
    return std::to_string(static_cast<std::int64_t>(sum));
}

constexpr std::array<std::string_view, 4> account_names{"paid", "bonus", "held", "owed"};

/// Balances are compared as a set, whatever their order: ids of transactions sort by time only as
/// well as clocks agree. A sum of mixed values tells one set from another.
Sum mixed(Sum value) {
    value += 0x9e3779b97f4a7c15U;
    value = (value ^ (value >> 30U)) * 0xbf58476d1ce4e5b9U;
    value = (value ^ (value >> 27U)) * 0x94d049bb133111ebU;
    return value ^ (value >> 31U);
}

/// One user's wallet and what the ledger says of it; of the same size however many lines there are.
struct Tally {
    std::optional<std::array<std::int64_t, 4>> wallet;  ///< paid, bonus, held, owed
    std::array<Sum, 4> sums{};
    Sum befores = 0;  ///< mixed balances before and after each transaction
    Sum afters = 0;
    std::string negative;  ///< a transaction after which the balance was below zero
    std::string broken;    ///< a transaction whose lines do not agree on the balance after it

    std::string transaction{};  ///< the one being read
    Sum delta = 0;
    std::optional<std::int64_t> after{};

    void take(const sql::Row& row) {
        if (row.text(1) != transaction) {
            close();
            transaction = row.text(1);
            after = row.optional_integer(4);
        }
        if (!after || after != row.optional_integer(4)) broken = transaction;
        const auto account = known<Account>(row.text(2));
        if (!account || !point::is_users(*account)) {
            broken = transaction;
            return;
        }
        const auto points = sum_of(row.integer(3));
        sums[static_cast<std::size_t>(*account)] += points;
        if (*account == Account::paid || *account == Account::bonus) delta += points;
    }

    void close() {
        if (transaction.empty()) return;
        const auto balance = after.value_or(0);
        if (balance < 0) negative = transaction;
        afters += mixed(sum_of(balance));
        befores += mixed(sum_of(balance) - delta);
        delta = 0;
    }
};

std::vector<std::string> faults_of(const Tally& tally) {
    std::vector<std::string> faults;
    const auto wallet = tally.wallet.value_or(std::array<std::int64_t, 4>{});
    if (!tally.wallet) faults.emplace_back("has points in the ledger but no wallet");
    for (std::size_t i = 0; i < wallet.size(); ++i) {
        const std::string account(account_names[i]);
        // What is owed counts below zero in the ledger.
        const Sum sum = i == 3 ? Sum{0} - tally.sums[i] : tally.sums[i];
        if (sum != sum_of(wallet[i])) {
            faults.push_back(
                "has " + std::to_string(wallet[i]) + " points " + account +
                " in the wallet, but the ledger sums to " + text_of(sum)
            );
        }
        if (wallet[i] < 0) faults.push_back("has a negative number of points " + account);
    }
    if (!tally.negative.empty()) {
        faults.push_back("had a negative balance after transaction " + tally.negative);
    }
    const Sum balance = tally.sums[0] + tally.sums[1];
    const bool chained = tally.befores + mixed(balance) == tally.afters + mixed(0);
    if (!tally.broken.empty()) {
        faults.push_back("has lines that do not fit together in transaction " + tally.broken);
    } else if (!chained) {
        faults.emplace_back("has balances in the ledger that do not follow from one another");
    }
    return faults;
}

void judge(const std::string& user, const Tally& tally, const OnSuspicion& suspicious) {
    Suspicion suspicion{.key = user};
    for (const auto& fault : faults_of(tally)) {
        suspicion.problems.push_back({"balance", {}, user, "User " + user + ' ' + fault + '.'});
    }
    if (!suspicion.problems.empty()) suspicious(std::move(suspicion));
}

/// A transaction, line by line.
struct Posting {
    std::string id;
    Sum sum = 0;
    bool misplaced = false;
};

void judge(const Posting& posting, const OnSuspicion& suspicious) {
    Suspicion suspicion{.key = posting.id};
    const auto add = [&](const std::string& fault) {
        suspicion.problems.push_back(
            {"double_entry", {}, {}, "The lines of transaction " + posting.id + ' ' + fault + '.'}
        );
    };
    if (posting.sum != 0) add("sum to " + text_of(posting.sum) + " points and not to zero");
    if (posting.misplaced) add("name an unknown account, or not the one whose account it is");
    if (!suspicion.problems.empty()) suspicious(std::move(suspicion));
}

}  // namespace

void examine_wallets(
    sql::Connection& point, const Selection& users, Points& total, const OnSuspicion& suspicious
) {
    std::map<std::string, Tally, std::less<>> tallies;
    read(point, select_wallets, "user_id", users, "", [&](const sql::Row& row) {
        auto& wallet = tallies[std::string(row.text(0))].wallet.emplace();
        for (std::size_t i = 0; i < wallet.size(); ++i) {
            wallet[i] = row.integer(static_cast<int>(i) + 1);
        }
        const Sum sum = sum_of(total.value()) + sum_of(wallet[0]) + sum_of(wallet[1]);
        total = Points{static_cast<std::int64_t>(sum)};
    });
    auto at = tallies.end();
    read(point, select_users_lines, "user_id", users, by_user, [&](const sql::Row& row) {
        if (at == tallies.end() || at->first != row.text(0)) {
            at = tallies.try_emplace(std::string(row.text(0))).first;
        }
        at->second.take(row);
    });
    for (auto& [user, tally] : tallies) {
        tally.close();
        judge(user, tally, suspicious);
    }
}

std::int64_t examine_transactions(
    sql::Connection& point, const Selection& transactions, const OnSuspicion& suspicious
) {
    Posting posting;
    std::int64_t count = 0;
    const auto close = [&] {
        if (posting.id.empty()) return;
        judge(posting, suspicious);
        ++count;
    };
    read(
        point, select_lines, "transaction_id", transactions, by_transaction,
        [&](const sql::Row& row) {
            if (row.text(0) != posting.id) {
                close();
                posting = {std::string(row.text(0)), 0, false};
            }
            posting.sum += sum_of(row.integer(3));
            const auto account = known<Account>(row.text(1));
            if (!account || point::is_users(*account) == row.null(2)) posting.misplaced = true;
        }
    );
    close();
    return count;
}

}  // namespace pay::audit
