#include "order/wire.hpp"

#include "bootpay/wire.hpp"
#include "core/audit_log/audit_log.hpp"
#include "core/json/names.hpp"
#include "core/json/read.hpp"
#include "core/text/text.hpp"

namespace pay::order {
namespace {

static_assert(json::whole<StepView> && json::whole<FailureView> && json::whole<OrderView>);
static_assert(json::whole<CheckoutMetadata> && json::whole<CheckoutExtra> && json::whole<Checkout>);
static_assert(json::whole<PlaceBody> && json::whole<ConfirmBody>);
static_assert(json::whole<point::Command> && json::whole<point::Reply>);
static_assert(json::whole<order_item::Save> && json::whole<order_item::Reply>);
static_assert(json::whole<item::Changed>);
static_assert(json::whole<point::Hold> && json::whole<point::HoldEnd>);
static_assert(json::whole<CancelBody> && json::whole<CancelPreview>);
static_assert(json::whole<gateway::RefundAccount> && json::whole<CancellationView>);

Text text_of(Failure failure) {
    switch (failure) {
        case Failure::NONE:
            return {};
        case Failure::AMOUNT_MISMATCH:
            return {"Another amount was paid than the price.", "결제 금액이 상품 가격과 다릅니다."};
        case Failure::ITEM_REFUSED:
            return {
                "The item could not be given; the payment is returned.",
                "상품을 지급할 수 없어 결제가 환불됩니다."
            };
        case Failure::POINTS_REFUSED:
            return {
                "The points could not be given; the payment is returned.",
                "포인트를 지급할 수 없어 결제가 환불됩니다."
            };
        case Failure::TIMED_OUT:
            return {
                "It took too long; the payment is returned.", "처리가 지연되어 결제가 환불됩니다."
            };
        case Failure::REFUND_REFUSED:
            return {
                "The gateway refused the refund. Please ask the support.",
                "환불이 거절되었습니다. 고객센터에 문의해 주세요."
            };
        case Failure::INSUFFICIENT_POINTS:
            return {"There were too few points.", "포인트가 부족합니다."};
        case Failure::POINTS_SPENT:
            return {
                "It was not canceled: the points are spent already.",
                "이미 사용한 포인트가 있어 취소되지 않았습니다."
            };
        case Failure::CANCEL_REFUSED:
            return {
                "It was not canceled: the gateway refused.",
                "결제 대행사가 거절하여 취소되지 않았습니다."
            };
        case Failure::PAYMENT_CANCELED:
            return {
                "The payment was canceled before the order was done.",
                "주문이 끝나기 전에 결제가 취소되었습니다."
            };
        case Failure::PAYMENT_DECLINED:
            return {
                "The stored card or account was declined.",
                "등록된 카드 또는 계좌의 결제가 거절되었습니다."
            };
    }
    return {};
}

std::string in(http::Language language, Text text) {
    return std::string(language == http::Language::ko ? text.ko : text.en);
}

std::optional<FailureView> failure_view(Failure failure, http::Language language) {
    if (failure == Failure::NONE) return std::nullopt;
    return FailureView{std::string(json::name_of(failure)), in(language, text_of(failure))};
}

Error invalid(std::string field, Text why) {
    return {Code::invalid, {}, {{std::move(field), why}}, {}};
}

Error unknown_receipt() {
    return {
        Code::receipt_invalid,
        {"The gateway knows no such receipt.", "결제 대행사에 없는 영수증입니다."},
        {{"receipt_id",
          {"It must be a receipt id of the gateway.", "결제 대행사의 영수증 번호여야 합니다."}}},
        {}
    };
}

}  // namespace

OrderView view(const Order& order, http::Language language) {
    OrderView shown;
    shown.id = order.id;
    shown.user_id = order.user_id;
    shown.item_id = order.item_id;
    shown.item_name = order.item_name;
    shown.item_version = order.item_version;
    shown.payment_method = order.payment_method;
    shown.amount = order.amount;
    shown.points = order.points;
    shown.status = order.status;
    if (!order.receipt_id.empty()) shown.receipt_id = order.receipt_id;
    if (order.bonus > Points{0}) shown.bonus_points = order.bonus;
    shown.canceled_amount = order.canceled_amount;
    shown.cancel_fee = order.cancel_fee;
    shown.failure = failure_view(order.failure, language);
    shown.steps.push_back({"payment", order.payment.status, order.payment.at});
    if (order.point) shown.steps.push_back({"point", order.point->status, order.point->at});
    shown.steps.push_back({"order_item", order.order_item.status, order.order_item.at});
    shown.version = order.version;
    shown.created_at = order.created_at;
    shown.updated_at = order.updated_at;
    return shown;
}

std::string to_json(const Order& order, http::Language language) {
    std::string out;
    out.reserve(768);
    json::write(out, view(order, language));
    return out;
}

Result<PlaceBody> read_place(std::string_view body) {
    auto read = json::read<PlaceBody>(body, json::Unknown::refuse);
    if (!read) return read;
    if (read->receipt_id && read->payment_method == PaymentMethod::points) {
        return invalid(
            "receipt_id",
            {"An order paid with points has none.", "포인트 결제에는 영수증이 없습니다."}
        );
    }
    if (read->amount && (*read->amount <= Won{0} || read->amount->value() > largest_amount)) {
        return invalid("amount", {"It must be a price in won.", "원 단위의 가격이어야 합니다."});
    }
    if (read->receipt_id && !bootpay::is_receipt_id(*read->receipt_id)) return unknown_receipt();
    return read;
}

Result<ConfirmBody> read_confirm(std::string_view body) {
    auto read = json::read<ConfirmBody>(body, json::Unknown::refuse);
    if (read && !bootpay::is_receipt_id(read->receipt_id)) return unknown_receipt();
    return read;
}

Result<CancelBody> read_cancel(std::string_view body) {
    if (body.empty()) return CancelBody{};
    auto read = json::read<CancelBody>(body, json::Unknown::refuse);
    if (!read) return read;
    if (read->reason && !text::is_line(*read->reason, audit_log::longest_reason)) {
        return audit_log::bad_reason();
    }
    if (const auto& account = read->refund_account) {
        const bool sound = text::is_line(account->bank_code, 8) &&
                           text::is_line(account->account, 64) &&
                           text::is_line(account->holder, 64);
        if (!sound) {
            return invalid(
                "refund_account", {"It needs a bank code, an account and its holder.",
                                   "은행 코드, 계좌번호, 예금주가 필요합니다."}
            );
        }
    }
    return read;
}

CancellationView view(const Cancellation& cancellation, http::Language language) {
    return {
        .id = cancellation.id,
        .order_id = cancellation.order_id,
        .phase = cancellation.phase,
        .origin = cancellation.origin,
        .amount = cancellation.amount,
        .fee = cancellation.fee,
        .points = cancellation.points,
        .bonus_points = cancellation.bonus,
        .asked_by = cancellation.asked_by,
        .reason = cancellation.reason,
        .failure = failure_view(cancellation.failure, language),
        .created_at = cancellation.created_at,
        .updated_at = cancellation.updated_at,
    };
}

std::string preview_json(
    const Order& order, const Cancellation& cancellation, http::Language language
) {
    const bool gives_back = order.paid_with_points();
    return json::to_text(CancelPreview{
        .order_id = order.id,
        .allowed = cancellation.failure == Failure::NONE,
        .amount = cancellation.amount,
        .fee = cancellation.fee,
        .refund_amount = cancellation.amount - cancellation.fee,
        .points_taken = gives_back ? Points{0} : cancellation.points,
        .bonus_points_taken = cancellation.bonus,
        .points_returned = gives_back ? cancellation.points : Points{0},
        .failure = failure_view(cancellation.failure, language),
    });
}

Result<point::Reply> read_point_reply(std::string_view payload) {
    return json::read<point::Reply>(payload, json::Unknown::ignore);
}

Result<order_item::Reply> read_order_item_reply(std::string_view payload) {
    return json::read<order_item::Reply>(payload, json::Unknown::ignore);
}

Result<item::Changed> read_item_changed(std::string_view payload) {
    return json::read<item::Changed>(payload, json::Unknown::ignore);
}

}  // namespace pay::order
