#include "order/timeline_text.hpp"

#include <array>

namespace pay::order {
namespace {

template <class E, std::size_t size>
Text at(const std::array<Text, size>& texts, E value) {
    return texts.at(static_cast<std::size_t>(value));
}

template <std::size_t size>
std::string_view name_at(const std::array<std::string_view, size>& names, int index) {
    const bool known = index >= 0 && static_cast<std::size_t>(index) < size;
    return known ? names[static_cast<std::size_t>(index)] : std::string_view{};
}

}  // namespace

Text text_of(gateway::Stage stage) {
    static constexpr std::array<Text, 8> texts{{
        {"not paid yet", "아직 결제되지 않음"},
        {"waits for our approval", "승인 대기"},
        {"being approved", "승인 진행 중"},
        {"waits for the deposit", "입금 대기"},
        {"paid", "결제 완료"},
        {"canceled", "결제 취소됨"},
        {"declined", "결제 거절"},
        {"failed", "결제 실패"},
    }};
    return at(texts, stage);
}

Text text_of(gateway::Refusal refusal) {
    static constexpr std::array<Text, 6> texts{{
        {"declined", "거절됨"},
        {"it does not wait for that (any more)", "처리할 수 있는 상태가 아님"},
        {"refused", "거부됨"},
        {"no answer, the outcome is not known", "응답 없음, 결과 미확인"},
        {"no answer in time, the outcome is not known", "시간 초과, 결과 미확인"},
        {"it could not be sent", "전송하지 못함"},
    }};
    return at(texts, refusal);
}

Text text_of(Status status) {
    static constexpr std::array<Text, 8> texts{{
        {"waits for payment", "결제 대기"},
        {"paid, being served", "처리 중"},
        {"succeeded", "완료"},
        {"being undone", "환불 중"},
        {"failed", "실패"},
        {"being canceled", "취소 중"},
        {"canceled", "취소됨"},
        {"expired", "만료됨"},
    }};
    return at(texts, status);
}

Text text_of(Phase phase) {
    static constexpr std::array<Text, 8> texts{{
        {"the points are set aside", "포인트 확보"},
        {"the money is returned", "결제 금액 환불"},
        {"the points are taken for good", "포인트 회수 확정"},
        {"the points are let go again", "포인트 확보 해제"},
        {"the item is revoked", "구매 상품 회수"},
        {"the points are given back", "포인트 복원"},
        {"done", "끝남"},
        {"refused", "거절됨"},
    }};
    return at(texts, phase);
}

Text text_of(Saying saying) {
    static constexpr std::array<Text, 12> texts{{
        {"Asked for the points to be given", "포인트 지급 요청"},
        {"Asked for the points to be given or taken back", "포인트 되돌리기 요청"},
        {"Asked for points to be set aside", "포인트 확보 요청"},
        {"Asked for the points set aside to be taken", "포인트 확정 요청"},
        {"Asked for the points set aside to be let go", "포인트 확보 해제 요청"},
        {"Asked for the item to be given", "구매 상품 지급 요청"},
        {"Asked for the item to be revoked", "구매 상품 회수 요청"},
        {"Told that it is paid", "결제 완료 알림"},
        {"Told that it succeeded", "주문 완료 알림"},
        {"Told that it failed", "주문 실패 알림"},
        {"Told that it was canceled", "주문 취소 알림"},
        {"Told that it expired", "주문 만료 알림"},
    }};
    return at(texts, saying);
}

Text text_of(GatewayCall call) {
    static constexpr std::array<Text, 3> texts{{
        {"The gateway is asked to approve the payment", "결제 대행사에 승인 요청"},
        {"The gateway is asked to return the money", "결제 대행사에 환불 요청"},
        {"The gateway is asked to charge the stored card", "등록된 카드로 결제 요청"},
    }};
    return at(texts, call);
}

Text text_of(Cause cause) {
    switch (cause) {
        case Cause::placed:
        case Cause::placed_unheard:
            return {"The order was placed", "주문 생성"};
        case Cause::auto_charged:
            return {"The auto-charge made the order", "자동 충전이 주문을 만듦"};
        case Cause::confirmed:
            return {"Asked to confirm the payment", "결제 확인 요청"};
        case Cause::webhook:
            return {"Looked up because of a webhook", "웹훅을 받아 결제 조회"};
        case Cause::polled:
            return {"Looked for the payment", "결제 여부 확인"};
        case Cause::rechecked:
            return {"Looked up again after the approval", "승인 뒤 다시 조회"};
        case Cause::reconciled:
            return {"Looked up by a reconciliation", "대사 중 결제 조회"};
        case Cause::charged:
        case Cause::charge_refused:
            return {"The stored card was charged", "등록된 카드 결제 결과"};
        case Cause::approved:
        case Cause::not_approved:
            return {"The approval ended", "승인 결과"};
        case Cause::point_done:
            return {"The point service did it", "포인트 서비스 처리 완료"};
        case Cause::point_refused:
            return {"The point service refused", "포인트 서비스 거절"};
        case Cause::item_done:
            return {"The order-item service did it", "구매 기록 서비스 처리 완료"};
        case Cause::item_refused:
            return {"The order-item service refused", "구매 기록 서비스 거절"};
        case Cause::woken:
            return {"Its time had come", "예정된 확인"};
        case Cause::woken_unheard:
            return {
                "Its time had come, but the gateway gave no answer",
                "예정된 확인, 결제 대행사 응답 없음"
            };
        case Cause::cancel_asked:
            return {"Asked to cancel", "취소 요청"};
        case Cause::refund_looked_up:
            return {"Looked up before the refund", "환불 전 결제 조회"};
        case Cause::refund_postponed:
            return {
                "The refund was put off: the gateway gave no answer",
                "결제 대행사 응답이 없어 환불을 미룸"
            };
        case Cause::returned:
            return {"The money was returned; the receipt now", "환불 완료, 영수증 상태"};
        case Cause::not_returned:
            return {"The refund failed", "환불 실패"};
        case Cause::closed:
            return {"Closed as paid back by other means", "다른 방법으로 환불되어 종결"};
        case Cause::retried:
            return {"Hurried by an operator", "운영자가 즉시 재시도"};
    }
    return {};
}

Text text_of_action(std::string_view action) {
    if (action == "order.cancel") return {"An operator canceled it", "운영자가 취소함"};
    if (action == "order.retry") return text_of(Cause::retried);
    if (action == "order.close_refunded") return text_of(Cause::closed);
    return {"An operator acted on it", "운영자 작업"};
}

std::string_view stage_name(int index) {
    static constexpr std::array<std::string_view, 8> names{"not_yet",     "approvable",
                                                           "in_progress", "awaiting_deposit",
                                                           "paid",        "canceled",
                                                           "declined",    "failed"};
    return name_at(names, index);
}

std::string_view refusal_name(int index) {
    static constexpr std::array<std::string_view, 6> names{"declined", "not_ready", "refused",
                                                           "unknown",  "timed_out", "not_sent"};
    return name_at(names, index);
}

}  // namespace pay::order
