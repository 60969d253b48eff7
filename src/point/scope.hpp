#pragma once

#include <string>
#include <vector>

#include "point/rules.hpp"

/// What the rules of every instruction share; for the rules alone.
namespace pay::point {

/// An instruction being decided.
struct Scope {
    State& state;
    const Settings& settings;
    Time now;
    std::vector<bus::Message>& messages;
};

constexpr Points none{};

/// The user's row, its lots in line with its wallet.
WalletRow& row_of(Scope& scope, const std::string& user_id);

/// What is granted, and how.
struct Gift {
    Account from = Account::issued;
    Kind kind = Kind::paid;
    std::string order_id{};
    Points points{};
    Time expires_at{};
};
/// The life that points of this kind have by default.
Duration life_of(Kind kind, const Settings& settings);
Account account_of(Kind kind);
/// Makes a lot of it; what is owed is paid first. `debt`: what is owed still, and then.
void give(Scope& scope, WalletRow& row, Posting& posting, const Gift& gift, Points& debt);

// What moves in or out of lots below is put into the posting, too: the user's side of it.

/// Takes points out of the lots they are spent from; throws if they do not hold so many.
std::vector<LotUse> take(Scope& scope, WalletRow& row, Posting& posting, Points points);
/// The lots that an order's credit made, the soonest to expire first; the user's old paid one if
/// that was before there were lots.
std::vector<LotRow*> lots_of(WalletRow& row, const std::string& order_id);
/// What of them can be taken back: what is left, and what paid a debt, which then is owed again.
Points to_take_back(const std::vector<LotRow*>& lots, Kind kind, Time now);
/// Takes points of a kind back out of them; what is not there is owed.
std::vector<LotUse> take_back(
    Scope& scope, const std::vector<LotRow*>& lots, Posting& posting, Kind kind, Points points
);
/// Puts points back into the lot they came from, or, if its time is over, into a new one like it.
void put_back(Scope& scope, WalletRow& row, Posting& posting, LotRow& lot, Points points);
/// Puts back all that a hold took.
void undo(Scope& scope, WalletRow& row, Posting& posting, const StoredHold& hold);

/// Books a movement: the wallet, the ledger and the events are one thing. One without lines is
/// none.
void post(Scope& scope, Posting posting);

/// An answer to an order.
void answer(Scope& scope, const Reply& reply);

/// What a command did before, so that it has no second effect.
bool was_given(const Scope& scope, const std::string& id, Action action);
/// What it was answered; empty: done.
const std::string& code_of(const Scope& scope, const std::string& id, Action action);
void remember(Scope& scope, const std::string& id, Action action, std::string_view code);

/// A hold of this user; null if there is none.
HoldRow* find_hold(Scope& scope, const std::string& id, const std::string& user_id);

Posting posting_of(
    const Scope& scope, const std::string& transaction_id, const std::string& user_id,
    const std::string& order_id, Reason reason
);

Wallet apply(Scope& scope, const Credit& credit);
Wallet apply(Scope& scope, const Reverse& reverse);
Wallet apply(Scope& scope, const TakeHold& wish);
Wallet apply(Scope& scope, const SettleHold& wish);
Wallet apply(Scope& scope, const ReleaseHold& wish);
Result<Wallet> apply(Scope& scope, const Adjust& adjust);
Result<Wallet> apply(Scope& scope, const Grant& grant);
Wallet apply(Scope& scope, const Expire& expire);
Wallet apply(Scope& scope, const CheckOrder& check);

}  // namespace pay::point
