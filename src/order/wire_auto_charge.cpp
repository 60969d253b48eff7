#include "order/wire_auto_charge.hpp"

#include "bootpay/wire.hpp"
#include "core/json/names.hpp"
#include "core/json/read.hpp"

namespace pay::order {
namespace {

static_assert(json::whole<BillingKeyView> && json::whole<AutoChargeView>);
static_assert(json::whole<BillingKeyBody> && json::whole<AutoChargeBody>);
static_assert(json::whole<point::Balance>);

constexpr Points most_points{1'000'000'000};
constexpr std::int64_t last_day = 28;  // that every month has

Text text_of(ChargeFailure failure) {
    switch (failure) {
        case ChargeFailure::NONE:
            return {};
        case ChargeFailure::DECLINED:
            return {"The card or account was declined.", "카드 또는 계좌 결제가 거절되었습니다."};
        case ChargeFailure::NOT_PAID:
            return {"The payment did not come about.", "결제가 완료되지 않았습니다."};
        case ChargeFailure::ORDER_FAILED:
            return {
                "The order failed; the payment is returned.", "주문이 실패하여 결제가 환불됩니다."
            };
        case ChargeFailure::ITEM_CHANGED:
            return {
                "The item is not what was agreed to any more.",
                "상품이 동의하신 내용과 달라졌습니다."
            };
    }
    return {};
}

Error invalid(std::string field, Text why) {
    return {Code::invalid, {}, {{std::move(field), why}}, {}};
}

Error without_consent() {
    return invalid("consent", {"It must be true: the user agrees.", "동의(true)가 필요합니다."});
}

}  // namespace

BillingKeyView view(const BillingKey& key) {
    return {
        .id = key.id,
        .user_id = key.user_id,
        .label = key.label,
        .method = key.method,
        .status = key.status,
        .terms_version = key.terms,
        .consented_at = key.consented_at,
        .withdrawn_at = key.withdrawn_at,
        .destroyed_at = key.destroyed_at,
        .created_at = key.created_at,
    };
}

AutoChargeView view(const AutoCharge& charge, http::Language language) {
    AutoChargeView shown;
    shown.id = charge.id;
    shown.user_id = charge.user_id;
    shown.billing_key_id = charge.billing_key_id;
    shown.item_id = charge.item_id;
    shown.amount = charge.amount;
    shown.points = charge.points;
    shown.below = charge.below;
    shown.monthly_day = charge.monthly_day;
    shown.status = charge.status;
    shown.charging = charge.charging;
    if (!charge.last_order_id.empty()) shown.last_order_id = charge.last_order_id;
    if (charge.last_failure != ChargeFailure::NONE) {
        const Text text = text_of(charge.last_failure);
        shown.last_failure = FailureView{
            std::string(json::name_of(charge.last_failure)),
            std::string(language == http::Language::ko ? text.ko : text.en)
        };
    }
    shown.failures = charge.failures;
    if (!charge.charging) shown.next_at = charge.due_at;
    shown.terms_version = charge.terms;
    shown.consented_at = charge.consented_at;
    shown.withdrawn_at = charge.withdrawn_at;
    shown.created_at = charge.created_at;
    return shown;
}

Result<BillingKeyBody> read_billing_key(std::string_view body) {
    auto read = json::read<BillingKeyBody>(body, json::Unknown::refuse);
    if (!read) return read;
    if (!read->consent) return without_consent();
    if (!bootpay::is_receipt_id(read->receipt_id)) {
        return Error{
            Code::receipt_invalid,
            {"The gateway knows no such receipt.", "결제 대행사에 없는 영수증입니다."},
            {},
            {}
        };
    }
    return read;
}

Result<AutoChargeBody> read_auto_charge(std::string_view body) {
    auto read = json::read<AutoChargeBody>(body, json::Unknown::refuse);
    if (!read) return read;
    if (!read->consent) return without_consent();
    if (read->below.has_value() == read->monthly_day.has_value()) {
        return invalid(
            "below",
            {"Give either below or monthly_day.", "below와 monthly_day 중 하나만 지정해 주세요."}
        );
    }
    if (read->below && (*read->below < Points{1} || *read->below > most_points)) {
        return invalid(
            "below", {"It must be 1 to 1,000,000,000 points.", "1~1,000,000,000포인트입니다."}
        );
    }
    if (read->monthly_day && (*read->monthly_day < 1 || *read->monthly_day > last_day)) {
        return invalid("monthly_day", {"It must be 1 to 28.", "1~28일이어야 합니다."});
    }
    return read;
}

Result<point::Balance> read_balance(std::string_view payload) {
    return json::read<point::Balance>(payload, json::Unknown::ignore);
}

}  // namespace pay::order
