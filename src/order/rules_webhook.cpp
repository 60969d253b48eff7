#include <algorithm>
#include <limits>

#include "order/rules.hpp"

/// Webhooks are stored once for each thing they can say, answered, and never believed.
namespace pay::order {
namespace {

constexpr Duration first_pause{1'000};
constexpr int slowest = 8;
constexpr std::int64_t receipt_paid = 1;  // Bootpay's status of a charged receipt

/// Whether what the webhook says is known already from the gateway itself.
bool known(Scope& scope, const Webhook& webhook) {
    const Order* order = scope.holder(webhook.receipt_id);
    if (order == nullptr) return false;
    return tells_nothing_new(webhook, *order);
}

}  // namespace

bool tells_nothing_new(const Webhook& webhook, const Order& holder) {
    const bool says_paid = webhook.receipt_status == receipt_paid && webhook.canceled == Won{0};
    const bool charge_known =
        holder.payment.status == StepStatus::done || holder.payment.status == StepStatus::reversed;
    return says_paid && charge_known;
}

Result<Answer> store_webhook(Scope& scope, const StoreWebhook& command) {
    if (scope.state.webhooks.contains(command.webhook.key())) return Answer{};
    if (known(scope, command.webhook)) return Answer{};
    Webhook webhook = command.webhook;
    webhook.created_at = scope.now;
    // A browser's confirm is usually on its way; it then makes the look-up needless.
    webhook.due_at = scope.now + scope.settings.webhook_look_up_after;
    const auto [place, inserted] = scope.state.webhooks.emplace(webhook.key(), webhook);
    PAY_ASSERT(inserted);
    scope.touch(place->second);
    return Answer{};
}

void settle_webhooks(Scope& scope, const Order& order) {
    auto& webhooks = scope.state.webhooks;
    constexpr auto least = std::numeric_limits<std::int64_t>::min();
    auto entry = webhooks.lower_bound({order.receipt_id, least, least});
    for (; entry != webhooks.end() && entry->second.receipt_id == order.receipt_id; ++entry) {
        Webhook& webhook = entry->second;
        if (!webhook.due_at || !tells_nothing_new(webhook, order)) continue;
        webhook.due_at.reset();
        webhook.status = WebhookStatus::settled;
        webhook.order_id = order.id;
        webhook.price = *order.amount;
        scope.touch(webhook);
    }
}

Result<Answer> webhook_looked_up(Scope& scope, const WebhookLookedUp& command) {
    const auto found = scope.state.webhooks.find(command.key);
    if (found == scope.state.webhooks.end()) return Error{Code::not_found, {}, {}, {}};
    Webhook& webhook = found->second;
    if (!webhook.due_at) return Answer{};  // another instance was quicker
    if (command.again) {
        // Only the gateway's own word settles it, however long that takes.
        ++webhook.attempts;
        webhook.due_at = scope.now + first_pause * (1 << std::min(webhook.attempts, slowest));
        scope.touch(webhook);
        return Answer{};
    }
    webhook.due_at.reset();
    webhook.status = WebhookStatus::unknown;
    if (command.payment) {
        webhook.order_id = command.payment->order_id;
        webhook.price = command.payment->price;
        const bool ours = scope.holder(webhook.receipt_id) != nullptr ||
                          scope.find(command.payment->order_id) != nullptr;
        webhook.status = ours ? WebhookStatus::settled : WebhookStatus::unclaimed;
    }
    scope.touch(webhook);
    return Answer{};
}

}  // namespace pay::order
