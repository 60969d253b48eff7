#include "order/rules.hpp"

#include "core/json/names.hpp"
#include "order/messages.hpp"
#include "order/rules_trail.hpp"
#include "order/saga.hpp"

namespace pay::order {
namespace {

Result<PaymentMethod> method_of(const NewOrder& wanted, const item::Changed& item) {
    if (wanted.payment_method) return *wanted.payment_method;
    if (item.amount && item.point_price) {
        return Error{
            Code::invalid,
            {"The item has two prices: say which is meant.",
             "가격이 두 가지인 상품입니다. 결제 수단을 지정해 주세요."},
            {{"payment_method", {"It is required for this item.", "이 상품에는 필수 항목입니다."}}},
            {}
        };
    }
    return item.amount ? PaymentMethod::bootpay : PaymentMethod::points;
}

Error not_sold_so() {
    return {
        Code::invalid,
        {"The item is not sold this way.", "이 결제 수단으로는 살 수 없는 상품입니다."},
        {{"payment_method", {"The item has no such price.", "해당 가격이 없는 상품입니다."}}},
        {}
    };
}

Error no_amount() {
    return {
        Code::invalid,
        {"An order paid with points has no amount in won.",
         "포인트 결제 주문에는 원화 금액이 없습니다."},
        {{"amount", {"Leave it out.", "보내지 마세요."}}},
        {}
    };
}

Error owned_already(std::string order_id) {
    return {
        Code::conflict,
        {"The user has this content already.", "이미 구매한 콘텐츠입니다."},
        {},
        std::move(order_id)
    };
}

Result<Answer> place(Scope& scope, const Place& command) {
    auto made = draft(scope, command.order);
    if (!made) return made.error();
    if (!command.presented_receipt_id.empty()) {
        // The caller's own order may hold it by now, through another call or a webhook.
        const Order* holder = scope.holder(command.presented_receipt_id);
        if (holder != nullptr) {
            const bool own = holder->user_id == command.order.user_id;
            return Error{Code::duplicate_receipt, {}, {}, own ? holder->id : std::string{}};
        }
        made->presented_receipt_id = command.presented_receipt_id;
        made->due_at = scope.now + scope.settings.resend_after;
    }
    const auto [place, inserted] = scope.state.orders.emplace(made->id, std::move(*made));
    PAY_ASSERT(inserted);
    scope.state.changed_orders.insert(place->first);
    if (place->second.paid_with_points()) begin_points_order(scope, place->second);
    return Answer{place->second, Next::nothing, {}, {}};
}

Result<Answer> wake_cancellation(Scope& scope, Order& order) {
    ++order.attempts;
    work_cancellation(scope, order, cancellation_under_way(scope, order));
    scope.state.changed_orders.insert(order.id);  // no change that anybody sees: no new version
    return Answer{order, Next::nothing, {}, {}};
}

Result<Answer> wake(Scope& scope, const Wake& command) {
    Order* order = scope.find(command.order_id);
    if (order == nullptr) return not_found();
    const bool due = order->due_at && *order->due_at <= scope.now;
    if (!due) return Answer{*order, Next::nothing, {}, {}};
    switch (order->status) {
        case Status::PENDING:
            if (order->paid_with_points()) return wake_saga(scope, *order);
            return wake_pending(scope, *order, command);
        case Status::PAID:
        case Status::FAILING:
            return wake_saga(scope, *order);
        case Status::CANCELING:
            return wake_cancellation(scope, *order);
        case Status::SUCCESS:
        case Status::FAIL:
        case Status::CANCELED:
        case Status::EXPIRED:
            break;
    }
    order->due_at.reset();
    scope.touch(*order);
    return Answer{*order, Next::nothing, {}, {}};
}

Result<Answer> learn(Scope& scope, const item::Changed& changed) {
    const auto known = scope.state.items.find(changed.id);
    if (known == scope.state.items.end() || known->second.version < changed.version) {
        scope.state.items[changed.id] = changed;
        scope.state.changed_items.insert(changed.id);
    }
    return Answer{};
}

struct Decide {
    Scope& scope;
    Result<Answer> operator()(const Place& command) { return place(scope, command); }
    Result<Answer> operator()(const PlacePaid& command) { return place_paid(scope, command); }
    Result<Answer> operator()(const Confirm& command) { return confirm(scope, command); }
    Result<Answer> operator()(const ApprovalEnded& command) {
        return approval_ended(scope, command);
    }
    Result<Answer> operator()(const PointReplied& command) { return point_replied(scope, command); }
    Result<Answer> operator()(const OrderItemReplied& command) {
        return order_item_replied(scope, command);
    }
    Result<Answer> operator()(const Wake& command) { return wake(scope, command); }
    Result<Answer> operator()(const BeginRefund& command) { return begin_refund(scope, command); }
    Result<Answer> operator()(const RefundEnded& command) { return refund_ended(scope, command); }
    Result<Answer> operator()(const PostponeRefund& command) {
        return postpone_refund(scope, command);
    }
    Result<Answer> operator()(const CloseRefused& command) { return close_refused(scope, command); }
    Result<Answer> operator()(const Cancel& command) { return cancel(scope, command); }
    Result<Answer> operator()(const StoreWebhook& command) { return store_webhook(scope, command); }
    Result<Answer> operator()(const WebhookLookedUp& command) {
        return webhook_looked_up(scope, command);
    }
    Result<Answer> operator()(const item::Changed& changed) { return learn(scope, changed); }
    Result<Answer> operator()(const Retry& command) { return retry(scope, command); }
    Result<Answer> operator()(const AddBillingKey& command) {
        return add_billing_key(scope, command);
    }
    Result<Answer> operator()(const RevokeBillingKey& command) {
        return revoke_billing_key(scope, command);
    }
    Result<Answer> operator()(const KeyDestroyed& command) { return key_destroyed(scope, command); }
    Result<Answer> operator()(const AddAutoCharge& command) {
        return add_auto_charge(scope, command);
    }
    Result<Answer> operator()(const WithdrawAutoCharge& command) {
        return withdraw_auto_charge(scope, command);
    }
    Result<Answer> operator()(const point::Balance& balance) {
        balance_fell(scope, balance);
        return Answer{};
    }
    Result<Answer> operator()(const DriveAutoCharge& command) {
        return drive_auto_charge(scope, command);
    }
    Result<Answer> operator()(const ChargeRefused& command) {
        return charge_refused(scope, command);
    }
};

}  // namespace

Error not_found() {
    return {Code::not_found, {"There is no such order.", "그런 주문이 없습니다."}, {}, {}};
}

Order* Scope::find(std::string_view order_id) {
    const auto found = state.orders.find(order_id);
    return found == state.orders.end() ? nullptr : &found->second;
}

Order* Scope::holder(std::string_view receipt_id) {
    if (receipt_id.empty()) return nullptr;
    const auto found = state.order_of_receipt.find(receipt_id);
    return found == state.order_of_receipt.end() ? nullptr : find(found->second);
}

void Scope::touch(Order& order) {
    order.updated_at = now;
    if (x_touched == order.id) return;
    x_touched = order.id;
    ++order.version;
    state.changed_orders.insert(order.id);
}

Refund& Scope::touch(Refund& refund) {
    refund.updated_at = now;
    state.changed_refunds.insert(refund.receipt_id);
    return refund;
}

Webhook& Scope::touch(Webhook& webhook) {
    state.changed_webhooks.insert(webhook.key());
    return webhook;
}

Cancellation& Scope::touch(Cancellation& cancellation) {
    cancellation.updated_at = now;
    state.changed_cancellations.insert(cancellation.id);
    return cancellation;
}

void Scope::own(const Order& order) {
    if (order.kind != item::Kind::content) return;
    state.owned.emplace(content_of(order.user_id, order.item_id), order.id);
}

void Scope::disown(const Order& order) {
    const auto found = state.owned.find(content_of(order.user_id, order.item_id));
    if (found != state.owned.end() && found->second == order.id) state.owned.erase(found);
}

std::string content_of(std::string_view user_id, std::string_view item_id) {
    std::string name(user_id);
    name += '/';  // in no user's id
    name += item_id;
    return name;
}

void Scope::tell(std::string_view type, const Order& order) {
    const Event event{
        order.id,
        order.user_id,
        order.item_id,
        order.amount,
        order.points,
        std::string(json::name_of(order.status)),
        order.receipt_id,
        order.canceled_amount,
        order.failure == Failure::NONE ? std::string{} : std::string(json::name_of(order.failure)),
        order.version
    };
    messages.push_back({
        .topic = std::string(events_topic),
        .key = order.id,
        .type = std::string(type),
        .payload = json::to_text(event),
    });
}

Result<Order> draft(Scope& scope, const NewOrder& wanted) {
    const auto found = scope.state.items.find(wanted.item_id);
    if (found == scope.state.items.end()) {
        return Error{Code::not_found, {"There is no such item.", "그런 상품이 없습니다."}, {}, {}};
    }
    const item::Changed& item = found->second;
    if (item.status == item::Status::archived) {
        return Error{
            Code::conflict,
            {"The item is no longer sold.", "더 이상 판매하지 않는 상품입니다."},
            {},
            {}
        };
    }
    const auto method = method_of(wanted, item);
    if (!method) return method.error();
    const bool with_points = *method == PaymentMethod::points;
    if (with_points ? !item.point_price : !item.amount) return not_sold_so();
    if (with_points && wanted.stated_amount) return no_amount();
    if (wanted.stated_amount && *wanted.stated_amount != *item.amount) {
        return Error{Code::amount_mismatch, {}, {}, {}};
    }
    if (item.kind == item::Kind::content) {
        const auto owned = scope.state.owned.find(content_of(wanted.user_id, item.id));
        if (owned != scope.state.owned.end()) return owned_already(owned->second);
    }
    Order order;
    order.id = wanted.order_id;
    order.user_id = wanted.user_id;
    order.item_id = item.id;
    order.item_name = item.name;
    order.item_version = item.version;
    order.kind = item.kind;
    order.payment_method = *method;
    if (with_points) {
        order.points = item.point_price;
    } else {
        order.amount = item.amount;
        order.points = item.points;
        order.bonus = item.bonus_points.value_or(Points{0});
    }
    order.created_at = scope.now;
    order.updated_at = scope.now;
    order.payment.at = scope.now;
    order.order_item.at = scope.now;
    const bool moves_points = with_points || item.kind == item::Kind::point_package;
    if (moves_points) order.point = Step{StepStatus::pending, scope.now};
    order.due_at = scope.now + scope.settings.poll_after;
    return order;
}

Result<Answer> decide(
    State& state, const Command& command, const Settings& settings, Time now,
    std::vector<bus::Message>& messages
) {
    Scope scope(state, settings, now, messages);
    const Tracks tracks(scope, command);
    auto result = std::visit(Decide{scope}, command);
    if (result) tracks.leave(*result);
    return result;
}

}  // namespace pay::order
