#include "point/chain.hpp"

#include "core/digest/sha256.hpp"
#include "core/json/names.hpp"

namespace pay::point {

// Each part with its length before it, so that no two transactions have the same text.
void Link::add(std::string_view text) {
    x_text += std::to_string(text.size());
    x_text += ':';
    x_text += text;
}

void Link::add(std::int64_t number) {
    add(std::to_string(number));
}

Link::Link(const Head& head) {
    x_text.reserve(512);
    add(head.previous);
    add(head.transaction_id);
    add(head.user_id);
    add(head.order_id);
    add(head.reason);
    add(head.at);
    add(head.balance_after);
    add(head.wallet_version);
}

void Link::add_line(std::string_view account, std::int64_t points) {
    add(account);
    add(points);
}

std::string Link::hash() const {
    return sha256(x_text);
}

void chain(Wallet& wallet, Posting& posting) {
    Link link({
        .previous = wallet.head,
        .transaction_id = posting.transaction_id,
        .user_id = posting.user_id,
        .order_id = posting.order_id,
        .reason = json::name_of(posting.reason),
        .at = to_epoch_ms(posting.at),
        .balance_after = posting.balance_after.value(),
        .wallet_version = wallet.version,
    });
    for (const auto& line : posting.lines) {
        link.add_line(json::name_of(line.account), line.points.value());
    }
    posting.wallet_version = wallet.version;
    posting.hash = link.hash();
    wallet.head = posting.hash;
}

}  // namespace pay::point
