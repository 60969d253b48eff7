#include <algorithm>

#include "point/scope.hpp"

/// Points set aside, and what becomes of them.
namespace pay::point {
namespace {

/// Whether points of the charge were spent or have expired. Old lots are of many charges, and do
/// not say whose points are gone.
bool touched(const std::vector<LotRow*>& lots, const std::string& order_id, Time now) {
    return std::ranges::any_of(lots, [&](const LotRow* row) {
        const auto& lot = row->lot;
        const bool expired = lot.left > none && !lot.open_at(now);
        return lot.order_id == order_id && (lot.used() > none || expired);
    });
}

/// The lots a cancel takes back from.
std::vector<LotRow*> sources(const Scope& scope, WalletRow& row, const Hold& asked) {
    if (!was_given(scope, asked.order_id, Action::credit)) return {};
    return lots_of(row, asked.order_id);
}

/// Why the points cannot be set aside; empty if they can.
std::string_view refusal(const Scope& scope, WalletRow& row, const Hold& asked) {
    const auto& id = asked.hold_id;
    const bool ended =
        was_given(scope, id, Action::release) || was_given(scope, id, Action::settle);
    if (ended) return already_released;
    const bool reversed = was_given(scope, asked.order_id, Action::reverse) &&
                          code_of(scope, asked.order_id, Action::reverse).empty();
    if (reversed) return already_reversed;
    if (asked.purpose == Purpose::purchase) {
        const auto there = sum_of_left(spendable(row.lots, scope.settings, scope.now));
        return there < asked.points ? insufficient_points : std::string_view{};
    }
    if (asked.owed) return {};
    const auto lots = sources(scope, row, asked);
    const bool enough = to_take_back(lots, Kind::paid, scope.now) >= asked.points &&
                        to_take_back(lots, Kind::bonus, scope.now) >= asked.bonus;
    const bool refused = !enough || (asked.only_unused && touched(lots, asked.order_id, scope.now));
    return refused ? insufficient_points : std::string_view{};
}

std::vector<LotUse> take_out(Scope& scope, WalletRow& row, Posting& posting, const Hold& asked) {
    if (asked.purpose == Purpose::purchase) return take(scope, row, posting, asked.points);
    const auto lots = sources(scope, row, asked);
    auto uses = take_back(scope, lots, posting, Kind::paid, asked.points);
    const auto bonus = take_back(scope, lots, posting, Kind::bonus, asked.bonus);
    uses.insert(uses.end(), bonus.begin(), bonus.end());
    return uses;
}

void set_aside(Scope& scope, WalletRow& row, const TakeHold& wish) {
    const auto& asked = wish.asked;
    auto posting = posting_of(
        scope, wish.transaction_id, asked.user_id, asked.order_id,
        asked.purpose == Purpose::purchase ? Reason::purchase : Reason::cancel
    );
    StoredHold hold{
        .hold_id = asked.hold_id,
        .order_id = asked.order_id,
        .user_id = asked.user_id,
        .purpose = asked.purpose,
        .points = asked.points + asked.bonus,
        .created_at = scope.now
    };
    hold.uses = take_out(scope, row, posting, asked);
    posting.add(Account::held, hold.points);
    post(scope, std::move(posting));
    hold.balance = sum_of_left(spendable(row.lots, scope.settings, scope.now));
    scope.state.holds[asked.hold_id] = {.hold = std::move(hold), .stored = false, .changed = true};
}

/// What a purchase's hold leaves to spend.
std::optional<Points> balance_after(const Scope& scope, WalletRow& row, const Hold& asked) {
    if (asked.purpose == Purpose::cancel) return std::nullopt;
    const auto held = scope.state.holds.find(asked.hold_id);
    if (held != scope.state.holds.end()) return held->second.hold.balance;
    return sum_of_left(spendable(row.lots, scope.settings, scope.now)) - asked.points;
}

void end(
    Scope& scope, HoldRow& held, const std::string& transaction_id, Reason reason, HoldStatus status
) {
    auto& hold = held.hold;
    auto& row = row_of(scope, hold.user_id);
    auto posting = posting_of(scope, transaction_id, hold.user_id, hold.order_id, reason);
    posting.add(Account::held, -hold.points);
    if (status == HoldStatus::released) {
        undo(scope, row, posting, hold);
    } else {
        const bool spent = hold.purpose == Purpose::purchase;
        posting.add(spent ? Account::spent : Account::returned, hold.points);
    }
    hold.status = status;
    held.changed = true;
    post(scope, std::move(posting));
}

void answer_end(Scope& scope, const HoldEnd& asked, Action action) {
    const auto& code = code_of(scope, asked.hold_id, action);
    answer(scope, {asked.order_id, action, code, asked.hold_id, {}});
}

}  // namespace

HoldRow* find_hold(Scope& scope, const std::string& id, const std::string& user_id) {
    const auto found = scope.state.holds.find(id);
    const bool there = found != scope.state.holds.end() && found->second.hold.user_id == user_id;
    return there ? &found->second : nullptr;
}

Wallet apply(Scope& scope, const TakeHold& wish) {
    const auto& asked = wish.asked;
    auto& row = row_of(scope, asked.user_id);
    const bool known = was_given(scope, asked.hold_id, Action::hold);
    const std::string code{
        known ? std::string_view{code_of(scope, asked.hold_id, Action::hold)}
              : refusal(scope, row, asked)
    };
    if (!known && !asked.simulate) {
        if (code.empty()) set_aside(scope, row, wish);
        remember(scope, asked.hold_id, Action::hold, code);
    }
    Reply reply{asked.order_id, Action::hold, code, asked.hold_id, {}};
    if (code.empty()) reply.balance = balance_after(scope, row, asked);
    answer(scope, reply);
    return row.wallet;
}

Wallet apply(Scope& scope, const SettleHold& wish) {
    const auto& asked = wish.asked;
    if (!was_given(scope, asked.hold_id, Action::settle)) {
        auto* held = find_hold(scope, asked.hold_id, asked.user_id);
        const bool open = held != nullptr && held->hold.status == HoldStatus::open;
        if (open) {
            const bool purchase = held->hold.purpose == Purpose::purchase;
            const auto reason = purchase ? Reason::purchase_settled : Reason::cancel_settled;
            end(scope, *held, wish.transaction_id, reason, HoldStatus::settled);
        }
        remember(scope, asked.hold_id, Action::settle, open ? "" : already_released);
    }
    answer_end(scope, asked, Action::settle);
    return row_of(scope, asked.user_id).wallet;
}

Wallet apply(Scope& scope, const ReleaseHold& wish) {
    const auto& asked = wish.asked;
    if (!was_given(scope, asked.hold_id, Action::release)) {
        auto* held = find_hold(scope, asked.hold_id, asked.user_id);
        const auto status = held != nullptr ? held->hold.status : HoldStatus::released;
        if (status == HoldStatus::open) {
            const bool purchase = held->hold.purpose == Purpose::purchase;
            const auto reason = purchase ? Reason::purchase_released : Reason::cancel_released;
            end(scope, *held, wish.transaction_id, reason, HoldStatus::released);
        }
        const bool settled = status == HoldStatus::settled;
        remember(scope, asked.hold_id, Action::release, settled ? already_settled : "");
    }
    answer_end(scope, asked, Action::release);
    return row_of(scope, asked.user_id).wallet;
}

}  // namespace pay::point
