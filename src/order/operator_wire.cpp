#include "order/operator_wire.hpp"

#include "core/json/names.hpp"
#include "core/json/read.hpp"

namespace pay::order {

static_assert(json::whole<ReceiptView> && json::whole<RefundView> && json::whole<WebhookView>);
static_assert(json::whole<ActionView> && json::whole<TimelineEntry> && json::whole<DossierView>);
static_assert(json::whole<ConcernView>);

namespace {

std::optional<std::string> text_or_none(const std::string& text) {
    return text.empty() ? std::nullopt : std::optional{text};
}

std::string in(http::Language language, Text text) {
    return std::string(language == http::Language::ko ? text.ko : text.en);
}

std::optional<ReceiptView> receipt_of(const Order& order) {
    if (order.receipt_id.empty() && order.presented_receipt_id.empty()) return std::nullopt;
    return ReceiptView{
        text_or_none(order.receipt_id), text_or_none(order.presented_receipt_id),
        text_or_none(order.gateway_method), order.paid_at, order.approval_at
    };
}

RefundView view(const Refund& refund) {
    return {
        .receipt_id = refund.receipt_id,
        .status = refund.status,
        .cancel_id = refund.cancel_id,
        .target = refund.target,
        .canceled_before = refund.canceled_before,
        .called_at = refund.called_at,
        .next_at = refund.due_at,
        .attempts = refund.attempts,
        .created_at = refund.created_at,
        .updated_at = refund.updated_at,
    };
}

WebhookView view(const Webhook& webhook) {
    return {
        webhook.receipt_id, webhook.receipt_status, webhook.canceled,
        webhook.status,     webhook.attempts,       webhook.created_at
    };
}

ActionView view(const Allowed& allowed, http::Language language) {
    ActionView shown{allowed.action, !allowed.refusal, std::nullopt};
    if (!allowed.refusal) return shown;
    const auto& error = *allowed.refusal;
    const bool told = !error.detail.en.empty();
    shown.reason = in(language, told ? error.detail : facts(error.code).title);
    return shown;
}

}  // namespace

void write(std::string& out, const WaitsView& waits) {
    out += "{\"for\":";
    json::write(out, waits.what);
    out += ",\"attempts\":";
    json::write(out, waits.attempts);
    out += ",\"next_at\":";
    json::write(out, waits.next_at);
    out += ",\"deadline_at\":";
    json::write(out, waits.deadline_at);
    out += '}';
}

DossierView page_of(
    const Dossier& dossier, const Settings& settings, Time now, http::Language language
) {
    DossierView page;
    page.order = view(dossier.order, language);
    page.receipt = receipt_of(dossier.order);
    for (const auto& refund : dossier.refunds) page.refunds.push_back(view(refund));
    for (const auto& one : dossier.cancellations) {
        page.cancellations.push_back(view(one, language));
    }
    for (const auto& webhook : dossier.webhooks) page.webhooks.push_back(view(webhook));
    const auto waiting = waiting_of(dossier);
    page.waits = {waiting.what, waiting.attempts, waiting.next_at, waiting.deadline_at};
    for (const auto& allowed : actions_of(dossier, settings, now)) {
        page.actions.push_back(view(allowed, language));
    }
    return page;
}

ConcernView view(const Concern& concern, http::Language language) {
    return {
        view(concern.order, language), concern.why, concern.since, concern.attempts, concern.next_at
    };
}

}  // namespace pay::order
