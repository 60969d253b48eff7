#include "order/rules_trail.hpp"

namespace pay::order {
namespace {

template <class E>
int index_of(E value) {
    return static_cast<int>(value);
}

/// The order a command is for.
struct Concerned {
    Scope& scope;

    std::string of_receipt(const std::string& receipt_id) const {
        const auto found = scope.state.refunds.find(receipt_id);
        return found == scope.state.refunds.end() ? std::string{} : found->second.order_id;
    }
    std::string operator()(const Place& command) const { return command.order.order_id; }
    std::string operator()(const PlacePaid& command) const { return command.order.order_id; }
    std::string operator()(const PointReplied& command) const { return command.reply.order_id; }
    std::string operator()(const OrderItemReplied& command) const { return command.reply.order_id; }
    std::string operator()(const BeginRefund& command) const {
        return of_receipt(command.receipt_id);
    }
    std::string operator()(const RefundEnded& command) const {
        return of_receipt(command.receipt_id);
    }
    std::string operator()(const PostponeRefund& command) const {
        return of_receipt(command.receipt_id);
    }
    template <class Other>
    std::string operator()(const Other& command) const {
        if constexpr (requires { command.order_id; }) {
            return command.order_id;
        } else {
            return {};
        }
    }
};

Cause cause_of(Source source) {
    switch (source) {
        case Source::request:
            return Cause::confirmed;
        case Source::webhook:
            return Cause::webhook;
        case Source::recheck:
            return Cause::rechecked;
        case Source::reconcile:
            return Cause::reconciled;
        case Source::charge:
            return Cause::charged;
        case Source::driver:
            break;
    }
    return Cause::polled;
}

/// What led to it, as the command says.
struct Reason {
    Mark& mark;
    bool tells = false;  ///< of a call of the gateway: it is left though nothing changed

    void set(Cause cause, std::optional<int> outcome = std::nullopt) {
        mark.cause = cause;
        mark.outcome = outcome;
    }
    template <class Reply>
    void heard(const Reply& command, Cause done, Cause refused) {
        set(command.refused ? refused : done, index_of(command.reply.action));
        mark.heard = command.place;
        mark.answers = command.answers;
    }
    void operator()(const Place& command) {
        const bool silent = !command.presented_receipt_id.empty();
        set(silent ? Cause::placed_unheard : Cause::placed);
        mark.request_id = command.order.request_id;
    }
    void operator()(const PlacePaid& command) {
        set(Cause::placed, index_of(command.payment.stage));
        mark.request_id = command.order.request_id;
    }
    void operator()(const Confirm& command) {
        set(cause_of(command.asked.source), index_of(command.payment.stage));
        mark.request_id = command.asked.request_id;
    }
    void operator()(const ApprovalEnded& command) {
        if (command.outcome) return set(Cause::approved, index_of(command.outcome->stage));
        set(Cause::not_approved, index_of(command.outcome.error()));
        tells = true;
    }
    void operator()(const PointReplied& command) {
        heard(command, Cause::point_done, Cause::point_refused);
    }
    void operator()(const OrderItemReplied& command) {
        heard(command, Cause::item_done, Cause::item_refused);
    }
    void operator()(const Wake& command) {
        set(command.asked ? Cause::woken : Cause::woken_unheard);
    }
    void operator()(const BeginRefund&) {
        set(Cause::refund_looked_up);
        tells = true;
    }
    void operator()(const RefundEnded& command) {
        tells = true;
        if (command.outcome) return set(Cause::returned, index_of(command.outcome->stage));
        set(Cause::not_returned, index_of(command.outcome.error()));
    }
    void operator()(const PostponeRefund&) {
        set(Cause::refund_postponed);
        tells = true;
    }
    void operator()(const CloseRefused&) { set(Cause::closed); }
    void operator()(const Retry&) { set(Cause::retried); }
    void operator()(const Cancel& command) {
        set(Cause::cancel_asked);
        mark.request_id = command.request_id;
    }
    void operator()(const DriveAutoCharge&) {
        set(Cause::auto_charged);
        tells = true;
    }
    void operator()(const ChargeRefused& command) {
        set(Cause::charge_refused, index_of(command.refusal));
        tells = true;
    }
    template <class Other>
    void operator()(const Other&) {}
};

std::optional<GatewayCall> call_of(Next next) {
    switch (next) {
        case Next::approve:
            return GatewayCall::approve;
        case Next::cancel:
            return GatewayCall::cancel;
        case Next::charge:
            return GatewayCall::charge;
        case Next::nothing:
        case Next::await:
        case Next::refund:
            break;
    }
    return std::nullopt;
}

std::optional<Phase> phase_of(const State& state, const std::string& cancellation_id) {
    const auto found = state.cancellations.find(cancellation_id);
    return found == state.cancellations.end() ? std::nullopt : std::optional{found->second.phase};
}

}  // namespace

Tracks::Tracks(Scope& scope, const Command& command)
    : x_scope(scope),
      x_command(command),
      x_order_id(std::visit(Concerned{scope}, command)),
      x_messages(scope.messages.size()) {
    const Order* order = scope.find(x_order_id);
    if (order == nullptr) return;
    x_new = false;
    x_status = order->status;
    x_failure = order->failure;
    x_version = order->version;
    x_attempts = order->attempts;
    x_due_at = order->due_at;
    if (order->cancellation_id.empty()) return;
    x_cancellation_id = order->cancellation_id;
    x_phase = phase_of(scope.state, x_cancellation_id).value_or(Phase::done);
}

bool Tracks::moved(const Order& order) const {
    return x_new || order.version != x_version || order.attempts != x_attempts ||
           order.due_at != x_due_at || order.status != x_status;
}

void Tracks::leave(const Answer& answer) const {
    // An auto-charge's next order is not known before.
    const bool charges = answer.next == Next::charge;
    Order* const order = x_scope.find(charges ? answer.order.id : x_order_id);
    if (order == nullptr) return;
    Mark mark;
    Reason reason{mark};
    std::visit(reason, x_command);
    if (!moved(*order) && !reason.tells) return;
    if (order->attempts > x_attempts && !x_new) mark.attempts = order->attempts;
    if (!x_new && order->status != x_status) mark.status = {x_status, order->status};
    // What a new order became is told as a change, too, unless it only waits.
    if (x_new && order->status != Status::PENDING) mark.status = {Status::PENDING, order->status};
    if (order->failure != x_failure) mark.failure = order->failure;
    if (!order->cancellation_id.empty()) {
        const auto phase = phase_of(x_scope.state, order->cancellation_id);
        const bool entered = order->cancellation_id != x_cancellation_id || phase != x_phase;
        if (phase && entered) mark.phase = phase;
    }
    for (auto i = x_messages; i < x_scope.messages.size(); ++i) {
        if (const auto saying = saying_of(x_scope.messages[i].type)) mark.said.push_back(*saying);
    }
    mark.call = call_of(answer.next);
    append(order->trail, order->created_at, x_scope.now, mark);
    x_scope.state.changed_orders.insert(order->id);
}

}  // namespace pay::order
