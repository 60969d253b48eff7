#include "point/wire.hpp"

namespace pay::point {

BOOST_DESCRIBE_STRUCT(AdjustBody, (), (points, reason))
static_assert(json::whole<AdjustBody>);

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
    std::vector<Expiry> expiring{};  // points do not expire yet
};
BOOST_DESCRIBE_STRUCT(WalletView, (), (user_id, balance, paid, bonus, held, owed, expiring))
static_assert(json::whole<WalletView>);

}  // namespace

Result<Command> read_command(std::string_view payload) {
    auto command = json::read<Command>(payload, json::Unknown::ignore);
    if (!command) return command;
    const auto points = command->points.value();
    const bool sound = points >= 1 && points <= largest_amount && !command->order_id.empty() &&
                       !command->user_id.empty();
    if (!sound) return Error{Code::invalid, {}, {}, {}};
    return command;
}

Result<AdjustBody> read_adjust(std::string_view body) {
    return json::read<AdjustBody>(body, json::Unknown::refuse);
}

std::string to_text(const Wallet& wallet) {
    return json::to_text(WalletView{
        .user_id = wallet.user_id,
        .balance = wallet.balance(),
        .paid = wallet.paid,
        .bonus = wallet.bonus,
        .held = wallet.held,
        .owed = wallet.owed,
    });
}

}  // namespace pay::point
