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
#include "point/lots.hpp"
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

/// A wallet as an instruction left it.
struct Standing : Wallet {
    /// For an administrator: what can be spent, the soonest to expire first.
    std::vector<Lot> open{};
};

/// Where points come from and go to. The first four are a user's, the rest the house's.
enum class Account { paid, bonus, held, owed, issued, spent, expired, returned, adjusted };
BOOST_DESCRIBE_ENUM(Account, paid, bonus, held, owed, issued, spent, expired, returned, adjusted)

constexpr bool is_users(Account account) {
    return account <= Account::owed;
}

enum class Reason {
    charge,
    charge_reversed,
    adjust,
    grant,
    expiry,
    purchase,  ///< points were held for it; they are gone once it is settled
    purchase_settled,
    purchase_released,
    purchase_reversed,
    cancel,
    cancel_settled,
    cancel_released
};
BOOST_DESCRIBE_ENUM(
    Reason, charge, charge_reversed, adjust, grant, expiry, purchase, purchase_settled,
    purchase_released, purchase_reversed, cancel, cancel_settled, cancel_released
)

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

    /// Puts points to what the account's line says already; none make no line.
    void add(Account account, Points points);
    /// By how much it changed the balance.
    Points delta() const;
};

/// Why an administrator moved points.
struct Adjustment {
    std::string transaction_id;
    std::string admin_id;
    std::string reason;
};

enum class HoldStatus { open, settled, released, reversed };
BOOST_DESCRIBE_ENUM(HoldStatus, open, settled, released, reversed)

/// What a hold took.
struct LotUse {
    Kind kind = Kind::paid;
    std::string lot_id{};  ///< empty: what no lot had any more
    Points points{};       ///< out of what the lot had left
    Points owed{};         ///< added to what the user owes instead
};

/// Points set aside.
struct StoredHold {
    std::string hold_id;
    std::string order_id;
    std::string user_id;
    Purpose purpose = Purpose::purchase;
    Points points;     ///< all that it took
    Points balance{};  ///< what was left to spend then, as it was answered
    Time created_at{};
    HoldStatus status = HoldStatus::open;
    std::vector<LotUse> uses{};
};

/// `point.credit`, `point.reverse`, `point.hold`, `point.settle`, `point.release`; whoever asks
/// makes the id of the transaction.
struct Credit {
    std::string transaction_id;
    Command asked;
};
struct Reverse {
    std::string transaction_id;
    Command asked;
};
struct TakeHold {
    std::string transaction_id;
    Hold asked;
};
struct SettleHold {
    std::string transaction_id;
    HoldEnd asked;
};
struct ReleaseHold {
    std::string transaction_id;
    HoldEnd asked;
};
/// An administrator gives bonus points, or takes points away if `points` is below zero.
struct Adjust {
    std::string transaction_id;
    std::string user_id;
    std::string admin_id;
    Points points;
    std::string reason;
};
/// An administrator gives points that live as long as he says.
struct Grant {
    std::string transaction_id;
    std::string user_id;
    std::string admin_id;
    Points points;
    Kind kind = Kind::bonus;
    std::optional<std::int64_t> expires_in_days{};  ///< nothing: as long as others of the kind
    std::string reason;
};
/// Moves away what of the user has run out, and gives the notices that are due.
struct Expire {
    std::string transaction_id;
    std::string user_id;
};
/// `point.check`
struct CheckOrder {
    Check asked;
};

/// What the writer carries out; the messages have taken the name of Command.
using Instruction = std::variant<
    Credit, Reverse, TakeHold, SettleHold, ReleaseHold, Adjust, Grant, Expire, CheckOrder>;

inline constexpr std::string_view already_reversed = "ALREADY_REVERSED";
inline constexpr std::string_view already_released = "ALREADY_RELEASED";
inline constexpr std::string_view already_settled = "ALREADY_SETTLED";
inline constexpr std::string_view insufficient_points = "INSUFFICIENT_POINTS";

struct WalletRow {
    Wallet wallet{};
    bool stored = false;   ///< as the database says
    bool changed = false;  ///< by this batch
    /// By id: the open ones, if the batch may take from them, and others that it asks for.
    Lots lots{};
    /// A process of the time before lots has changed the wallet: they are brought in line with it
    /// first.
    bool lots_lag = false;
};

struct HoldRow {
    StoredHold hold{};
    bool stored = false;
    bool changed = false;
};

/// What the ledger's lines of an order sum to.
using Sums = std::map<Account, Points>;

/// What a batch of instructions touches.
struct State {
    std::map<std::string, WalletRow, std::less<>> wallets{};
    std::map<std::string, HoldRow, std::less<>> holds{};  ///< by id
    std::map<std::string, Sums, std::less<>> sums{};      ///< of orders to be checked, as stored
    inbox::Answers<Action> given{};                       ///< by order, or hold, and action
    std::vector<Posting> postings{};                      ///< new ones
    std::vector<Adjustment> adjustments{};                ///< new ones
};

/// A line of the list a user sees: one for each transaction that changed the balance.
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
