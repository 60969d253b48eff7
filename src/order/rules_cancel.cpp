#include <algorithm>

#include "order/rules.hpp"
#include "order/saga.hpp"

/// Who may cancel what. The amounts of a cancellation are fixed here, before anything moves:
/// everything is computed on the order's running totals, so that parts never add up to more than
/// the whole.
namespace pay::order {
namespace {

Error not_cancelable(Text why) {
    return {Code::not_cancelable, why, {}, {}};
}

Error invalid(std::string field, Text why) {
    return {Code::invalid, {}, {{std::move(field), why}}, {}};
}

constexpr Text only_whole{"It can be canceled whole only.", "전체 취소만 가능합니다."};

/// Mobile carriers take a payment back only within the calendar month, in Korea, it was made in.
bool same_month_in_korea(Time one, Time other) {
    const auto month = [](Time time) {
        const auto day = std::chrono::floor<std::chrono::days>(time + std::chrono::hours{9});
        const std::chrono::year_month_day date{day};
        return date.year() / date.month();
    };
    return month(one) == month(other);
}

bool whole_only(const Scope& scope, const Order& order) {
    const bool content = order.kind == item::Kind::content;
    const auto& methods = scope.settings.cancel.whole_only;
    return content || order.paid_with_points() ||
           std::ranges::find(methods, order.gateway_method) != methods.end();
}

/// What the gateway takes of nobody, whoever asks.
std::optional<Error> gateway_refuses(const Scope& scope, const Order& order, const Cancel& wish) {
    if (order.paid_with_points()) return std::nullopt;
    const bool month_over = order.gateway_method == "phone" && order.paid_at &&
                            !same_month_in_korea(*order.paid_at, scope.now);
    if (month_over) {
        return not_cancelable(
            {"A payment by mobile phone can be canceled only in the month it was made.",
             "휴대폰 결제는 결제한 달에만 취소할 수 있습니다."}
        );
    }
    if (order.gateway_method == "vbank" && !wish.account && !wish.simulate) {
        return invalid(
            "refund_account",
            {"A payment by virtual account needs the account the money goes back to.",
             "가상계좌 결제는 환불받을 계좌가 필요합니다."}
        );
    }
    return std::nullopt;
}

std::optional<Error> policy_refuses(const Scope& scope, const Order& order, const Cancel& wish) {
    const bool admin = wish.user_id.empty();
    if (admin) {
        if (!wish.reason.empty() || wish.simulate) return std::nullopt;
        return invalid("reason", {"An admin says why.", "관리자는 사유를 적어야 합니다."});
    }
    const Time since = order.paid_at.value_or(order.created_at);
    if (since + scope.settings.cancel.cool_off <= scope.now) {
        return not_cancelable(
            {"The time in which it could be canceled is over.", "취소 가능 기간이 지났습니다."}
        );
    }
    return std::nullopt;
}

Result<Won> amount_of(const Scope& scope, const Order& order, const Cancel& wish) {
    if (order.paid_with_points()) {
        if (wish.amount) return invalid("amount", only_whole);
        return Won{0};
    }
    const Won left = *order.amount - order.canceled_amount;
    const Won amount = wish.amount.value_or(left);
    if (amount <= Won{0} || amount > left) {
        return invalid(
            "amount", {"It must be 1 to what is left of the order.", "1원부터 남은 금액까지입니다."}
        );
    }
    // All that is left is whole, too: the gateway's back office may have returned a part before.
    if (amount != left && whole_only(scope, order)) return invalid("amount", only_whole);
    return amount;
}

/// What users pay for canceling; nothing where the gateway cannot keep a part.
Won fee_of(const Scope& scope, const Order& order, const Cancel& wish, Won amount) {
    const auto permille = scope.settings.cancel.fee_permille;
    if (wish.user_id.empty() || permille == 0 || whole_only(scope, order)) return Won{0};
    return Won{amount.value() * permille / 1'000};  // below 10^15: no overflow
}

/// The points that go with the amount, by the totals before and after.
void take_points(Cancellation& cancellation, const Order& order) {
    if (order.paid_with_points()) {
        cancellation.points = *order.points;
        return;
    }
    if (!order.point) return;
    const auto taken = [&](Points points) {
        const Won after = order.canceled_amount + cancellation.amount;
        return share_of(points, after, *order.amount) -
               share_of(points, order.canceled_amount, *order.amount);
    };
    cancellation.points = taken(*order.points);
    cancellation.bonus = taken(order.bonus);
}

Origin origin_of(const Cancel& wish) {
    if (wish.simulate) return Origin::simulation;
    return wish.user_id.empty() ? Origin::admin : Origin::user;
}

Cancellation& remember(Scope& scope, Cancellation cancellation) {
    cancellation.created_at = scope.now;
    auto id = cancellation.id;
    const auto [place, inserted] =
        scope.state.cancellations.emplace(std::move(id), std::move(cancellation));
    PAY_ASSERT(inserted);
    return scope.touch(place->second);
}

/// Asks the point service what it would answer. Where no points are taken back, nobody can refuse.
void simulate(Scope& scope, const Order& order, Cancellation& cancellation) {
    const bool asks = order.point && !order.paid_with_points();
    if (!asks) {
        cancellation.phase = Phase::done;
        return;
    }
    Order asked = order;  // it is not touched: nothing happens to it
    work_cancellation(scope, asked, cancellation);
}

}  // namespace

Points share_of(Points points, Won part, Won whole) {
    __extension__ using Wide = __int128;
    const Wide product = Wide{points.value()} * part.value();
    return Points{static_cast<std::int64_t>((product + whole.value() - 1) / whole.value())};
}

Result<Answer> cancel(Scope& scope, const Cancel& command) {
    Order* order = scope.find(command.order_id);
    if (order == nullptr) return not_found();
    if (!command.user_id.empty() && order->user_id != command.user_id) return not_found();
    const bool is_returned = order->status == Status::FAILING && !command.simulate;
    if (is_returned && command.account) return return_to(scope, *order, *command.account);
    if (order->status != Status::SUCCESS) return not_cancelable({});
    if (auto why = policy_refuses(scope, *order, command)) return *why;
    const auto amount = amount_of(scope, *order, command);
    if (!amount) return amount.error();
    if (auto why = gateway_refuses(scope, *order, command)) return *why;
    Cancellation cancellation;
    cancellation.id = command.cancellation_id;
    cancellation.order_id = order->id;
    cancellation.origin = origin_of(command);
    cancellation.amount = *amount;
    cancellation.fee = fee_of(scope, *order, command, *amount);
    take_points(cancellation, *order);
    cancellation.asked_by = command.asked_by;
    cancellation.reason = command.reason;
    if (!command.simulate) cancellation.account = command.account;
    auto& begun = remember(scope, std::move(cancellation));
    if (command.simulate) {
        simulate(scope, *order, begun);
    } else {
        begin_cancellation(scope, *order, begun);
    }
    const auto refund = scope.state.refunds.find(order->receipt_id);
    const bool due = refund != scope.state.refunds.end() && refund->second.due_at == scope.now;
    return Answer{*order, due ? Next::refund : Next::nothing, {}, {}, begun};
}

void follow_gateway(
    Scope& scope, Order& order, const gateway::Payment& payment, const std::string& cancellation_id
) {
    const Won returned = std::min(payment.canceled, *order.amount);
    if (order.status != Status::SUCCESS || returned <= order.returned()) return;
    if (cancellation_id.empty()) return;
    const Won more = returned - order.returned();
    Cancellation cancellation;
    cancellation.id = cancellation_id;
    cancellation.order_id = order.id;
    cancellation.origin = Origin::gateway;
    cancellation.amount = std::min(more, *order.amount - order.canceled_amount);
    if (returned == *order.amount) cancellation.amount = *order.amount - order.canceled_amount;
    // What was kept as a fee before goes back too, as far as more was returned than was left.
    cancellation.fee = cancellation.amount - more;
    take_points(cancellation, order);
    cancellation.asked_by = "gateway";
    begin_cancellation(scope, order, remember(scope, std::move(cancellation)));
}

}  // namespace pay::order
