#include <algorithm>
#include <stdexcept>

#include "point/scope.hpp"

/// How a wallet's points move in and out of its lots.
namespace pay::point {
namespace {

/// What a process of the time before lots has done to a wallet is done to its lots: what it gave is
/// as old points are, what it took is taken wherever there is some.
void catch_up(Scope& scope, WalletRow& row, Kind kind) {
    const auto& wallet = row.wallet;
    Points difference = kind == Kind::paid ? wallet.paid : wallet.bonus;
    for (const auto& [id, lot] : row.lots) {
        if (lot.lot.kind == kind) difference -= lot.lot.left;
    }
    if (difference > none) {
        const auto id = old_lot_id(kind, wallet.user_id);
        auto found = row.lots.find(id);
        if (found == row.lots.end()) {
            Lot old{.id = id, .user_id = wallet.user_id, .kind = kind};
            old.expires_at = old_lots_expire_at;
            open_lot(row.lots, std::move(old), scope.settings, scope.now);
            found = row.lots.find(id);
        }
        found->second.lot.granted += difference;
        add_left(found->second, difference, scope.settings);
    }
    for (auto& [id, lot] : row.lots) {
        if (difference >= none) break;
        if (lot.lot.kind != kind) continue;
        const Points taken = std::min(lot.lot.left, -difference);
        add_left(lot, -taken, scope.settings);
        difference += taken;
    }
}

}  // namespace

WalletRow& row_of(Scope& scope, const std::string& user_id) {
    auto& row = scope.state.wallets[user_id];
    row.wallet.user_id = user_id;
    if (row.lots_lag) {
        catch_up(scope, row, Kind::paid);
        catch_up(scope, row, Kind::bonus);
        row.lots_lag = false;
    }
    return row;
}

Duration life_of(Kind kind, const Settings& settings) {
    return kind == Kind::paid ? settings.paid_life : settings.bonus_life;
}

Account account_of(Kind kind) {
    return kind == Kind::paid ? Account::paid : Account::bonus;
}

void give(Scope& scope, WalletRow& row, Posting& posting, const Gift& gift, Points& debt) {
    const Points repaid = std::min(gift.points, debt);
    debt -= repaid;
    posting.add(gift.from, -gift.points);
    posting.add(Account::owed, repaid);
    posting.add(account_of(gift.kind), gift.points - repaid);
    Lot lot{
        .id = next_lot_id(row.lots, posting.transaction_id),
        .user_id = row.wallet.user_id,
        .kind = gift.kind,
        .order_id = gift.order_id,
        .expires_at = gift.expires_at,
        .granted = gift.points,
        .left = gift.points - repaid,
        .repaid = repaid
    };
    open_lot(row.lots, std::move(lot), scope.settings, scope.now);
}

std::vector<LotUse> take(Scope& scope, WalletRow& row, Posting& posting, Points points) {
    std::vector<LotUse> uses;
    for (auto* from : spendable(row.lots, scope.settings, scope.now)) {
        if (points == none) break;
        const Points taken = std::min(points, from->lot.left);
        add_left(*from, -taken, scope.settings);
        posting.add(account_of(from->lot.kind), -taken);
        uses.push_back({from->lot.kind, from->lot.id, taken, none});
        points -= taken;
    }
    if (points > none) throw std::logic_error("more points were taken than the lots hold");
    return uses;
}

std::vector<LotRow*> lots_of(WalletRow& row, const std::string& order_id) {
    std::vector<LotRow*> found;
    for (auto& [id, lot] : row.lots) {
        if (lot.lot.order_id == order_id) found.push_back(&lot);
    }
    if (found.empty()) {
        const auto old = row.lots.find(old_lot_id(Kind::paid, row.wallet.user_id));
        if (old != row.lots.end()) found.push_back(&old->second);
    }
    std::ranges::stable_sort(found, {}, [](const LotRow* lot) { return lot->lot.expires_at; });
    return found;
}

Points to_take_back(const std::vector<LotRow*>& lots, Kind kind, Time now) {
    Points sum;
    for (const auto* row : lots) {
        const auto& lot = row->lot;
        if (lot.kind == kind) sum += lot.repaid + (lot.open_at(now) ? lot.left : none);
    }
    return sum;
}

std::vector<LotUse> take_back(
    Scope& scope, const std::vector<LotRow*>& lots, Posting& posting, Kind kind, Points points
) {
    std::vector<LotUse> uses;
    const auto note = [&](LotUse use) {
        posting.add(account_of(kind), -use.points);
        posting.add(Account::owed, -use.owed);
        points -= use.points + use.owed;
        uses.push_back(std::move(use));
    };
    for (auto* row : lots) {
        auto& lot = row->lot;
        if (lot.kind != kind) continue;
        LotUse use{.kind = kind, .lot_id = lot.id};
        use.points = std::min(points, lot.open_at(scope.now) ? lot.left : none);
        use.owed = std::min(points - use.points, lot.repaid);
        if (use.points + use.owed == none) continue;
        lot.repaid -= use.owed;
        lot.canceled += use.points + use.owed;
        add_left(*row, -use.points, scope.settings);
        note(std::move(use));
    }
    if (points > none) note({.kind = kind, .lot_id = {}, .points = none, .owed = points});
    return uses;
}

void put_back(Scope& scope, WalletRow& row, Posting& posting, LotRow& lot, Points points) {
    if (points == none) return;
    posting.add(account_of(lot.lot.kind), points);
    if (lot.lot.expires_at > scope.now) return add_left(lot, points, scope.settings);
    Lot fresh{
        .id = next_lot_id(row.lots, posting.transaction_id),
        .user_id = lot.lot.user_id,
        .kind = lot.lot.kind,
        .order_id = lot.lot.order_id,
        .expires_at = scope.now + scope.settings.put_back_life,
        .granted = points,
        .left = points
    };
    open_lot(row.lots, std::move(fresh), scope.settings, scope.now);
}

void undo(Scope& scope, WalletRow& row, Posting& posting, const StoredHold& hold) {
    Points debt = row.wallet.owed;
    for (const auto& use : hold.uses) {
        // What was added to a debt that is paid since is the user's own again.
        const Points repaid = std::min(use.owed, debt);
        debt -= repaid;
        posting.add(Account::owed, repaid);
        const Points back = use.points + use.owed - repaid;
        if (use.lot_id.empty()) {
            LotRow like;
            like.lot.user_id = hold.user_id;
            like.lot.kind = use.kind;
            like.lot.order_id = hold.order_id;
            put_back(scope, row, posting, like, back);
            continue;
        }
        auto& lot = row.lots.at(use.lot_id);
        if (hold.purpose == Purpose::cancel) {
            lot.lot.canceled -= use.points + use.owed;
            lot.lot.repaid += repaid;
        }
        lot.changed = true;
        put_back(scope, row, posting, lot, back);
    }
}

}  // namespace pay::point
