#include "point/lots.hpp"

#include <algorithm>
#include <tuple>

#include "core/json/names.hpp"

namespace pay::point {
namespace {

Time moment_of(const Lot& lot, std::int64_t days) {
    return lot.expires_at - std::chrono::days{days};
}

/// Whether the notice of so many days ahead is still to be given. A nearer one stands for it.
bool waits(const Lot& lot, std::int64_t days) {
    return lot.noticed == 0 || days < lot.noticed;
}

std::optional<Time> due_at(const Lot& lot, const Settings& settings) {
    if (lot.left == Points{}) return std::nullopt;
    Time first = lot.expires_at;
    for (const auto days : settings.notices) {
        if (waits(lot, days)) first = std::min(first, moment_of(lot, days));
    }
    return first;
}

}  // namespace

void see_when_due(LotRow& row, const Settings& settings) {
    const auto due = due_at(row.lot, settings);
    row.changed = row.changed || due != row.lot.due_at;
    row.lot.due_at = due;
}

std::string old_lot_id(Kind kind, const std::string& user_id) {
    return "old." + std::string(json::name_of(kind)) + '.' + user_id;
}

void add_left(LotRow& row, Points points, const Settings& settings) {
    row.lot.left += points;
    row.changed = true;
    see_when_due(row, settings);
}

LotRow& open_lot(Lots& lots, Lot lot, const Settings& settings, Time now) {
    lot.noticed = due_notice(lot, settings, now).value_or(0);
    lot.due_at = due_at(lot, settings);
    auto id = lot.id;
    auto& row = lots[std::move(id)];
    row = {.lot = std::move(lot), .stored = false, .changed = true};
    return row;
}

std::string next_lot_id(const Lots& lots, const std::string& transaction_id) {
    for (int number = 1;; ++number) {
        auto id = transaction_id + '.' + std::to_string(number);
        if (!lots.contains(id)) return id;
    }
}

std::vector<LotRow*> spendable(Lots& lots, const Settings& settings, Time now) {
    std::vector<LotRow*> rows;
    for (auto& [id, row] : lots) {
        if (row.lot.open_at(now)) rows.push_back(&row);
    }
    const bool bonus_first = settings.spend_order == SpendOrder::bonus_first;
    // Of those that expire together bonus points go first in any case.
    std::ranges::sort(rows, {}, [bonus_first](const LotRow* row) {
        const auto& lot = row->lot;
        const bool paid = lot.kind == Kind::paid;
        return std::tuple(bonus_first && paid, lot.expires_at, paid, std::string_view{lot.id});
    });
    return rows;
}

Points sum_of_left(const std::vector<LotRow*>& rows) {
    Points sum;
    for (const auto* row : rows) sum += row->lot.left;
    return sum;
}

std::optional<std::int64_t> due_notice(const Lot& lot, const Settings& settings, Time now) {
    std::optional<std::int64_t> nearest;
    for (const auto days : settings.notices) {
        if (!waits(lot, days) || moment_of(lot, days) > now) continue;
        nearest = std::min(days, nearest.value_or(days));
    }
    return nearest;
}

void set_noticed(LotRow& row, std::int64_t days, const Settings& settings) {
    row.lot.noticed = days;
    row.changed = true;
    see_when_due(row, settings);
}

}  // namespace pay::point
