#include "core/result/error.hpp"

#include <array>
#include <cstdio>
#include <cstdlib>
#include <utility>

namespace pay {
namespace {

// In the order of the enumeration; checked by error_test.
constexpr std::array table{
    CodeFacts{"BAD_REQUEST", 400, {"The request could not be read", "요청을 읽을 수 없습니다"}},
    CodeFacts{"UNAUTHORIZED", 401, {"A token is needed", "인증이 필요합니다"}},
    CodeFacts{"INVALID_TOKEN", 401, {"The token is not valid", "토큰이 유효하지 않습니다"}},
    CodeFacts{"FORBIDDEN", 403, {"Not allowed", "권한이 없습니다"}},
    CodeFacts{"NOT_FOUND", 404, {"Not found", "찾을 수 없습니다"}},
    CodeFacts{"METHOD_NOT_ALLOWED", 405, {"Method not allowed", "허용되지 않은 메서드입니다"}},
    CodeFacts{"CONFLICT", 409, {"Conflict with the present state", "현재 상태와 충돌합니다"}},
    CodeFacts{
        "DUPLICATE_RECEIPT", 409, {"The receipt was used before", "이미 사용된 영수증입니다"}
    },
    CodeFacts{
        "IDEMPOTENCY_IN_PROGRESS",
        409,
        {"The first request with this key is still running", "같은 키의 요청이 아직 처리 중입니다"}
    },
    CodeFacts{"INSUFFICIENT_POINTS", 409, {"Not enough points", "포인트가 부족합니다"}},
    CodeFacts{
        "NOT_CANCELABLE",
        409,
        {"The order cannot be canceled now", "지금은 취소할 수 없는 주문입니다"}
    },
    CodeFacts{
        "PAYLOAD_TOO_LARGE", 413, {"The body is larger than 64 KiB", "본문이 64 KiB를 넘습니다"}
    },
    CodeFacts{"INVALID", 422, {"A value breaks a rule", "값이 올바르지 않습니다"}},
    CodeFacts{
        "AMOUNT_MISMATCH",
        422,
        {"The amount is not the price of the item", "금액이 상품 가격과 다릅니다"}
    },
    CodeFacts{
        "RECEIPT_INVALID",
        422,
        {"The receipt cannot pay this order", "이 주문에 쓸 수 없는 영수증입니다"}
    },
    CodeFacts{"PAYMENT_DECLINED", 422, {"The payment was declined", "결제가 거절되었습니다"}},
    CodeFacts{
        "IDEMPOTENCY_KEY_REUSED",
        422,
        {"The key was used for another request", "다른 요청에 이미 사용된 키입니다"}
    },
    CodeFacts{"TOO_MANY_REQUESTS", 429, {"Too many requests", "요청이 너무 많습니다"}},
    CodeFacts{
        "PAYMENT_GATEWAY_UNAVAILABLE",
        503,
        {"The payment gateway cannot be reached", "결제 대행사에 연결할 수 없습니다"}
    },
    CodeFacts{
        "PAYMENT_GATEWAY_UNAVAILABLE",
        504,
        {"The payment gateway did not answer in time", "결제 대행사가 제시간에 응답하지 않았습니다"}
    },
    CodeFacts{"UNAVAILABLE", 503, {"Temporarily unavailable", "일시적으로 사용할 수 없습니다"}},
    CodeFacts{"INTERNAL", 500, {"Internal error", "내부 오류입니다"}},
};
static_assert(table.size() == std::to_underlying(Code::internal) + 1U);

}  // namespace

const CodeFacts& facts(Code code) noexcept {
    return table[static_cast<std::size_t>(std::to_underlying(code))];
}

bool retryable(Code code) noexcept {
    const int status = facts(code).status;
    return status >= 500 || status == 429;
}

void abort_with(const char* condition, const char* file, int line) noexcept {
    std::fprintf(stderr, "bug: %s does not hold (%s:%d)\n", condition, file, line);
    std::abort();
}

}  // namespace pay
