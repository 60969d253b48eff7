#include <algorithm>

#include "point/scope.hpp"

/// What a charge gives, and what is given back when an order is undone.
namespace pay::point {
namespace {

bool credited(const Scope& scope, const std::string& order_id) {
    return was_given(scope, order_id, Action::credit) &&
           code_of(scope, order_id, Action::credit).empty();
}

void give_charge(Scope& scope, WalletRow& row, const Credit& credit) {
    const auto& asked = credit.asked;
    auto posting =
        posting_of(scope, credit.transaction_id, asked.user_id, asked.order_id, Reason::charge);
    Points debt = row.wallet.owed;
    const auto give_kind = [&](Kind kind, Points points) {
        const Time expires_at = scope.now + life_of(kind, scope.settings);
        give(
            scope, row, posting, {Account::issued, kind, asked.order_id, points, expires_at}, debt
        );
    };
    give_kind(Kind::paid, asked.points);
    if (const auto bonus = asked.bonus.value_or(none); bonus > none) give_kind(Kind::bonus, bonus);
    post(scope, std::move(posting));
}

/// Whether none of what the lots were granted is spent, held or expired.
bool untouched(const std::vector<LotRow*>& lots, Time now) {
    return std::ranges::all_of(lots, [now](const LotRow* row) {
        const auto& lot = row->lot;
        return lot.used() == none && (lot.left == none || lot.open_at(now));
    });
}

/// Takes a charge back by its lots; why not, if that cannot be.
std::string_view take_charge_back(Scope& scope, WalletRow& row, const Reverse& reverse) {
    const auto& asked = reverse.asked;
    const auto lots = lots_of(row, asked.order_id);
    const bool own = !lots.empty() && lots.front()->lot.order_id == asked.order_id;
    Points paid = to_take_back(lots, Kind::paid, scope.now);
    const Points bonus = own ? to_take_back(lots, Kind::bonus, scope.now) : none;
    if (own ? !untouched(lots, scope.now) : paid < asked.points) return insufficient_points;
    if (!own) paid = asked.points;
    auto posting = posting_of(
        scope, reverse.transaction_id, asked.user_id, asked.order_id, Reason::charge_reversed
    );
    take_back(scope, lots, posting, Kind::paid, paid);
    take_back(scope, lots, posting, Kind::bonus, bonus);
    posting.add(Account::returned, paid + bonus);
    post(scope, std::move(posting));
    return {};
}

/// What a purchase took goes back, whether it was settled or not.
void undo_purchase(Scope& scope, WalletRow& row, HoldRow& held, const Reverse& reverse) {
    auto& hold = held.hold;
    const bool open = hold.status == HoldStatus::open;
    if (!open && hold.status != HoldStatus::settled) return;
    auto posting = posting_of(
        scope, reverse.transaction_id, hold.user_id, hold.order_id,
        open ? Reason::purchase_released : Reason::purchase_reversed
    );
    posting.add(open ? Account::held : Account::spent, -hold.points);
    undo(scope, row, posting, hold);
    hold.status = open ? HoldStatus::released : HoldStatus::reversed;
    held.changed = true;
    post(scope, std::move(posting));
}

}  // namespace

Wallet apply(Scope& scope, const Credit& credit) {
    const auto& asked = credit.asked;
    auto& row = row_of(scope, asked.user_id);
    if (!was_given(scope, asked.order_id, Action::credit)) {
        const bool late = was_given(scope, asked.order_id, Action::reverse);
        if (!late) give_charge(scope, row, credit);
        remember(scope, asked.order_id, Action::credit, late ? already_reversed : "");
    }
    answer(
        scope,
        {asked.order_id, Action::credit, code_of(scope, asked.order_id, Action::credit), {}, {}}
    );
    return row.wallet;
}

Wallet apply(Scope& scope, const Reverse& reverse) {
    const auto& asked = reverse.asked;
    auto& row = row_of(scope, asked.user_id);
    if (!was_given(scope, asked.order_id, Action::reverse)) {
        // Without a credit or a purchase nothing moves, and what is kept here refuses them when
        // they come.
        std::string_view code;
        if (auto* purchase = find_hold(scope, asked.order_id, asked.user_id)) {
            undo_purchase(scope, row, *purchase, reverse);
        } else if (credited(scope, asked.order_id)) {
            code = take_charge_back(scope, row, reverse);
        }
        remember(scope, asked.order_id, Action::reverse, code);
    }
    answer(
        scope,
        {asked.order_id, Action::reverse, code_of(scope, asked.order_id, Action::reverse), {}, {}}
    );
    return row.wallet;
}

}  // namespace pay::point
