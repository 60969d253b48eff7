#include "order/wire.hpp"

#include "bootpay/wire.hpp"
#include "core/json/names.hpp"
#include "core/json/read.hpp"

namespace pay::order {
namespace {

static_assert(json::whole<StepView> && json::whole<FailureView> && json::whole<OrderView>);
static_assert(json::whole<CheckoutMetadata> && json::whole<CheckoutExtra> && json::whole<Checkout>);
static_assert(json::whole<PlaceBody> && json::whole<ConfirmBody>);
static_assert(json::whole<point::Command> && json::whole<point::Reply>);
static_assert(json::whole<order_item::Save> && json::whole<order_item::Reply>);
static_assert(json::whole<item::Changed>);

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
    }
    return {};
}

std::string in(http::Language language, Text text) {
    return std::string(language == http::Language::ko ? text.ko : text.en);
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
    shown.canceled_amount = order.canceled_amount;
    if (order.failure != Failure::NONE) {
        shown.failure = {
            std::string(json::name_of(order.failure)), in(language, text_of(order.failure))
        };
    }
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
        return Error{
            Code::invalid,
            {},
            {{"receipt_id",
              {"An order paid with points has none.", "포인트 결제에는 영수증이 없습니다."}}},
            {}
        };
    }
    if (read->amount && (*read->amount <= Won{0} || read->amount->value() > largest_amount)) {
        return Error{
            Code::invalid,
            {},
            {{"amount", {"It must be a price in won.", "원 단위의 가격이어야 합니다."}}},
            {}
        };
    }
    if (read->receipt_id && !bootpay::is_receipt_id(*read->receipt_id)) return unknown_receipt();
    return read;
}

Result<ConfirmBody> read_confirm(std::string_view body) {
    auto read = json::read<ConfirmBody>(body, json::Unknown::refuse);
    if (read && !bootpay::is_receipt_id(read->receipt_id)) return unknown_receipt();
    return read;
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
