#include "app/order_text.hpp"

#include "core/json/names.hpp"
#include "core/terminal/table.hpp"

namespace pay::app {
namespace {

using json::name_of;
using terminal::grouped;
using terminal::printable;
using terminal::Screen;
using terminal::Table;
using enum terminal::Table::Side;

template <class E>
std::string word(E value) {
    return std::string(name_of(value));
}

std::string time_text(const std::optional<Time>& time) {
    return time ? to_rfc3339(*time) : "";
}

std::string field(std::string_view name, const std::string& value) {
    return "  " + terminal::padded(name, 10) + printable(value) + '\n';
}

std::string section(std::string_view name, const Table& table, const Screen& screen) {
    if (table.empty()) return {};
    return '\n' + terminal::styled(screen, terminal::Style::bold, name) + '\n' +
           table.text(screen, 2);
}

std::string colour_of(const Screen& screen, order::Status status) {
    using enum order::Status;
    const bool good = status == SUCCESS;
    const bool bad = status == FAIL || status == FAILING;
    const auto style = good  ? terminal::Style::green
                       : bad ? terminal::Style::red
                             : terminal::Style::bold;
    return terminal::styled(screen, style, name_of(status));
}

std::string head(const OrderFile& file, const Screen& screen) {
    const auto& order = file.order;
    std::string out = order.id + "  " + colour_of(screen, order.status) + '\n';
    out += field("user", order.user_id);
    out += field("item", order.item_name + " (" + order.item_id + ")");
    out += field("price", price_text(order));
    if (order.amount && order.points) {
        out += field(
            "points", grouped(order.points->value()) + " and " +
                          grouped(order.bonus_points.value_or(Points{}).value()) + " bonus"
        );
    }
    if (order.canceled_amount > Won{}) {
        out += field(
            "canceled", grouped(order.canceled_amount.value()) + " won, " +
                            grouped(order.cancel_fee.value()) + " of it kept as a fee"
        );
    }
    if (order.failure) out += field("failure", order.failure->code + ": " + order.failure->message);
    out += field("made", to_rfc3339(order.created_at));
    out += field("changed", to_rfc3339(order.updated_at));
    if (file.waits.what) {
        std::string waits =
            word(*file.waits.what) + ", " + std::to_string(file.waits.attempts) + " attempts";
        if (file.waits.next_at) waits += ", next " + to_rfc3339(*file.waits.next_at);
        out += field("waits for", waits);
    }
    return out;
}

std::string steps(const OrderFile& file, const Screen& screen) {
    Table table({{"STEP"}, {"STATUS"}, {"AT", left, 1}});
    for (const auto& step : file.order.steps) {
        table.add({step.name, word(step.status), to_rfc3339(step.at)});
    }
    return section("Steps", table, screen);
}

std::string payment(const OrderFile& file, const Screen& screen) {
    if (!file.receipt) return {};
    const auto& receipt = *file.receipt;
    Table table({{"RECEIPT"}, {"HELD"}, {"METHOD", left, 1}, {"PAID", left, 2}});
    const auto add = [&](const std::optional<std::string>& id, const char* held) {
        if (id) table.add({*id, held, receipt.method.value_or(""), time_text(receipt.paid_at)});
    };
    add(receipt.receipt_id, "yes");
    add(receipt.presented_receipt_id, "no");
    return section("Payment", table, screen);
}

std::string refunds(const OrderFile& file, const Screen& screen) {
    Table table(
        {{"RECEIPT"},
         {"STATUS"},
         {"UP TO WON", right, 1},
         {"TRIES", right, 2},
         {"NEXT", left, 3},
         {"CHANGED", left, 4}}
    );
    for (const auto& refund : file.refunds) {
        table.add(
            {refund.receipt_id, word(refund.status),
             refund.target ? grouped(refund.target->value()) : "all",
             std::to_string(refund.attempts), time_text(refund.next_at),
             to_rfc3339(refund.updated_at)}
        );
    }
    return section("Refunds", table, screen);
}

std::string cancellations(const OrderFile& file, const Screen& screen) {
    Table table(
        {{"CANCELLATION"},
         {"PHASE"},
         {"WON", right},
         {"POINTS", right, 1},
         {"BY", left, 2},
         {"AT", left, 3}}
    );
    for (const auto& one : file.cancellations) {
        table.add(
            {one.id, word(one.phase), grouped(one.amount.value()),
             grouped((one.points + one.bonus_points).value()), one.asked_by,
             to_rfc3339(one.created_at)}
        );
        if (!one.reason.empty()) table.note(one.reason);
        if (one.failure) table.note(one.failure->code + ": " + one.failure->message);
    }
    return section("Cancellations", table, screen);
}

std::string webhooks(const OrderFile& file, const Screen& screen) {
    Table table(
        {{"WEBHOOK OF"}, {"SAID", right}, {"CANCELED", right, 1}, {"STATUS"}, {"AT", left, 2}}
    );
    for (const auto& webhook : file.webhooks) {
        table.add(
            {webhook.receipt_id, std::to_string(webhook.receipt_status),
             grouped(webhook.canceled.value()), word(webhook.status),
             to_rfc3339(webhook.created_at)}
        );
    }
    return section("Webhooks", table, screen);
}

std::string elsewhere(const OrderFile& file, const Screen& screen) {
    Table items({{"ORDER ITEM"}, {"SAVED", left, 1}, {"REVOKED", left, 2}});
    if (const auto& item = file.order_item) {
        items.add({item->id, to_rfc3339(item->created_at), time_text(item->revoked_at)});
    }
    Table points(
        {{"POINTS", right},
         {"BALANCE", right},
         {"REASON"},
         {"AT", left, 1},
         {"TRANSACTION", left, 2}}
    );
    for (const auto& entry : file.points) {
        points.add(
            {grouped(entry.delta.value()), grouped(entry.balance_after.value()), word(entry.reason),
             to_rfc3339(entry.at), entry.id}
        );
    }
    return section("Order item", items, screen) + section("Points", points, screen);
}

std::string timeline(const OrderFile& file, const Screen& screen) {
    Table table({{"AT"}, {"KIND"}, {"WHAT", left, 1}});
    for (const auto& entry : file.timeline) {
        table.add({to_rfc3339(entry.at), entry.kind, entry.text});
        std::string detail;
        for (const auto& [name, value] : entry.detail) {
            detail += (detail.empty() ? "" : "  ") + name + "=" + value;
        }
        if (!detail.empty()) table.note(detail);
    }
    return section("Timeline", table, screen);
}

}  // namespace

std::string price_text(const order::OrderView& order) {
    if (order.amount) return grouped(order.amount->value()) + " won";
    return order.points ? grouped(order.points->value()) + " points" : "";
}

std::string order_text(const OrderFile& file, const Screen& screen) {
    return head(file, screen) + steps(file, screen) + payment(file, screen) +
           refunds(file, screen) + cancellations(file, screen) + webhooks(file, screen) +
           elsewhere(file, screen) + timeline(file, screen);
}

}  // namespace pay::app
