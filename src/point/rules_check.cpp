#include "point/scope.hpp"

/// What the ledger says of an order.
namespace pay::point {

Wallet apply(Scope& scope, const CheckOrder& check) {
    const auto& asked = check.asked;
    Sums sums;
    if (const auto found = scope.state.sums.find(asked.order_id); found != scope.state.sums.end()) {
        sums = found->second;
    }
    for (const auto& posting : scope.state.postings) {
        if (posting.order_id != asked.order_id) continue;
        for (const auto& line : posting.lines) sums[line.account] += line.points;
    }
    bus::Message message;
    message.topic = replies_topic;
    message.key = asked.order_id;
    message.type = checked_type;
    message.payload = json::to_text(Checked{
        .order_id = asked.order_id,
        .check_id = asked.check_id,
        .granted = -sums[Account::issued],
        .returned = sums[Account::returned],
        .spent = sums[Account::spent],
        .held = sums[Account::held],
        .owed = -sums[Account::owed]
    });
    message.reply = true;
    scope.messages.push_back(std::move(message));
    return row_of(scope, asked.user_id).wallet;
}

}  // namespace pay::point
