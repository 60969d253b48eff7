#include <array>

#include "sandbox/wire.hpp"
#include "sandbox/wire_object.hpp"

namespace pay::sandbox {
namespace {

struct MethodTexts {
    std::string_view symbol;
    std::string_view korean;
    std::string_view origin_symbol;  // what it is inside a wallet or behind a key
    std::string_view origin_korean;
};

constexpr MethodTexts texts(PayMethod method) {
    switch (method) {
        case PayMethod::card:
            return {"card", "카드", "card", "카드"};
        case PayMethod::bank:
            return {"bank", "계좌이체", "bank", "계좌이체"};
        case PayMethod::virtual_account:
            return {"vbank", "가상계좌", "vbank", "가상계좌"};
        case PayMethod::phone:
            return {"phone", "휴대폰", "phone", "휴대폰"};
        case PayMethod::naver_point:
            return {"easy", "간편결제", "naver_point", "네이버포인트"};
        case PayMethod::stored_card:
            return {"card_rebill", "카드자동", "card", "카드"};
        case PayMethod::stored_account:
            return {"automatic_transfer_rest", "계좌자동이체", "bank", "계좌이체"};
    }
    return {};
}

constexpr std::string_view korean(Status status) {
    switch (status) {
        case Status::expired:
            return "결제만료";
        case Status::declined:
            return "결제승인실패";
        case Status::opened:
            return "결제대기";
        case Status::paid:
            return "결제완료";
        case Status::approvable:
            return "승인대기";
        case Status::account_issued:
            return "가상계좌발급완료";
        case Status::canceled:
            return "결제취소완료";
    }
    return {};
}

constexpr std::string_view webhook_type(Effect effect) {
    switch (effect) {
        case Effect::none:
            return "";
        case Effect::charged:
            return "PAYMENT_COMPLETED";
        case Effect::account_issued:
            return "PAYMENT_VIRTUAL_ACCOUNT_ISSUED";
        case Effect::canceled:
            return "PAYMENT_CANCELLED";
        case Effect::partially_canceled:
            return "PAYMENT_PARTIAL_CANCELLED";
    }
    return {};
}

/// Eight decimal digits that always are the same for one receipt: approval and account numbers.
std::string digits_of(std::string_view receipt_id) {
    std::uint64_t hash = 14695981039346656037U;
    for (const char c : receipt_id) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211U;
    std::string digits = std::to_string(hash % 100'000'000U);
    return std::string(8 - digits.size(), '0') + digits;
}

std::string pg_receipt_url(const Receipt& receipt) {
    return "https://pg.example/receipt/" + receipt.receipt_id;
}

void append_card(std::string& out, const Receipt& receipt) {
    Object card(out);
    card.text("tid", "sandbox" + receipt.receipt_id)
        .text("card_approve_no", receipt.purchased_at ? digits_of(receipt.receipt_id) : "")
        .text("card_no", "12345678****9012")
        .text("card_interest", "0")
        .text("card_quota", "00")
        .text("card_company_code", "01")
        .text("card_company", "비씨")
        .text("card_type", "신용")
        .text("card_owner_type", "개인")
        .number("point", 0)
        .number("coupon", 0);
    if (receipt.canceled_at) {
        card.text("cancel_tid", "cancel" + receipt.receipt_id)
            .number("cancelled_point", 0)
            .number("cancelled_coupon", 0);
    }
    card.text("receipt_url", pg_receipt_url(receipt));
}

void append_bank(std::string& out, const Receipt& receipt) {
    Object bank(out);
    bank.text("tid", "sandbox" + receipt.receipt_id)
        .text("bank_code", "088")
        .text("bank_name", "신한")
        .text("bank_username", "홍길동")
        .text("bank_account", "110" + digits_of(receipt.receipt_id));
    if (receipt.deposit_until) {
        bank.text("sender_name", "홍길동").time("expired_at", receipt.deposit_until);
    }
    bank.text("receipt_url", pg_receipt_url(receipt));
}

void append_phone(std::string& out, const Receipt& receipt) {
    Object(out)
        .text("tid", "sandbox" + receipt.receipt_id)
        .text("auth_no", receipt.purchased_at ? digits_of(receipt.receipt_id) : "")
        .text("phone", "0101234****")
        .text("receipt_url", pg_receipt_url(receipt));
}

void append_wallet(std::string& out, const Receipt& receipt) {
    Object wallet(out);
    wallet.text("tid", "sandbox" + receipt.receipt_id);
    if (receipt.canceled_at) wallet.text("cancel_tid", "cancel" + receipt.receipt_id);
}

void append_method_block(Object& object, const Receipt& receipt) {
    switch (receipt.method) {
        case PayMethod::card:
        case PayMethod::stored_card:
            return append_card(object.name("card_data"), receipt);
        case PayMethod::bank:
        case PayMethod::stored_account:
            return append_bank(object.name("bank_data"), receipt);
        case PayMethod::phone:
            return append_phone(object.name("phone_data"), receipt);
        case PayMethod::naver_point:
            return append_wallet(object.name("naver_point_data"), receipt);
        case PayMethod::virtual_account:
            return append_bank(object.name("vbank_data"), receipt);
    }
}

struct Extras {
    bool with_user = false;
    Status status;
    std::string_view webhook_type;
};

void append_receipt(std::string& out, const Receipt& receipt, const Extras& extras) {
    const MethodTexts method = texts(receipt.method);
    Object object(out);
    object.text("receipt_id", receipt.receipt_id)
        .text("order_id", receipt.order_id)
        .won("price", receipt.price)
        .won("tax_free", receipt.tax_free)
        .won("cancelled_price", receipt.canceled_price)
        .won("cancelled_tax_free", receipt.canceled_tax_free)
        .text("order_name", receipt.order_name)
        .text("company_name", "부트페이 샌드박스")
        .text("gateway_url", "https://gw.bootpay.co.kr");
    std::string& metadata = object.name("metadata");
    if (receipt.user_id.empty()) {
        metadata += "{}";
    } else {
        Object(metadata).text("user_id", receipt.user_id);
    }
    object.raw("sandbox", "true")
        .text("pg", "나이스페이먼츠")
        .text("method", method.korean)
        .text("method_symbol", method.symbol)
        .text("method_origin", method.origin_korean)
        .text("method_origin_symbol", method.origin_symbol)
        .time("purchased_at", receipt.purchased_at)
        .time("cancelled_at", receipt.canceled_at)
        .time("requested_at", receipt.requested_at)
        .text("status_locale", korean(extras.status))
        .text("currency", "KRW")
        .text("receipt_url", "https://door.bootpay.co.kr/receipt/" + receipt.receipt_id)
        .number("status", static_cast<int>(extras.status));
    append_method_block(object, receipt);
    if (extras.with_user) Object(object.name("user")).text("id", receipt.user_id);
    if (!extras.webhook_type.empty()) object.text("webhook_type", extras.webhook_type);
}

constexpr std::size_t usual_receipt_size = 1100;

}  // namespace

const RefusalFacts& facts(Refusal refusal) noexcept {
    static constexpr std::array table{
        RefusalFacts{"TOKEN_KEY_INVALID", 401, "토큰이 유효하지 않거나 만료되었습니다."},
        RefusalFacts{"APP_KEY_NOT_FOUND", 401, "애플리케이션 키를 찾을 수 없습니다."},
        RefusalFacts{"APP_SK_NOT_MATCHED", 401, "비밀키가 일치하지 않습니다."},
        RefusalFacts{"RC_NOT_FOUND", 404, "결제 정보를 찾을 수 없습니다."},
        RefusalFacts{"RC_NOT_CONFIRM_READY", 400, "승인 대기 상태의 결제가 아닙니다."},
        RefusalFacts{"RC_CONFIRM_FAILED", 400, "결제 승인이 거절되었습니다."},
        RefusalFacts{"RC_ALREADY_CANCELLED", 400, "이미 취소된 결제입니다."},
        RefusalFacts{"RC_CANCEL_SERVER_ERROR", 400, "결제 취소 요청이 거절되었습니다."},
        RefusalFacts{"RC_NOT_SUBSCRIBE", 400, "빌링키 발급 영수증이 아닙니다."},
        RefusalFacts{"RC_INVALID_EXP_MONTH", 400, "카드 유효기간의 월이 올바르지 않습니다."},
        RefusalFacts{"SUBSCRIBE_BK_EXPIRED", 400, "만료되었거나 삭제된 빌링키입니다."},
        RefusalFacts{"SUBSCRIBE_PUBLISH_NOT_READY", 400, "아직 발급되지 않은 빌링키입니다."},
        RefusalFacts{"SUBSCRIBE_REQUEST_FAILED", 400, "자동이체 동의가 끝나지 않았습니다."},
        RefusalFacts{"API_PARAM_INVALID", 400, "요청 값이 올바르지 않습니다."},
        RefusalFacts{"API_NOT_FOUND", 404, "지원하지 않는 API 입니다."},
        RefusalFacts{"SERVER_ERROR", 500, "서버 오류가 발생했습니다."},
    };
    static_assert(table.size() == static_cast<std::size_t>(Refusal::server_error) + 1);
    return table[static_cast<std::size_t>(refusal)];
}

std::string error_body(std::string_view error_code, std::string_view message) {
    std::string out;
    Object(out).text("error_code", error_code).text("message", message);
    return out;
}

std::string receipt_body(const Receipt& receipt, bool with_user) {
    std::string out;
    out.reserve(usual_receipt_size);
    append_receipt(
        out, receipt, {.with_user = with_user, .status = receipt.status, .webhook_type = ""}
    );
    return out;
}

std::string receipts_body(const std::vector<Receipt>& receipts) {
    std::string out = "[";
    out.reserve(receipts.size() * usual_receipt_size + 2);
    for (const Receipt& receipt : receipts) {
        if (out.size() > 1) out += ',';
        append_receipt(
            out, receipt, {.with_user = false, .status = receipt.status, .webhook_type = ""}
        );
    }
    return out += ']';
}

std::string webhook_body(const Receipt& receipt, Effect effect) {
    if (effect == Effect::none) return {};
    const bool cancel = effect == Effect::canceled || effect == Effect::partially_canceled;
    const Status status = cancel ? Status::canceled : receipt.status;
    std::string out;
    out.reserve(usual_receipt_size);
    append_receipt(
        out, receipt, {.with_user = false, .status = status, .webhook_type = webhook_type(effect)}
    );
    return out;
}

std::string token_body(std::string_view token, std::int64_t expire_in) {
    std::string out;
    Object(out).text("access_token", token).number("expire_in", expire_in);
    return out;
}

std::string user_token_body(std::string_view token, Time expires) {
    std::string out;
    Object(out).text("user_token", token).time("expired_at", expires);
    return out;
}

std::string totals_body(const Totals& totals) {
    std::string out;
    Object(out)
        .number("paid_count", totals.paid_count)
        .won("paid_amount", totals.paid_amount)
        .won("canceled_amount", totals.canceled_amount);
    return out;
}

std::string fault_body(Fault fault, const FaultSetting& setting) {
    std::string out;
    {
        Object shown(out);
        shown.text("fault", name_of(fault))
            .raw("times", setting.times ? std::to_string(*setting.times) : "null")
            .number("delay_ms", setting.delay.count());
        if (!setting.path.empty()) shown.text("path", setting.path);
    }
    return out;
}

std::string clock_body(Time now) {
    std::string out;
    Object(out).text("now", to_rfc3339(now));
    return out;
}

}  // namespace pay::sandbox
