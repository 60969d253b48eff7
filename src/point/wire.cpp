#include "point/wire.hpp"

#include <algorithm>

namespace pay::point {

static_assert(json::whole<Command> && json::whole<Hold> && json::whole<HoldEnd>);
static_assert(json::whole<Check> && json::whole<Checked> && json::whole<Reply>);
static_assert(json::whole<Changed> && json::whole<Balance> && json::whole<Expiring>);

namespace {

struct Expiry {
    Points points;
    Time at{};
};
BOOST_DESCRIBE_STRUCT(Expiry, (), (points, at))
static_assert(json::whole<Expiry>);

struct WalletView {
    std::string user_id;
    Points balance;
    Points paid;
    Points bonus;
    Points held;
    Points owed;
    std::vector<Expiry> expiring{};
};
BOOST_DESCRIBE_STRUCT(WalletView, (), (user_id, balance, paid, bonus, held, owed, expiring))
static_assert(json::whole<WalletView>);

bool in_bounds(Points points, std::int64_t least) {
    return points.value() >= least && points.value() <= largest_amount;
}

template <class T>
Result<T> kept_if(Result<T> read, bool (*sound)(const T&)) {
    if (read && !sound(*read)) return Error{Code::invalid, {}, {}, {}};
    return read;
}

}  // namespace

Result<Command> read_command(std::string_view payload) {
    return kept_if(
        json::read<Command>(payload, json::Unknown::ignore),
        +[](const Command& it) {
            return in_bounds(it.points, 1) && in_bounds(it.bonus.value_or(Points{}), 0) &&
                   !it.order_id.empty() && !it.user_id.empty();
        }
    );
}

Result<Hold> read_hold(std::string_view payload) {
    return kept_if(
        json::read<Hold>(payload, json::Unknown::ignore),
        +[](const Hold& it) {
            const bool purchase = it.purpose == Purpose::purchase;
            return in_bounds(it.points, purchase ? 1 : 0) && in_bounds(it.bonus, 0) &&
                   !(purchase && it.bonus > Points{}) && !it.order_id.empty() &&
                   !it.hold_id.empty() && !it.user_id.empty();
        }
    );
}

Result<HoldEnd> read_hold_end(std::string_view payload) {
    return kept_if(
        json::read<HoldEnd>(payload, json::Unknown::ignore),
        +[](const HoldEnd& it) {
            return !it.order_id.empty() && !it.hold_id.empty() && !it.user_id.empty();
        }
    );
}

Result<Check> read_check(std::string_view payload) {
    return kept_if(
        json::read<Check>(payload, json::Unknown::ignore),
        +[](const Check& it) { return !it.order_id.empty() && !it.user_id.empty(); }
    );
}

Result<AdjustBody> read_adjust(std::string_view body) {
    return json::read<AdjustBody>(body, json::Unknown::refuse);
}

Result<GrantBody> read_grant(std::string_view body) {
    return json::read<GrantBody>(body, json::Unknown::refuse);
}

LotView view_of(const Lot& lot) {
    LotView view{
        .id = lot.id,
        .kind = lot.kind,
        .order_id = std::nullopt,
        .granted = lot.granted,
        .left = lot.left,
        .expires_at = lot.expires_at
    };
    if (!lot.order_id.empty()) view.order_id = lot.order_id;
    return view;
}

std::string to_text(const LotList& list) {
    return json::to_text(list);
}

std::string to_text(const Wallet& wallet, const std::vector<Lot>& open) {
    WalletView view{
        .user_id = wallet.user_id,
        .balance = wallet.balance(),
        .paid = wallet.paid,
        .bonus = wallet.bonus,
        .held = wallet.held,
        .owed = wallet.owed,
    };
    for (const auto& lot : open) {
        auto& lines = view.expiring;
        const bool together = !lines.empty() && lines.back().at == lot.expires_at;
        if (!together) lines.push_back({{}, lot.expires_at});
        lines.back().points += lot.left;
    }
    view.expiring.resize(std::min(lots_shown, view.expiring.size()));
    return json::to_text(view);
}

}  // namespace pay::point
