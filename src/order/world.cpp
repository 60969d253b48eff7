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
    const std::string item = chance(70) ? "itm_p" : "itm_c";
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
        if (was->second.final() && order.status != was->second.status) note("a final order moved");
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
    call([this, receipt_id = refund.receipt_id, crash] {
        --gateway.at(receipt_id).cancels_under_way;
        auto& payment = gateway.at(receipt_id).payment;
        gateway::Canceled outcome = std::unexpected(Refusal::not_ready);
        if (trouble() && chance(30)) {
            outcome = std::unexpected(Refusal::refused);
        } else if (payment.charged()) {
            payment.canceled = trouble() ? payment.canceled + Won{1} : payment.price;
            if (payment.canceled >= payment.price) payment.stage = Stage::canceled;
            outcome = payment;
            if (trouble()) outcome = std::unexpected(Refusal::timed_out);
        }
        if (crash) return;
        later([this, receipt_id, outcome] { act(run(RefundEnded{receipt_id, outcome})); });
    });
}

void World::drive() {
    const auto orders = state.orders;
    for (const auto& [id, order] : orders) {
        if (!order.due_at || *order.due_at > x_now) continue;
        const bool asked = !trouble();
        if (order.status == Status::PENDING && asked) {
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
    if (message.topic == point::commands_topic) {
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
    const PointReplied reply{
        {command.order_id, credit ? point::Action::credit : point::Action::reverse,
         refused ? "WHY" : ""},
        refused
    };
    const int copies = trouble() ? 2 : 1;
    for (int i = 0; i < copies; ++i) later([this, reply] { act(run(reply)); });
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
        while (!x_events.empty() || !x_calls.empty()) happen(x_calls.empty() ? x_events : x_calls);
        x_now += std::chrono::minutes{3};
        drive();
    }
}

std::string World::fault() const {
    if (!x_fault.empty()) return x_fault;
    for (const auto& [id, order] : state.orders) {
        const auto refund = state.refunds.find(order.receipt_id);
        const bool refund_drives = order.status == Status::FAILING && refund != state.refunds.end();
        const bool waits_for_admin = order.failure == Failure::REFUND_REFUSED;
        if (!order.final() && !order.due_at && !refund_drives && !waits_for_admin)
            return id + " is stuck";
        if (order.final() && order.due_at) return id + " is final and due";
    }
    for (const auto& [name, refund] : state.refunds) {
        if ((refund.status == RefundStatus::open) != refund.due_at.has_value())
            return name + " is stuck";
    }
    return {};
}

std::string World::fault_at_end() const {
    for (const auto& [id, order] : state.orders) {
        const bool refused =
            order.status == Status::FAILING && order.failure == Failure::REFUND_REFUSED;
        if (!order.final() && !refused) return id + " came to no end";
        const auto found = services.find(id);
        const Services kept = found == services.end() ? Services{} : found->second;
        const bool credited = kept.credited && !kept.reversed;
        const bool saved = kept.saved && !kept.revoked;
        if (order.status == Status::SUCCESS) {
            if (order.point && !credited) return id + " has no points";
            if (!saved && !kept.save_refused) return id + " has no item";
            if (!gateway.at(order.receipt_id).payment.charged()) return id + " is not paid";
        } else if (credited || saved) {
            return id + " failed and has its goods";
        }
    }
    for (const auto& [name, receipt] : gateway) {
        const auto& payment = receipt.payment;
        const auto holder = state.order_of_receipt.find(name);
        const auto refund = state.refunds.find(name);
        const bool keeps = holder != state.order_of_receipt.end() &&
                           state.orders.at(holder->second).status == Status::SUCCESS;
        const bool refused =
            refund != state.refunds.end() && refund->second.status == RefundStatus::refused;
        const bool heard = keeps || refund != state.refunds.end();
        if (keeps && refund != state.refunds.end()) return name + " is kept and returned";
        if (keeps && payment.canceled != Won{0}) return name + " is kept and was returned";
        if (!keeps && heard && !refused && payment.charged()) return name + " was not returned";
        const bool held = holder != state.order_of_receipt.end();
        if (held && !heard && payment.charged()) return name + " is held and forgotten";
    }
    return {};
}

}  // namespace pay::order::test
