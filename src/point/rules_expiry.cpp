#include "point/scope.hpp"

/// What runs out, and who is told ahead of it.
namespace pay::point {
namespace {

bus::Message notice(const Lot& lot, std::int64_t days) {
    bus::Message message;
    message.topic = events_topic;
    message.key = lot.user_id;
    message.type = expiring_type;
    message.payload =
        json::to_text(Expiring{lot.user_id, lot.left, to_rfc3339(lot.expires_at), days});
    return message;
}

}  // namespace

Wallet apply(Scope& scope, const Expire& expire) {
    auto& row = row_of(scope, expire.user_id);
    auto posting = posting_of(scope, expire.transaction_id, expire.user_id, {}, Reason::expiry);
    for (auto& [id, lot] : row.lots) {
        const Points left = lot.lot.left;
        if (left == none) continue;
        if (!lot.lot.open_at(scope.now)) {
            posting.add(account_of(lot.lot.kind), -left);
            posting.add(Account::expired, left);
            add_left(lot, -left, scope.settings);
        } else if (const auto days = due_notice(lot.lot, scope.settings, scope.now)) {
            scope.messages.push_back(notice(lot.lot, *days));
            set_noticed(lot, *days, scope.settings);
        } else {
            see_when_due(lot, scope.settings);
        }
    }
    post(scope, std::move(posting));
    return row.wallet;
}

}  // namespace pay::point
