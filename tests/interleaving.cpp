#include "interleaving.hpp"

#include <algorithm>

#include "order/messages.hpp"
#include "order/wire.hpp"
#include "order_item/wire.hpp"

namespace pay::test {
namespace {

using order::Next;
using order::Status;
using Step = Actor::Step;

const std::string spending = "ord_s";

template <class Value>
void add(std::string& out, const Value& value) {
    if constexpr (std::is_same_v<Value, std::string>) {
        out += value;
    } else if constexpr (std::is_enum_v<Value>) {
        out += json::name_of(value);
    } else {
        out += std::to_string(value);
    }
    out += ' ';
}

std::int64_t ms(const std::optional<Time>& time) {
    return time ? to_epoch_ms(*time) : 0;
}

void add(std::string& out, const order::Order& order) {
    add(out, order.status);
    add(out, order.failure);
    add(out, order.receipt_id + '/' + order.presented_receipt_id + '/' + order.cancellation_id);
    add(out, order.canceled_amount.value());
    add(out, order.payment.status);
    add(out, order.point->status);
    add(out, order.order_item.status);
    add(out, ms(order.due_at));
    add(out, ms(order.approval_at));
    add(out, ms(order.deadline_at));
    add(out, std::int64_t{order.attempts});
}

template <class Given>
void add_given(std::string& out, const Given& given) {
    for (const auto& [key, answer] : given) {
        out += key.first;
        add(out, key.second);
        add(out, answer.code);
    }
}

}  // namespace

Interleaving::Interleaving(std::vector<Actor> actors, int copies, int crashes)
    : x_actors(std::move(actors)), x_copies(copies), x_crashes(crashes) {
    for (std::size_t i = 0; i < x_actors.size(); ++i) x_actors[i].number = static_cast<int>(i);
    x_receipt.receipt_id = the_receipt;
    x_receipt.order_id = the_order;
    x_receipt.user_id = the_user;
    x_receipt.price = the_price;
    x_receipt.stage = gateway::Stage::approvable;
    order::NewOrder wanted{the_order, the_user, "itm_p", order::PaymentMethod::bootpay, {}};
    (void)decide(order::Place{wanted, {}});
}

Result<order::Answer> Interleaving::decide(const order::Command& command) {
    return books.order(command, x_now, x_messages);
}

bool Interleaving::enabled(const Actor& actor) const {
    if (actor.step == Step::over) return false;
    const auto& order = books.orders.orders.at(the_order);
    if (actor.step == Step::wait) {
        return order.status != Status::PENDING || order.receipt_id != the_receipt ||
               !order.approval_at;
    }
    if (actor.act == Act::refund && actor.step == Step::begin) {
        const auto refund = books.refund();
        return refund && refund->due_at && *refund->due_at <= x_now;
    }
    // A cancel of what is not bought yet is refused and forgotten: it comes when it can matter.
    if (actor.act == Act::cancel) return order.status != Status::PENDING;
    return true;
}

std::vector<Choice> Interleaving::choices() const {
    std::vector<Choice> all;
    bool under_way = false;
    for (std::size_t i = 0; i < x_actors.size(); ++i) {
        if (enabled(x_actors[i])) all.push_back({Choice::Kind::act, i});
        under_way = under_way || x_actors[i].under_way();
    }
    for (std::size_t i = 0; i < x_messages.size(); ++i) {
        all.push_back({Choice::Kind::deliver, i});
        if (x_copies > 0) all.push_back({Choice::Kind::deliver_and_keep, i});
    }
    if (under_way && x_crashes > 0) all.push_back({Choice::Kind::crash, 0});
    return all;
}

void Interleaving::take(Choice choice) {
    switch (choice.kind) {
        case Choice::Kind::act:
            return act(x_actors.at(choice.which));
        case Choice::Kind::deliver_and_keep:
            --x_copies;
            return deliver(bus::Message{x_messages.at(choice.which)});
        case Choice::Kind::deliver: {
            const auto message = x_messages.at(choice.which);
            x_messages.erase(x_messages.begin() + static_cast<std::ptrdiff_t>(choice.which));
            return deliver(message);
        }
        case Choice::Kind::crash:
            --x_crashes;
            for (auto& actor : x_actors) {
                if (actor.under_way()) actor.step = Step::over;
            }
    }
}

void Interleaving::deliver(const bus::Message& message) {
    const auto& payload = message.payload;
    const std::string id = "ptx_" + message.type;
    if (message.type == point::credit_type) {
        books.point(point::Credit{id, *point::read_command(payload)}, x_now, x_messages);
    } else if (message.type == point::reverse_type) {
        books.point(point::Reverse{id, *point::read_command(payload)}, x_now, x_messages);
    } else if (message.type == point::hold_type) {
        const auto asked = *point::read_hold(payload);
        books.point(point::TakeHold{id + asked.hold_id, asked}, x_now, x_messages);
    } else if (message.type == point::settle_type) {
        const auto asked = *point::read_hold_end(payload);
        books.point(point::SettleHold{id + asked.hold_id, asked}, x_now, x_messages);
    } else if (message.type == point::release_type) {
        const auto asked = *point::read_hold_end(payload);
        books.point(point::ReleaseHold{id + asked.hold_id, asked}, x_now, x_messages);
    } else if (message.type == order_item::save_type) {
        books.order_item(
            order_item::SaveItem{"oit_a", *order_item::read_save(payload)}, x_now, x_messages
        );
    } else if (message.type == order_item::revoke_type) {
        books.order_item(order_item::Revoke{the_order}, x_now, x_messages);
    } else if (message.type == point::done_type || message.type == point::refused_type) {
        const bool refused = message.type == point::refused_type;
        (void)decide(order::PointReplied{*order::read_point_reply(payload), refused});
    } else if (message.type == order_item::done_type || message.type == order_item::refused_type) {
        const bool refused = message.type == order_item::refused_type;
        (void)decide(order::OrderItemReplied{*order::read_order_item_reply(payload), refused});
    }
    // Events have no readers here.
    std::erase_if(x_messages, [](const bus::Message& sent) {
        return sent.topic == order::events_topic || sent.topic == point::events_topic ||
               sent.type == point::balance_type || sent.key == spending;
    });
}

void Interleaving::act(Actor& actor) {
    switch (actor.act) {
        case Act::confirm:
        case Act::webhook:
        case Act::poll:
            pay(actor);
            break;
        case Act::cancel:
            cancel(actor);
            break;
        case Act::refund:
            return_money(actor);
            break;
        case Act::spend:
            spend(actor);
            break;
    }
    deliver({});  // of no type: only clears the events away
}

void Interleaving::begin(Actor& actor) {
    actor.step = Step::look;
    if (actor.act != Act::webhook) return pay(actor);
    order::Webhook heard;
    heard.receipt_id = the_receipt;
    heard.receipt_status = 1;
    heard.order_id = the_order;
    (void)decide(order::StoreWebhook{heard});
}

void Interleaving::tell(Actor& actor) {
    const std::string user = actor.act == Act::confirm ? the_user : std::string{};
    const auto answer =
        decide(order::Confirm{the_order, user, actor.seen, "can_g" + std::to_string(actor.number)});
    actor.step = Step::end;
    if (!answer) return;
    if (answer->next == Next::approve) {
        actor.step = Step::approve;
        actor.asked_at = answer->order.approval_at;
    }
    if (answer->next == Next::await) actor.step = Step::wait;
}

void Interleaving::approve(Actor& actor) {
    if (x_receipt.stage != gateway::Stage::approvable) {
        actor.step = Step::look;  // not ready any more: what became of it is looked up
        return;
    }
    ++x_approvals;
    x_receipt.stage = gateway::Stage::paid;
    actor.seen = x_receipt;
    actor.step = Step::report;
}

void Interleaving::end(Actor& actor) {
    if (actor.act == Act::webhook) {
        (void)decide(order::WebhookLookedUp{{the_receipt, 1, 0}, actor.seen, false});
    } else if (actor.act == Act::poll) {
        (void)decide(order::Wake{the_order, true, x_now});
    }
    actor.step = Step::over;
}

void Interleaving::pay(Actor& actor) {
    switch (actor.step) {
        case Step::begin:
            return begin(actor);
        case Step::look:
        case Step::wait:
            actor.seen = x_receipt;
            actor.step = Step::tell;
            return;
        case Step::tell:
            return tell(actor);
        case Step::approve:
            return approve(actor);
        case Step::report:
            (void)decide(order::ApprovalEnded{the_order, the_receipt, actor.seen, actor.asked_at});
            actor.step = Step::end;
            return;
        case Step::end:
        case Step::over:
            return end(actor);
    }
}

void Interleaving::cancel(Actor& actor) {
    order::Cancel wish;
    wish.cancellation_id = "can_" + std::to_string(actor.number);
    wish.order_id = the_order;
    wish.user_id = wish.asked_by = the_user;
    wish.amount = actor.amount;
    (void)decide(wish);
    actor.step = Step::over;
}

void Interleaving::return_money(Actor& actor) {
    if (actor.step == Step::begin) {
        actor.seen = x_receipt;
        actor.step = Step::tell;
    } else if (actor.step == Step::tell) {
        const auto answer = decide(order::BeginRefund{
            the_receipt, actor.seen.price,
            actor.seen.charged() ? actor.seen.canceled : actor.seen.price, x_now
        });
        const bool calls = answer && answer->next == Next::cancel;
        actor.refund = calls ? answer->refund : std::nullopt;
        actor.step = calls ? Step::approve : Step::over;
    } else if (actor.step == Step::approve) {
        const Won left = x_receipt.price - x_receipt.canceled;
        const auto& target = actor.refund->target;
        const Won part = target ? *target - actor.refund->canceled_before : left;
        ++x_returns;
        x_receipt.canceled += part;
        if (x_receipt.canceled >= x_receipt.price) x_receipt.stage = gateway::Stage::canceled;
        actor.seen = x_receipt;
        actor.step = Step::report;
    } else {
        (void)decide(order::RefundEnded{the_receipt, actor.seen, actor.refund->called_at});
        actor.step = Step::over;
    }
}

void Interleaving::spend(Actor& actor) {
    if (actor.step == Step::begin) {
        point::Hold hold{spending, spending, the_user, point::Purpose::purchase, Points{100}, {}};
        books.point(point::TakeHold{"ptx_s", hold}, x_now, x_messages);
        const bool held = books.points.given.at({spending, point::Action::hold}).code.empty();
        actor.step = held ? Step::tell : Step::over;
        return;
    }
    books.point(point::SettleHold{"ptx_t", {spending, spending, the_user}}, x_now, x_messages);
    x_spent += Points{100};
    actor.step = Step::over;
}

void Interleaving::run(Actor actor) {
    while (enabled(actor)) act(actor);
}

void Interleaving::settle() {
    for (int turn = 0; turn < 40; ++turn) {
        while (!x_messages.empty()) take({Choice::Kind::deliver, 0});
        const auto order = books.the_order_now();
        if (order.due_at && *order.due_at <= x_now) {
            if (order.status == Status::PENDING) {
                run({.act = Act::poll, .number = 90 + turn});
            } else {
                (void)decide(order::Wake{the_order, true, x_now});
            }
        }
        run({.act = Act::refund});
        while (!x_messages.empty()) take({Choice::Kind::deliver, 0});
        x_now += std::chrono::minutes{2};
    }
}

std::string Interleaving::print() const {
    std::string out;
    add(out, books.orders.orders.at(the_order));
    if (const auto refund = books.refund()) {
        add(out, refund->status);
        add(out, refund->cancel_id);
        add(out, refund->target.value_or(the_price).value());
        add(out, refund->canceled_before.value());
        add(out, ms(refund->called_at));
        add(out, ms(refund->due_at));
    }
    for (const auto& [id, cancellation] : books.orders.cancellations) {
        add(out, id);
        add(out, cancellation.phase);
    }
    for (const auto& [key, webhook] : books.orders.webhooks) add(out, webhook.status);
    for (const auto& [user, row] : books.points.wallets) {
        add(out, row.wallet.paid.value());
        add(out, row.wallet.held.value());
        for (const auto& [id, lot] : row.lots) add(out, lot.lot.left.value());
    }
    for (const auto& [id, row] : books.points.holds) add(out, row.hold.status);
    add_given(out, books.points.given);
    add_given(out, books.items.given);
    // Actors of one kind are alike: which of them is where makes no difference.
    std::vector<std::string> actors;
    for (const auto& actor : x_actors) {
        auto& text = actors.emplace_back();
        add(text, static_cast<int>(actor.act));
        add(text, actor.amount.value_or(Won{0}).value());
        add(text, static_cast<int>(actor.step));
        add(text, static_cast<int>(actor.seen.stage));
        add(text, actor.seen.canceled.value());
        add(text, ms(actor.refund ? actor.refund->called_at : std::nullopt));
    }
    std::ranges::sort(actors);
    for (const auto& text : actors) add(out, text);
    std::vector<std::string> sent;
    for (const auto& message : x_messages) sent.push_back(message.type + message.payload);
    std::ranges::sort(sent);
    for (const auto& message : sent) add(out, message);
    for (const int count : {x_copies, x_crashes, x_approvals, x_returns}) add(out, count);
    add(out, x_receipt.canceled.value());
    return out;
}

}  // namespace pay::test
