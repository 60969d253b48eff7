#include "audit/lots.hpp"

#include <map>

#include "point/types.hpp"

namespace pay::audit {
namespace {

constexpr std::string_view select_wallets =
    "SELECT user_id, paid, bonus, version, lots_version FROM wallet";
constexpr std::string_view select_lots = R"(
    SELECT user_id, id, kind, granted, points_left, repaid, canceled, open_of
    FROM lot)";
constexpr std::string_view select_holds = R"(
    SELECT h.hold_id, h.user_id, h.points, u.points, u.owed
    FROM point_hold h LEFT JOIN lot_use u ON u.hold_id = h.hold_id)";
constexpr std::string_view by_hold = " ORDER BY h.hold_id";
constexpr std::string_view select_open_holds =
    "SELECT user_id, SUM(points) FROM point_hold WHERE status = 'open' GROUP BY user_id";
constexpr std::string_view select_held = "SELECT user_id, held FROM wallet WHERE held <> 0";

/// Modulo 2^64, as everywhere.
using Sum = std::uint64_t;

/// A user's wallet, and what the lots have left.
struct Wallet {
    Sum paid = 0;
    Sum bonus = 0;
    Sum lots_paid = 0;
    Sum lots_bonus = 0;
    /// A process of the time before lots has changed it: the next change brings the lots in line.
    bool lag = false;
    std::string broken{};  ///< a lot that cannot be
};

bool sound(const sql::Row& row) {
    const auto granted = row.integer(3);
    const auto left = row.integer(4);
    const auto repaid = row.integer(5);
    const auto canceled = row.integer(6);
    for (const auto points : {granted, left, repaid, canceled}) {
        if (points < 0 || points > 4 * largest_amount) return false;
    }
    // What is left is found to be spent by this column.
    const bool open = left > 0;
    const bool found = open ? row.optional_text(7) == row.text(0) : row.null(7);
    return left + repaid + canceled <= granted && found;
}

void judge(const std::string& user, const Wallet& wallet, const OnSuspicion& suspicious) {
    Suspicion suspicion{.key = user};
    const auto add = [&](const std::string& fault) {
        suspicion.problems.push_back({"lot", {}, user, "User " + user + ' ' + fault + '.'});
    };
    const auto compare = [&](const std::string& kind, Sum says, Sum lots) {
        if (wallet.lag || says == lots) return;
        add("has " + std::to_string(static_cast<std::int64_t>(says)) + " points " + kind +
            " in the wallet, but the lots have " + std::to_string(static_cast<std::int64_t>(lots)) +
            " left");
    };
    compare("paid", wallet.paid, wallet.lots_paid);
    compare("bonus", wallet.bonus, wallet.lots_bonus);
    if (!wallet.broken.empty()) add("has a lot that cannot be: " + wallet.broken);
    if (!suspicion.problems.empty()) suspicious(std::move(suspicion));
}

/// A hold, use by use.
struct Hold {
    std::string id{};
    std::string user_id{};
    std::int64_t points = 0;
    Sum uses = 0;
    bool negative = false;
};

void judge(const Hold& hold, const OnSuspicion& suspicious) {
    const bool sums_up = hold.uses == static_cast<Sum>(hold.points);
    if (hold.id.empty() || (sums_up && !hold.negative && hold.points > 0)) return;
    Suspicion suspicion{.key = hold.id};
    suspicion.problems.push_back(
        {"hold",
         {},
         hold.user_id,
         "Hold " + hold.id + " is of " + std::to_string(hold.points) + " points, but took " +
             std::to_string(static_cast<std::int64_t>(hold.uses)) +
             (hold.negative ? ", some of them below zero." : ".")}
    );
    suspicious(std::move(suspicion));
}

}  // namespace

void examine_lots(sql::Connection& point, const Selection& users, const OnSuspicion& suspicious) {
    std::map<std::string, Wallet, std::less<>> wallets;
    read(point, select_wallets, "user_id", users, "", [&](const sql::Row& row) {
        wallets.insert_or_assign(
            std::string(row.text(0)),
            Wallet{
                .paid = static_cast<Sum>(row.integer(1)),
                .bonus = static_cast<Sum>(row.integer(2)),
                .lag = row.integer(4) < row.integer(3),
            }
        );
    });
    read(point, select_lots, "user_id", users, "", [&](const sql::Row& row) {
        auto& wallet = wallets[std::string(row.text(0))];
        const auto kind = row.text(2);
        const auto left = static_cast<Sum>(row.integer(4));
        if (kind == "paid") wallet.lots_paid += left;
        if (kind == "bonus") wallet.lots_bonus += left;
        if (!sound(row) || (kind != "paid" && kind != "bonus")) wallet.broken = row.text(1);
    });
    for (const auto& [user, wallet] : wallets) judge(user, wallet, suspicious);
}

void examine_holds(sql::Connection& point, const Selection& holds, const OnSuspicion& suspicious) {
    Hold hold;
    read(point, select_holds, "h.hold_id", holds, by_hold, [&](const sql::Row& row) {
        if (row.text(0) != hold.id) {
            judge(hold, suspicious);
            hold = {std::string(row.text(0)), std::string(row.text(1)), row.integer(2)};
        }
        for (const int column : {3, 4}) {
            const auto points = row.optional_integer(column).value_or(0);
            hold.uses += static_cast<Sum>(points);
            hold.negative = hold.negative || points < 0;
        }
    });
    judge(hold, suspicious);
}

void examine_held(sql::Connection& point, const OnSuspicion& suspicious) {
    struct Held {
        std::int64_t wallet = 0;
        std::int64_t holds = 0;
    };
    std::map<std::string, Held, std::less<>> users;
    point.query(select_open_holds, {}, [&](const sql::Row& row) {
        users[std::string(row.text(0))].holds = row.integer(1);
    });
    point.query(select_held, {}, [&](const sql::Row& row) {
        users[std::string(row.text(0))].wallet = row.integer(1);
    });
    for (const auto& [user, held] : users) {
        if (held.wallet == held.holds) continue;
        Suspicion suspicion{.key = user};
        suspicion.problems.push_back(
            {"hold",
             {},
             user,
             "User " + user + " has " + std::to_string(held.wallet) +
                 " points held in the wallet, but the open holds are of " +
                 std::to_string(held.holds) + '.'}
        );
        suspicious(std::move(suspicion));
    }
}

}  // namespace pay::audit
