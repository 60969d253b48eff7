#include "order/world.hpp"

#include "core/json/read.hpp"

namespace pay::order::test {

using gateway::Payment;
using gateway::Refusal;
using gateway::Stage;

namespace {

std::string order_name(int number) {
    return "ord_" + std::to_string(number);
}

std::string user_name(int number) {
    return "user" + std::to_string(number % 3);
}

}  // namespace

void World::open(int number, std::size_t receipts) {
    const auto id = order_name(number);
    const std::string episode = "itm_c" + std::to_string(number);
    state.items.emplace(
        episode,
        item::Changed{
            episode, item::Kind::content, "1", Won{300}, {}, Points{3}, item::Status::on_sale, 1
        }
    );
    if (chance(20)) {
        act(run(Place{{id, user_name(number), episode, PaymentMethod::points, {}}, {}}));
        return;
    }
    const std::string item = chance(70) ? "itm_p" : episode;
    const Won price{item == "itm_p" ? 5'000 : 300};
    const NewOrder wanted{id, user_name(number), item, PaymentMethod::bootpay, {}};
    for (std::size_t i = 0; i < receipts; ++i) {
        const auto name = "receipt-" + std::to_string(number) + '-' + std::to_string(i);
        Payment payment{name, id, user_name(number), price, {}, Stage::approvable, {}};
        if (trouble()) payment.price = price + Won{1};
        if (chance(30)) payment.stage = Stage::paid;
        if (trouble()) payment.stage = Stage::not_yet;
        if (i == 0 && chance(20)) {
            payment.order_id = "another shop's";
            gateway[name] = {payment};
            if (chance(50)) {
                act(run(PlacePaid{wanted, payment}));
            } else {
                act(run(Place{wanted, name}));
            }
        } else {
            gateway[name] = {payment};
        }
    }
    if (!state.orders.contains(id)) act(run(Place{wanted, {}}));
}

Result<Answer> World::run(const Command& command) {
    std::vector<bus::Message> messages;
    state.changed_orders.clear();
    const auto before = state.orders;
    auto result = decide(state, command, settings, x_now, messages);
    for (const auto& [id, order] : state.orders) {
        const auto was = before.find(id);
        if (was == before.end()) continue;
        const bool moved = order.status != was->second.status ||
                           order.receipt_id != was->second.receipt_id ||
                           order.canceled_amount != was->second.canceled_amount ||
                           order.failure != was->second.failure;
        if (order.version < was->second.version) note("a version went back");
        if (moved && order.version <= was->second.version) note("a change without a new version");
        const bool cancels =
            was->second.status == Status::SUCCESS && order.status == Status::CANCELING;
        if (was->second.final() && order.status != was->second.status && !cancels) {
            note("a final order moved");
        }
        if (order.amount && order.canceled_amount > *order.amount) note("too much is canceled");
    }
    for (const auto& message : messages) {
        const int copies = trouble() ? 2 : 1;
        for (int i = 0; i < copies; ++i) {
            // A message may seem lost; the saga sends it again.
            if (!trouble()) later([this, message] { hear(message); });
        }
    }
    return result;
}

void World::act(const Result<Answer>& result) {
    if (!result) return;
    if (result->next == Next::approve) approve(result->order.id, result->order.receipt_id);
    if (result->next == Next::cancel) cancel(*result->refund);
}

void World::look_up(const std::string& order_id, const std::string& receipt_id) {
    if (trouble()) return;
    // What was seen may be old when it is decided on.
    const Payment seen = gateway.at(receipt_id).payment;
    later([this, order_id, seen] { act(run(Confirm{order_id, {}, seen})); });
}

void World::approve(const std::string& order_id, const std::string& receipt_id) {
    auto& receipt = gateway.at(receipt_id);
    // A declined receipt may be asked for by one who saw it earlier: that can charge nothing.
    const bool live = receipt.payment.stage == Stage::approvable;
    if (++receipt.approvals_under_way > 1 && live) note("two approvals at a time");
    const bool crash = trouble();
    const auto asked_at = state.orders.at(order_id).approval_at;
    call([this, order_id, receipt_id, crash, asked_at] {
        auto& called = gateway.at(receipt_id);
        --called.approvals_under_way;
        gateway::Approved outcome = std::unexpected(Refusal::not_ready);
        if (trouble() && chance(50)) {
            outcome = std::unexpected(Refusal::not_sent);
        } else if (called.payment.stage == Stage::approvable) {
            const bool declined = trouble();
            called.payment.stage = declined ? Stage::declined : Stage::paid;
            if (declined)
                outcome = std::unexpected(Refusal::declined);
            else
                outcome = called.payment;
        }
        if (trouble() && (outcome || outcome.error() != Refusal::not_sent)) {
            outcome = std::unexpected(chance(50) ? Refusal::unknown : Refusal::timed_out);
        }
        if (crash) return;  // the process died with the outcome
        later([this, order_id, receipt_id, outcome, asked_at] {
            act(run(ApprovalEnded{order_id, receipt_id, outcome, asked_at}));
        });
    });
}

void World::cancel(const Refund& refund) {
    const bool crash = trouble();
    if (++gateway.at(refund.receipt_id).cancels_under_way > 1) note("two cancels at a time");
    std::optional<Won> part;
    if (refund.target) part = *refund.target - refund.canceled_before;
    call([this, receipt_id = refund.receipt_id, crash, part, called_at = refund.called_at] {
        --gateway.at(receipt_id).cancels_under_way;
        auto& payment = gateway.at(receipt_id).payment;
        const Won left = payment.price - payment.canceled;
        gateway::Canceled outcome = std::unexpected(Refusal::not_ready);
        if (trouble() && chance(30)) {
            outcome = std::unexpected(Refusal::refused);
        } else if (part && *part > left) {
            outcome = std::unexpected(Refusal::refused);
        } else if (payment.charged()) {
            payment.canceled += part.value_or(left);
            if (payment.canceled >= payment.price) payment.stage = Stage::canceled;
            outcome = payment;
            if (trouble()) outcome = std::unexpected(Refusal::timed_out);
        }
        if (crash) return;
        later([this, receipt_id, outcome, called_at] {
            act(run(RefundEnded{receipt_id, outcome, called_at}));
        });
    });
}

void World::drive() {
    const auto orders = state.orders;
    for (const auto& [id, order] : orders) {
        if (!order.due_at || *order.due_at > x_now) continue;
        const bool asked = !trouble();
        if (order.status == Status::PENDING && asked && !order.paid_with_points()) {
            for (const auto& [name, receipt] : gateway) {
                const bool held = name == order.receipt_id;
                const bool seen = order.receipt_id.empty() && (receipt.payment.order_id == id ||
                                                               order.presented_receipt_id == name);
                if (held || seen) act(run(Confirm{id, {}, receipt.payment}));
            }
        }
        act(run(Wake{id, asked}));
    }
    const auto refunds = state.refunds;
    for (const auto& [name, refund] : refunds) {
        if (!refund.due_at || *refund.due_at > x_now) continue;
        const auto& payment = gateway.at(name).payment;
        if (trouble())
            act(run(PostponeRefund{name}));
        else
            act(run(BeginRefund{
                name, payment.price, payment.charged() ? payment.canceled : payment.price
            }));
    }
}

void World::hear(const bus::Message& message) {
    if (message.type == point::hold_type) {
        serve_hold(*json::read<point::Hold>(message.payload, json::Unknown::refuse));
    } else if (message.type == point::settle_type || message.type == point::release_type) {
        end_hold(
            *json::read<point::HoldEnd>(message.payload, json::Unknown::refuse),
            message.type == point::settle_type
        );
    } else if (message.topic == point::commands_topic) {
        const auto command = json::read<point::Command>(message.payload, json::Unknown::refuse);
        serve_point(*command, message.type == point::credit_type);
    } else if (message.type == order_item::revoke_type) {
        serve_item(message.key, false);
    } else if (message.type == order_item::save_type) {
        serve_item(message.key, true);
    }
}

void World::serve_point(const point::Command& command, bool credit) {
    auto& kept = services[command.order_id];
    if (trouble()) kept.spent = kept.credited && !kept.reversed;
    bool refused = false;
    if (credit) {
        if (!kept.credited && (kept.reversed || trouble())) kept.credit_refused = true;
        if (!kept.credit_refused) kept.credited = true;
        refused = kept.credit_refused;
    } else {
        refused = kept.spent && !kept.reversed;
        if (!refused) kept.reversed = true;
    }
    reply(command.order_id, credit ? point::Action::credit : point::Action::reverse, refused, {});
}

void World::reply(
    const std::string& order_id, point::Action action, bool refused, std::string hold
) {
    PointReplied reply{{order_id, action, refused ? "WHY" : ""}, refused};
    if (!hold.empty()) reply.reply.hold_id = std::move(hold);
    const int copies = trouble() ? 2 : 1;
    for (int i = 0; i < copies; ++i) later([this, reply] { act(run(reply)); });
}

void World::serve_hold(const point::Hold& asked) {
    if (asked.simulate) {
        return reply(asked.order_id, point::Action::hold, trouble(), asked.hold_id);
    }
    auto& kept = services[asked.order_id];
    const auto [hold, fresh] = kept.holds.try_emplace(asked.hold_id);
    if (fresh) {
        hold->second.points = asked.points + asked.bonus;
        hold->second.refused = !asked.owed && trouble();
    } else if (hold->second.released && hold->second.points == Points{0}) {
        hold->second.refused = true;
    }
    reply(asked.order_id, point::Action::hold, hold->second.refused, asked.hold_id);
}

void World::end_hold(const point::HoldEnd& asked, bool settle) {
    auto& hold = services[asked.order_id].holds[asked.hold_id];
    if (settle && (hold.refused || hold.released)) note(asked.hold_id + " cannot be settled");
    if (!settle && hold.settled) note(asked.hold_id + " is settled and released");
    (settle ? hold.settled : hold.released) = true;
    const auto action = settle ? point::Action::settle : point::Action::release;
    reply(asked.order_id, action, false, asked.hold_id);
}

void World::cancel_something() {
    auto at = std::next(
        state.orders.begin(), static_cast<std::ptrdiff_t>(x_random() % state.orders.size())
    );
    const auto& order = at->second;
    const auto found = gateway.find(order.receipt_id);
    if (found != gateway.end() && chance(20)) {
        auto& payment = found->second.payment;
        if (!payment.charged()) return;
        const Won left = payment.price - payment.canceled;
        payment.canceled += chance(50) ? left : below(left.value());
        if (payment.canceled >= payment.price) payment.stage = Stage::canceled;
        return;
    }
    Cancel wish;
    wish.cancellation_id = "can_" + std::to_string(++x_cancels);
    wish.order_id = order.id;
    wish.user_id = wish.asked_by = order.user_id;
    if (order.amount && chance(60)) wish.amount = below(3'000) + Won{1};
    wish.simulate = chance(10);
    act(run(wish));
}

/// What the gateway shows of each receipt that an order holds, as reconciliation would find it.
void World::reconcile() {
    const auto orders = state.orders;
    for (const auto& [id, order] : orders) {
        const auto found = gateway.find(order.receipt_id);
        if (found == gateway.end()) continue;
        act(run(Confirm{id, {}, found->second.payment, "can_" + std::to_string(++x_cancels)}));
    }
}

void World::serve_item(const std::string& order_id, bool save) {
    auto& kept = services[order_id];
    bool refused = false;
    if (save) {
        if (!kept.saved && (kept.revoked || trouble())) kept.save_refused = true;
        if (!kept.save_refused) kept.saved = true;
        refused = kept.save_refused;
    } else {
        kept.revoked = true;
    }
    const OrderItemReplied reply{
        {order_id, save ? order_item::Action::save : order_item::Action::revoke,
         refused ? "WHY" : ""},
        refused
    };
    later([this, reply] { act(run(reply)); });
}

void World::happen(std::deque<Event>& of) {
    const auto at = x_random() % of.size();
    auto event = std::move(of[at]);
    of.erase(of.begin() + static_cast<std::ptrdiff_t>(at));
    event();
}

void World::step() {
    const auto dice = x_random() % 100;
    if (dice < 45 && !x_events.empty()) {
        happen(x_events);
    } else if (dice < 55 && !x_calls.empty()) {
        happen(x_calls);
    } else if (dice < 75 && !gateway.empty()) {
        auto receipt =
            std::next(gateway.begin(), static_cast<std::ptrdiff_t>(x_random() % gateway.size()));
        auto order = std::next(
            state.orders.begin(), static_cast<std::ptrdiff_t>(x_random() % state.orders.size())
        );
        auto& payment = receipt->second.payment;
        if (payment.stage == Stage::not_yet) payment.stage = Stage::approvable;
        const bool right = state.orders.contains(payment.order_id) && !chance(10);
        look_up(right ? payment.order_id : order->first, receipt->first);
    } else if (dice < 78 && !state.orders.empty()) {
        cancel_something();
    } else if (dice < 85) {
        while (!x_calls.empty()) happen(x_calls);
        const Duration pause{static_cast<std::int64_t>(x_random() % 30'000)};
        x_now += trouble() ? settings.saga_deadline : pause;
    } else {
        drive();
    }
}

void World::settle() {
    x_trouble = 0;
    for (int turn = 0; turn < 400; ++turn) {
        if (turn % 100 == 99) reconcile();
        while (!x_events.empty() || !x_calls.empty()) happen(x_calls.empty() ? x_events : x_calls);
        x_now += std::chrono::minutes{3};
        drive();
    }
}

}  // namespace pay::order::test
