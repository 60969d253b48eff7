#include <algorithm>

#include "core/json/names.hpp"
#include "point/chain.hpp"
#include "point/scope.hpp"

namespace pay::point {
namespace {

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

/// For the order service: a purchase's hold says the balance in its reply.
bool tells_balance(const Posting& posting) {
    return posting.delta() < none && posting.reason != Reason::purchase;
}

bus::Message balance_message(const Wallet& wallet) {
    bus::Message message;
    message.topic = replies_topic;
    message.key = wallet.user_id;
    message.type = balance_type;
    message.payload = json::to_text(Balance{wallet.user_id, wallet.balance(), wallet.version});
    return message;
}

}  // namespace

void Posting::add(Account account, Points points) {
    const auto line = std::ranges::find(lines, account, &Line::account);
    if (line != lines.end()) {
        line->points += points;
    } else if (points != none) {
        lines.push_back({account, points});
    }
}

Points Posting::delta() const {
    Points delta;
    for (const auto& line : lines) {
        if (line.account == Account::paid || line.account == Account::bonus) delta += line.points;
    }
    return delta;
}

void post(Scope& scope, Posting posting) {
    std::erase_if(posting.lines, [](const Line& line) { return line.points == none; });
    if (posting.lines.empty()) return;
    auto& row = scope.state.wallets.at(posting.user_id);
    auto& wallet = row.wallet;
    Points sum;
    for (const auto& line : posting.lines) {
        sum += line.points;
        move(wallet, line);
    }
    PAY_ASSERT(sum == none);
    PAY_ASSERT(std::min({wallet.paid, wallet.bonus, wallet.held, wallet.owed}) >= none);
    ++wallet.version;
    wallet.updated_at = posting.at;
    row.changed = true;
    posting.balance_after = wallet.balance();
    chain(wallet, posting);
    scope.messages.push_back(changed_message(posting, wallet));
    if (tells_balance(posting)) scope.messages.push_back(balance_message(wallet));
    scope.state.postings.push_back(std::move(posting));
}

Posting posting_of(
    const Scope& scope, const std::string& transaction_id, const std::string& user_id,
    const std::string& order_id, Reason reason
) {
    return {
        .transaction_id = transaction_id,
        .user_id = user_id,
        .order_id = order_id,
        .reason = reason,
        .at = scope.now
    };
}

void answer(Scope& scope, const Reply& reply) {
    bus::Message message;
    message.topic = replies_topic;
    message.key = reply.order_id;
    message.type = reply.code.empty() ? done_type : refused_type;
    message.payload = json::to_text(reply);
    message.reply = true;
    scope.messages.push_back(std::move(message));
}

bool was_given(const Scope& scope, const std::string& id, Action action) {
    return inbox::was_given(scope.state.given, id, action);
}

const std::string& code_of(const Scope& scope, const std::string& id, Action action) {
    return scope.state.given.at({id, action}).code;
}

void remember(Scope& scope, const std::string& id, Action action, std::string_view code) {
    inbox::give(scope.state.given, id, action, code, scope.now);
}

}  // namespace pay::point
