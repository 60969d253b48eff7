#include <algorithm>

#include "point/scope.hpp"

namespace pay::point {
namespace {

std::vector<Lot> open_lots(const Lots& lots, Time now) {
    std::vector<Lot> open;
    for (const auto& [id, row] : lots) {
        if (row.lot.open_at(now)) open.push_back(row.lot);
    }
    std::ranges::stable_sort(open, {}, &Lot::expires_at);
    return open;
}

}  // namespace

Result<Standing> decide(
    State& state, const Instruction& instruction, const Settings& settings, Time now,
    std::vector<bus::Message>& messages
) {
    Scope scope{state, settings, now, messages};
    auto wallet = std::visit(
        [&](const auto& wish) -> Result<Wallet> { return apply(scope, wish); }, instruction
    );
    if (!wallet) return wallet.error();
    Standing standing{std::move(*wallet)};
    const bool asked_by_admin =
        std::holds_alternative<Adjust>(instruction) || std::holds_alternative<Grant>(instruction);
    if (asked_by_admin) standing.open = open_lots(state.wallets.at(standing.user_id).lots, now);
    return standing;
}

}  // namespace pay::point
