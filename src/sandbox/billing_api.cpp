#include <array>
#include <utility>

#include "sandbox/api.hpp"
#include "sandbox/wire_billing.hpp"

namespace pay::sandbox {
namespace {

using http::Method;
using http::Request;
using http::Responder;

std::optional<Receipt> first_payment(Desk& desk, const BillingKey& key) {
    if (key.first_receipt_id.empty()) return std::nullopt;
    return desk.book.find(key.first_receipt_id);
}

void show_key(Desk& desk, Responder responder, const BillingKey& key) {
    const auto first = first_payment(desk, key);
    desk.answer(std::move(responder), http::json_response(200, key_body(key, first)));
}

void find_issued(Desk& desk, const Request& request, Responder responder) {
    const std::string& receipt_id = request.parameters.at(0);
    const auto key = desk.keys.find_by_receipt(receipt_id);
    if (!key) {
        const bool payment = desk.book.find(receipt_id).has_value();
        return desk.refuse(
            std::move(responder), payment ? Refusal::rc_not_subscribe : Refusal::rc_not_found
        );
    }
    if (key->status == KeyStatus::awaiting_consent) {
        return desk.refuse(std::move(responder), Refusal::subscribe_publish_not_ready);
    }
    show_key(desk, std::move(responder), *key);
}

void find_key(Desk& desk, const Request& request, Responder responder) {
    const auto key = desk.keys.find(request.parameters.at(0));
    if (!key) return desk.refuse(std::move(responder), Refusal::rc_not_found);
    show_key(desk, std::move(responder), *key);
}

/// With a price, the card pays it at once; a card that does not gives no key.
void issue_card(Desk& desk, const Request& request, Responder responder) {
    const auto wanted = read_card_subscription(request);
    if (!wanted) return desk.refuse(std::move(responder), wanted.error());
    std::string first;
    if (wanted->price > Won{0}) {
        Purchase purchase{
            .order_id = wanted->subscription_id,
            .order_name = wanted->order_name,
            .user_id = wanted->user_id,
            .price = wanted->price,
            .tax_free = wanted->tax_free,
            .method = PayMethod::stored_card,
        };
        const auto paid = desk.charge_at_once(purchase);
        if (!paid) return desk.refuse(std::move(responder), paid.error());
        first = paid->receipt.receipt_id;
        desk.tell(webhook_body(paid->receipt, paid->effect));
    }
    show_key(desk, std::move(responder), desk.keys.issue(*wanted, first));
}

void request_account(Desk& desk, const Request& request, Responder responder) {
    const auto wanted = read_account_subscription(request);
    if (!wanted) return desk.refuse(std::move(responder), wanted.error());
    show_key(desk, std::move(responder), desk.keys.issue(*wanted));
}

void publish_account(Desk& desk, const Request& request, Responder responder) {
    const auto withheld = [&desk] { return desk.faults.take(Fault::withhold_consent).has_value(); };
    const auto key = desk.keys.publish(read_text(request, "receipt_id"), withheld);
    if (!key) return desk.refuse(std::move(responder), key.error());
    show_key(desk, std::move(responder), *key);
}

void destroy_key(Desk& desk, const Request& request, Responder responder) {
    const auto key = desk.keys.destroy(request.parameters.at(0));
    if (!key) return desk.refuse(std::move(responder), key.error());
    desk.answer(std::move(responder), http::json_response(200, destroyed_body(*key)));
}

void charge(Desk& desk, const Request& request, Responder responder) {
    const auto wanted = read_charge(request);
    if (!wanted) return desk.refuse(std::move(responder), wanted.error());
    desk.settle(std::move(responder), desk.charge(*wanted), Fault::drop_after_charge);
}

void reserve(Desk& desk, const Request& request, Responder responder) {
    const auto wanted = read_reserve(request);
    if (!wanted) return desk.refuse(std::move(responder), wanted.error());
    const auto reservation = desk.keys.reserve(wanted->charge, wanted->at);
    if (!reservation) return desk.refuse(std::move(responder), reservation.error());
    auto response = http::json_response(200, reserved_body(*reservation));
    if (desk.faults.take(Fault::drop_after_reserve)) response = http::no_answer();
    desk.answer(std::move(responder), std::move(response));
}

void find_reservation(Desk& desk, const Request& request, Responder responder) {
    const auto reservation = desk.keys.find_reservation(request.parameters.at(0));
    if (!reservation) return desk.refuse(std::move(responder), Refusal::rc_not_found);
    desk.answer(std::move(responder), http::json_response(200, reservation_body(*reservation)));
}

void revoke_reservation(Desk& desk, const Request& request, Responder responder) {
    const auto reservation = desk.keys.revoke(request.parameters.at(0));
    if (!reservation) return desk.refuse(std::move(responder), reservation.error());
    desk.answer(std::move(responder), http::json_response(200, revoked_body(*reservation)));
}

}  // namespace

std::span<const BillingCall> billing_calls() {
    static constexpr std::array calls{
        BillingCall{Method::get, "/v2/subscribe/billing_key/{receipt_id}", find_issued},
        BillingCall{Method::del, "/v2/subscribe/billing_key/{billing_key}", destroy_key},
        BillingCall{Method::get, "/v2/billing_key/{billing_key}", find_key},
        BillingCall{Method::post, "/v2/request/subscribe", issue_card},
        BillingCall{Method::post, "/v2/request/subscribe/automatic-transfer", request_account},
        BillingCall{
            Method::post, "/v2/request/subscribe/automatic-transfer/publish", publish_account
        },
        BillingCall{Method::post, "/v2/subscribe/payment", charge},
        BillingCall{Method::post, "/v2/subscribe/payment/reserve", reserve},
        BillingCall{Method::get, "/v2/subscribe/payment/reserve/{reserve_id}", find_reservation},
        BillingCall{Method::del, "/v2/subscribe/payment/reserve/{reserve_id}", revoke_reservation},
    };
    return calls;
}

}  // namespace pay::sandbox
