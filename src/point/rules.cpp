#include "point/rules.hpp"

#include <algorithm>

#include "core/json/names.hpp"
#include "core/text/text.hpp"
#include "point/chain.hpp"

namespace pay::point {
namespace {

using Messages = std::vector<bus::Message>;

constexpr std::size_t longest_reason = 200;
constexpr Points none{};

Wallet& wallet_of(State& state, const std::string& user_id) {
    auto& wallet = state.wallets[user_id].wallet;
    wallet.user_id = user_id;
    return wallet;
}

void move(Wallet& wallet, const Line& line) {
    switch (line.account) {
        case Account::paid:
            wallet.paid += line.points;
            break;
        case Account::bonus:
            wallet.bonus += line.points;
            break;
        case Account::held:
            wallet.held += line.points;
            break;
        case Account::owed:
            wallet.owed -= line.points;
            break;
        case Account::issued:
        case Account::spent:
        case Account::expired:
        case Account::returned:
        case Account::adjusted:
            break;
    }
}

bus::Message changed_message(const Posting& posting, const Wallet& wallet) {
    const Changed changed{
        .user_id = wallet.user_id,
        .transaction_id = posting.transaction_id,
        .delta = posting.delta(),
        .balance = wallet.balance(),
        .reason = std::string(json::name_of(posting.reason)),
        .order_id = posting.order_id,
        .version = wallet.version,
    };
    bus::Message message;
    message.topic = events_topic;
    message.key = wallet.user_id;
    message.type = changed_type;
    message.payload = json::to_text(changed);
    return message;
}

/// Books a movement: the wallet, the ledger and the event are one thing.
void post(State& state, Posting posting, Messages& messages) {
    auto& wallet = wallet_of(state, posting.user_id);
    Points sum;
    for (const auto& line : posting.lines) {
        sum += line.points;
        move(wallet, line);
    }
    PAY_ASSERT(sum == none);
    PAY_ASSERT(std::min({wallet.paid, wallet.bonus, wallet.held, wallet.owed}) >= none);
    ++wallet.version;
    wallet.updated_at = posting.at;
    state.wallets[posting.user_id].changed = true;
    posting.balance_after = wallet.balance();
    chain(wallet, posting);
    messages.push_back(changed_message(posting, wallet));
    state.postings.push_back(std::move(posting));
}

/// Points out of a house account into one of the user's; what is owed is paid first.
std::vector<Line> grant(const Wallet& wallet, Account from, Account to, Points points) {
    std::vector<Line> lines{{from, -points}};
    const Points repaid = std::min(points, wallet.owed);
    if (repaid > none) lines.push_back({Account::owed, repaid});
    if (points > repaid) lines.push_back({to, points - repaid});
    return lines;
}

/// Points out of the user's balance, bonus before paid, into a house account.
std::vector<Line> take(const Wallet& wallet, Account to, Points points) {
    std::vector<Line> lines;
    const Points bonus = std::min(points, wallet.bonus);
    if (bonus > none) lines.push_back({Account::bonus, -bonus});
    if (points > bonus) lines.push_back({Account::paid, bonus - points});
    lines.push_back({to, points});
    return lines;
}

constexpr inbox::ReplyTypes reply_types{replies_topic, done_type, refused_type};

/// The answer to an order's action.
bus::Message reply(const State& state, const std::string& order_id, Action action) {
    return inbox::reply<Reply>(state.given, reply_types, order_id, action);
}

Posting posting_of(const std::string& id, const Command& asked, Reason reason, Time now) {
    return {
        .transaction_id = id,
        .user_id = asked.user_id,
        .order_id = asked.order_id,
        .reason = reason,
        .at = now
    };
}

Result<Wallet> apply(State& state, const Credit& credit, Time now, Messages& messages) {
    const auto& asked = credit.asked;
    if (!inbox::was_given(state.given, asked.order_id, Action::credit)) {
        const bool late = inbox::was_given(state.given, asked.order_id, Action::reverse);
        if (!late) {
            auto posting = posting_of(credit.transaction_id, asked, Reason::charge, now);
            posting.lines = grant(
                wallet_of(state, asked.user_id), Account::issued, Account::paid, asked.points
            );
            post(state, std::move(posting), messages);
        }
        inbox::give(state.given, asked.order_id, Action::credit, late ? already_reversed : "", now);
    }
    messages.push_back(reply(state, asked.order_id, Action::credit));
    return wallet_of(state, asked.user_id);
}

Result<Wallet> apply(State& state, const Reverse& reverse, Time now, Messages& messages) {
    const auto& asked = reverse.asked;
    const auto& wallet = wallet_of(state, asked.user_id);
    if (!inbox::was_given(state.given, asked.order_id, Action::reverse)) {
        // Without a credit nothing moves, and what is kept here refuses the credit when it comes.
        const bool credited = inbox::was_given(state.given, asked.order_id, Action::credit);
        // A charge is taken back from paid points only: a gift never pays for a refund.
        const bool spent = credited && wallet.paid < asked.points;
        if (credited && !spent) {
            auto posting = posting_of(reverse.transaction_id, asked, Reason::charge_reversed, now);
            posting.lines = {{Account::paid, -asked.points}, {Account::returned, asked.points}};
            post(state, std::move(posting), messages);
        }
        inbox::give(
            state.given, asked.order_id, Action::reverse, spent ? insufficient_points : "", now
        );
    }
    messages.push_back(reply(state, asked.order_id, Action::reverse));
    return wallet;
}

std::vector<FieldFault> faults_of(const Adjust& adjust) {
    std::vector<FieldFault> faults;
    const auto points = adjust.points.value();
    if (points == 0 || points > largest_amount || points < -largest_amount) {
        faults.push_back(
            {"points",
             {"It must be a whole number that is not 0, up to 1000000000000 either way.",
              "0이 아니고 절댓값이 1000000000000 이하인 정수여야 합니다."}}
        );
    }
    if (!text::is_line(adjust.reason, longest_reason)) {
        faults.push_back(
            {"reason",
             {"It must be one line of 1 to 200 characters.", "1~200자의 한 줄이어야 합니다."}}
        );
    }
    return faults;
}

Result<Wallet> apply(State& state, const Adjust& adjust, Time now, Messages& messages) {
    if (auto faults = faults_of(adjust); !faults.empty()) {
        return Error{
            Code::invalid,
            {"The adjustment breaks the rules named in errors.",
             "errors에 있는 규칙에 맞지 않습니다."},
            std::move(faults),
            {}
        };
    }
    const auto& wallet = wallet_of(state, adjust.user_id);
    const bool gives = adjust.points > none;
    if (!gives && wallet.balance() < -adjust.points) {
        return Error{
            Code::insufficient_points,
            {"The wallet holds fewer points than that.", "지갑의 포인트가 그보다 적습니다."},
            {},
            {}
        };
    }
    Posting posting{
        .transaction_id = adjust.transaction_id,
        .user_id = adjust.user_id,
        .reason = Reason::adjust,
        .at = now
    };
    posting.lines = gives ? grant(wallet, Account::adjusted, Account::bonus, adjust.points)
                          : take(wallet, Account::adjusted, -adjust.points);
    post(state, std::move(posting), messages);
    state.adjustments.push_back({adjust.transaction_id, adjust.admin_id, adjust.reason});
    return wallet;
}

}  // namespace

Points Posting::delta() const {
    Points delta;
    for (const auto& line : lines) {
        if (line.account == Account::paid || line.account == Account::bonus) delta += line.points;
    }
    return delta;
}

Result<Wallet> decide(
    State& state, const Instruction& instruction, Time now, std::vector<bus::Message>& messages
) {
    return std::visit(
        [&](const auto& wish) { return apply(state, wish, now, messages); }, instruction
    );
}

}  // namespace pay::point
