#include <algorithm>

#include "interleaving.hpp"

/// What the services keep, and what must be true of it in the end.
namespace pay::test {
namespace {

using order::Status;

const order::Settings order_settings;
const point::Settings point_settings;

/// What was decided is stored: nothing is fresh or changed any more.
template <class Answers>
void keep(Answers& given) {
    for (auto& [key, answer] : given) answer.fresh = false;
}

}  // namespace

Books::Books() {
    orders.items.emplace(
        "itm_p",
        item::Changed{
            "itm_p",
            item::Kind::point_package,
            "500",
            the_price,
            the_points,
            {},
            item::Status::on_sale,
            1
        }
    );
}

Result<order::Answer> Books::order(const order::Command& command, Time now, Messages& messages) {
    return order::decide(orders, command, order_settings, now, messages);
}

void Books::point(const point::Instruction& instruction, Time now, Messages& messages) {
    (void)point::decide(points, instruction, point_settings, now, messages);
    credits += static_cast<int>(std::ranges::count_if(points.postings, [](const auto& posting) {
        return posting.reason == point::Reason::charge;
    }));
    points.postings.clear();
    keep(points.given);
}

void Books::order_item(const order_item::Command& command, Time now, Messages& messages) {
    (void)order_item::decide(items, command, now, messages);
    items.saved.clear();
    items.revoked.clear();
    keep(items.given);
}

std::optional<order::Refund> Books::refund() const {
    const auto found = orders.refunds.find(the_receipt);
    return found == orders.refunds.end() ? std::nullopt : std::optional{found->second};
}

std::string Interleaving::fault() const {
    const auto& order = books.orders.orders.at(the_order);
    const auto found = books.points.wallets.find(the_user);
    const auto wallet =
        found == books.points.wallets.end() ? point::Wallet{} : found->second.wallet;
    if (!order.final()) return "the order came to no end: " + print();
    if (x_approvals > 1) return "approved twice";
    if (books.credits > 1) return "credited twice";
    if (x_receipt.canceled != order.returned()) return "other money was returned than told";
    if (x_receipt.charged() != (order.status == Status::SUCCESS)) return "paid and not served";
    const Points taken = order::share_of(the_points, order.canceled_amount, the_price);
    const bool stands = order.status == Status::SUCCESS || order.status == Status::CANCELED;
    const Points left = stands ? the_points - taken - x_spent : Points{0};
    if (wallet.paid != left) return "the wallet is wrong: " + print();
    if (wallet.held != Points{0} || wallet.owed != Points{0}) return "held or owed: " + print();
    const auto item = books.items.items.find(the_order);
    const bool has = item != books.items.items.end() && !item->second.revoked_at;
    if (has != (order.status == Status::SUCCESS)) return "the item is wrong: " + print();
    int whole = 0;
    for (const auto& [id, one] : books.orders.cancellations) {
        whole += one.phase == order::Phase::done ? 1 : 0;
    }
    return x_returns > whole ? "returned more often than canceled" : "";
}

}  // namespace pay::test
