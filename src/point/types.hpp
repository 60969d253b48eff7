#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "core/inbox/inbox.hpp"
#include "core/json/read.hpp"
#include "core/json/write.hpp"
#include "point/messages.hpp"

namespace pay::point {

/// A user's points as they stand. Never negative, none of them.
struct Wallet {
    std::string user_id;
    Points paid;               ///< bought
    Points bonus;              ///< given
    Points held;               ///< set aside for an order
    Points owed;               ///< taken back later, first of all, from what is granted
    std::int64_t version = 0;  ///< 0: not stored, nothing ever happened to it
    Time updated_at{};
    std::string head{};  ///< the hash of its last transaction (chain.hpp)

    Points balance() const { return paid + bonus; }
    friend bool operator==(const Wallet&, const Wallet&) = default;
};

/// Where points come from and go to. The first four are a user's, the rest the house's.
enum class Account { paid, bonus, held, owed, issued, spent, expired, returned, adjusted };
BOOST_DESCRIBE_ENUM(Account, paid, bonus, held, owed, issued, spent, expired, returned, adjusted)

constexpr bool is_users(Account account) {
    return account <= Account::owed;
}

enum class Reason { charge, charge_reversed, adjust };
BOOST_DESCRIBE_ENUM(Reason, charge, charge_reversed, adjust)

struct Line {
    Account account = Account::paid;
    Points points;  ///< signed; what is `owed` counts below zero
};

/// One movement of points: its lines sum to zero. Written once, never changed.
struct Posting {
    std::string transaction_id;
    std::string user_id;
    std::string order_id{};  ///< empty: of no order
    Reason reason = Reason::charge;
    std::vector<Line> lines{};
    Points balance_after{};
    Time at{};
    std::int64_t wallet_version = 0;  ///< after it: its place in the wallet's chain
    std::string hash{};               ///< chain.hpp

    /// By how much it changed the balance.
    Points delta() const;
};

/// Why an administrator moved points.
struct Adjustment {
    std::string transaction_id;
    std::string admin_id;
    std::string reason;
};

/// `point.credit`, `point.reverse`; whoever asks makes the id of the transaction.
struct Credit {
    std::string transaction_id;
    Command asked;
};
struct Reverse {
    std::string transaction_id;
    Command asked;
};
/// An administrator gives bonus points, or takes points away if `points` is below zero.
struct Adjust {
    std::string transaction_id;
    std::string user_id;
    std::string admin_id;
    Points points;
    std::string reason;
};

/// What the writer carries out; the messages have taken the name of Command.
using Instruction = std::variant<Credit, Reverse, Adjust>;

inline constexpr std::string_view already_reversed = "ALREADY_REVERSED";
inline constexpr std::string_view insufficient_points = "INSUFFICIENT_POINTS";

struct WalletRow {
    Wallet wallet{};
    bool stored = false;   ///< as the database says
    bool changed = false;  ///< by this batch
};

/// What a batch of instructions touches.
struct State {
    std::map<std::string, WalletRow, std::less<>> wallets{};
    inbox::Answers<Action> given{};         ///< by order and action
    std::vector<Posting> postings{};        ///< new ones
    std::vector<Adjustment> adjustments{};  ///< new ones
};

/// A line of the list a user sees: one for each transaction.
struct LedgerEntry {
    std::string id;
    std::string user_id;
    Points delta;
    Points balance_after;
    Reason reason = Reason::charge;
    std::optional<std::string> order_id;
    Time at{};
};
BOOST_DESCRIBE_STRUCT(LedgerEntry, (), (id, user_id, delta, balance_after, reason, order_id, at))
static_assert(json::whole<LedgerEntry>);

}  // namespace pay::point
