#include <algorithm>

#include "core/json/names.hpp"
#include "core/json/write.hpp"
#include "order/messages.hpp"
#include "order/rules.hpp"

/// An auto-charge at work. Its order and its intent are stored before the gateway is called, and
/// for an order it is called once: after an unknown outcome the payment is found by the order's id,
/// like any other's, or the order expires. Only when it is final the next one may be made.
namespace pay::order {
namespace {

constexpr Duration day_length = std::chrono::days{1};
constexpr Duration korea = std::chrono::hours{9};        // ahead of UTC, all year
constexpr Duration work_begins = std::chrono::hours{9};  // of the day, in Korea

/// A failed order whose payment was never called for, or refused: nothing has moved.
void fail_unpaid(Scope& scope, Order& order) {
    order.status = Status::FAIL;
    order.failure = Failure::PAYMENT_DECLINED;
    order.payment = {StepStatus::failed, scope.now};
    order.order_item = {StepStatus::failed, scope.now};
    if (order.point) order.point = Step{StepStatus::failed, scope.now};
    order.due_at.reset();
    scope.touch(order);
    scope.tell(failed_type, order);
}

/// When there is work again if nothing triggers it.
std::optional<Time> next_due(const Scope& scope, const AutoCharge& charge) {
    const bool waits_for_a_day =
        charge.status == AutoChargeStatus::active && charge.monthly_day.has_value();
    if (!waits_for_a_day) return std::nullopt;
    return next_monthly(*charge.monthly_day, scope.now);
}

void pause(Scope& scope, AutoCharge& charge) {
    charge.status = AutoChargeStatus::paused;
    charge.due_at.reset();
    const AutoChargePaused event{
        charge.id,
        charge.user_id,
        charge.billing_key_id,
        charge.last_order_id,
        std::string(json::name_of(charge.last_failure)),
        charge.failures
    };
    scope.messages.push_back({
        .topic = std::string(events_topic),
        .key = charge.id,
        .type = std::string(auto_charge_paused_type),
        .payload = json::to_text(event),
    });
}

/// A balance is waited for again; a day's charge is made again by itself.
void rest(Scope& scope, AutoCharge& charge, Time until) {
    charge.not_before = until;
    charge.due_at = charge.trigger == Trigger::monthly ? std::optional{until} : std::nullopt;
    scope.touch(charge);
}

void fail(Scope& scope, AutoCharge& charge, ChargeFailure why) {
    charge.charging = false;
    charge.charge_called_at.reset();
    charge.last_failure = why;
    ++charge.failures;
    scope.touch(charge);
    if (charge.status != AutoChargeStatus::active) {
        charge.due_at.reset();
        return;
    }
    const auto& pauses = scope.settings.auto_charge.back_off;
    const auto failed = static_cast<std::size_t>(charge.failures);
    if (failed > pauses.size()) return pause(scope, charge);
    rest(scope, charge, scope.now + pauses[failed - 1]);
}

void succeed(Scope& scope, AutoCharge& charge) {
    charge.charging = false;
    charge.charge_called_at.reset();
    charge.last_failure = ChargeFailure::NONE;
    charge.failures = 0;
    charge.not_before.reset();
    charge.due_at = next_due(scope, charge);
    scope.touch(charge);
}

Answer call(Scope& scope, AutoCharge& charge, const Order& order, const BillingKey& key) {
    charge.charge_called_at = scope.now;
    charge.attempts = 0;
    charge.due_at = scope.now + scope.settings.auto_charge.first_look;
    scope.touch(charge);
    return {order, Next::charge, {}, {}, {}, key, charge};
}

/// The key, if it may still be charged.
const BillingKey* live_key(Scope& scope, const AutoCharge& charge) {
    const auto found = scope.state.auto_charging.keys.find(charge.billing_key_id);
    if (found == scope.state.auto_charging.keys.end()) return nullptr;
    return found->second.status == KeyStatus::active ? &found->second : nullptr;
}

/// When the user's limit of a day lets another charge be made; nothing if it does now.
std::optional<Time> limited_until(Scope& scope, const AutoCharge& charge) {
    const auto most = static_cast<std::size_t>(std::max(scope.settings.auto_charge.per_day, 0));
    if (most == 0) return scope.now + day_length;
    std::vector<Time> made = scope.state.auto_charging.made_for[charge.user_id];
    std::erase_if(made, [&](Time at) { return at + day_length <= scope.now; });
    if (made.size() < most) return std::nullopt;
    std::ranges::sort(made);
    return made[made.size() - most] + day_length;
}

Answer begin(Scope& scope, AutoCharge& charge, const std::string& order_id) {
    const BillingKey* key = live_key(scope, charge);
    if (charge.status != AutoChargeStatus::active || key == nullptr) {
        charge.due_at.reset();
        scope.touch(charge);
        return {};
    }
    if (const auto until = limited_until(scope, charge)) {
        rest(scope, charge, *until);
        return {};
    }
    auto order = draft(
        scope, {order_id, charge.user_id, charge.item_id, PaymentMethod::bootpay, charge.amount}
    );
    if (!order || order->points != charge.points) {
        charge.last_failure = ChargeFailure::ITEM_CHANGED;
        ++charge.failures;
        scope.touch(charge);
        pause(scope, charge);
        return {};
    }
    const auto [place, inserted] = scope.state.orders.emplace(order_id, std::move(*order));
    PAY_ASSERT(inserted);
    scope.state.changed_orders.insert(order_id);
    charge.last_order_id = order_id;
    charge.charging = true;
    scope.state.auto_charging.made.push_back({order_id, charge.id, charge.user_id, scope.now});
    scope.state.auto_charging.made_for[charge.user_id].push_back(scope.now);
    return call(scope, charge, place->second, *key);
}

/// The order under way: final, or looked at again later.
Answer follow(Scope& scope, AutoCharge& charge) {
    const Order* order = scope.find(charge.last_order_id);
    PAY_ASSERT(order != nullptr);  // it was stored with the intent
    const bool paid = order->status == Status::SUCCESS || order->status == Status::CANCELING ||
                      order->status == Status::CANCELED;
    if (paid) {
        succeed(scope, charge);
    } else if (order->status == Status::EXPIRED) {
        fail(scope, charge, ChargeFailure::NOT_PAID);
    } else if (order->status == Status::FAIL) {
        fail(scope, charge, ChargeFailure::ORDER_FAILED);
    } else {
        const auto& policy = scope.settings.auto_charge;
        // A call that was not sent did not happen. Not so late that the order may expire under it.
        const bool early = scope.now < order->created_at + scope.settings.expire_after / 2;
        const bool again = order->status == Status::PENDING && order->receipt_id.empty() &&
                           !charge.charge_called_at && early;
        const BillingKey* key = again ? live_key(scope, charge) : nullptr;
        if (key != nullptr && charge.status == AutoChargeStatus::active) {
            return call(scope, charge, *order, *key);
        }
        charge.attempts = std::min(charge.attempts + 1, 16);
        charge.due_at =
            scope.now + std::min(policy.first_look * (1 << charge.attempts), policy.longest_look);
        scope.touch(charge);
    }
    return {};
}

}  // namespace

Time next_monthly(std::int64_t day, Time after) {
    using namespace std::chrono;
    const year_month_day today{floor<days>(after + korea)};
    const std::chrono::day wanted{static_cast<unsigned>(day)};  // 1 to 28: in every month
    auto month = today.year() / today.month();
    const auto moment = [&] { return Time{sys_days{month / wanted}} + work_begins - korea; };
    if (moment() <= after) month += months{1};
    return moment();
}

Result<Answer> drive_auto_charge(Scope& scope, const DriveAutoCharge& command) {
    const auto found = scope.state.auto_charging.charges.find(command.id);
    if (found == scope.state.auto_charging.charges.end()) return not_found();
    AutoCharge& charge = found->second;
    const bool due = charge.due_at && *charge.due_at <= scope.now;
    if (!due) return Answer{};  // another instance was quicker
    return charge.charging ? follow(scope, charge) : begin(scope, charge, command.order_id);
}

Result<Answer> charge_refused(Scope& scope, const ChargeRefused& command) {
    const auto found = scope.state.auto_charging.charges.find(command.auto_charge_id);
    if (found == scope.state.auto_charging.charges.end()) return not_found();
    AutoCharge& charge = found->second;
    const bool under_way = charge.charging && charge.last_order_id == command.order_id &&
                           charge.charge_called_at == command.called_at;
    if (!under_way) return Answer{};
    switch (command.refusal) {
        case gateway::Refusal::declined:
        case gateway::Refusal::not_ready:
        case gateway::Refusal::refused: {
            Order* order = scope.find(command.order_id);
            PAY_ASSERT(order != nullptr);
            // The user may have paid it by hand meanwhile.
            const bool open = order->status == Status::PENDING && order->receipt_id.empty();
            if (!open) break;
            fail_unpaid(scope, *order);
            fail(scope, charge, ChargeFailure::DECLINED);
            break;
        }
        case gateway::Refusal::not_sent:
            charge.charge_called_at.reset();
            charge.due_at = scope.now + scope.settings.auto_charge.retry_after;
            scope.touch(charge);
            break;
        case gateway::Refusal::unknown:
        case gateway::Refusal::timed_out:
            break;  // never again: the driver finds the payment, or the order expires
    }
    return Answer{};
}

}  // namespace pay::order
