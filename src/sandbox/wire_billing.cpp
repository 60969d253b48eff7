#include "sandbox/wire_billing.hpp"

#include <algorithm>
#include <boost/json.hpp>

#include "sandbox/wire_fields.hpp"
#include "sandbox/wire_object.hpp"

namespace pay::sandbox {
namespace {

bool is_digits(std::string_view text, std::size_t least, std::size_t most) {
    return text.size() >= least && text.size() <= most &&
           std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

std::string user_in(const bj::object& fields) {
    const auto text_in = [&fields](std::string_view object, std::string_view name) {
        const bj::value* inner = find(fields, object);
        return inner != nullptr && inner->is_object() ? text_of(inner->get_object(), name)
                                                      : std::string();
    };
    const std::string user = text_in("metadata", "user_id");
    return user.empty() ? text_in("user", "id") : user;
}

bool has_texts(const bj::object& fields, std::initializer_list<std::string_view> names) {
    return std::ranges::none_of(names, [&fields](std::string_view name) {
        return text_of(fields, name).empty();
    });
}

/// Price and tax-free part; false if they cannot be.
bool read_amounts(const bj::object& fields, Won& price, Won& tax_free) {
    std::optional<Won> whole;
    std::optional<Won> part;
    if (!read_won(fields, "price", whole) || !read_won(fields, "tax_free", part)) return false;
    price = whole.value_or(Won{0});
    tax_free = part.value_or(Won{0});
    return tax_free >= Won{0} && tax_free <= price;
}

std::expected<Subscription, Refusal> read_subscription(
    const http::Request& request, std::initializer_list<std::string_view> required
) {
    const auto fields = parse_body(request);
    Subscription wanted;
    const bool whole = fields && has_texts(*fields, {"pg", "order_name", "subscription_id"}) &&
                       has_texts(*fields, required) &&
                       read_amounts(*fields, wanted.price, wanted.tax_free);
    if (!whole) return std::unexpected(Refusal::api_param_invalid);
    wanted.subscription_id = text_of(*fields, "subscription_id");
    wanted.order_name = text_of(*fields, "order_name");
    wanted.user_id = user_in(*fields);
    return wanted;
}

std::expected<KeyCharge, Refusal> read_key_charge(const bj::object& fields) {
    KeyCharge charge;
    Purchase& purchase = charge.purchase;
    const bool whole = has_texts(fields, {"billing_key", "order_name", "order_id"}) &&
                       read_amounts(fields, purchase.price, purchase.tax_free) &&
                       purchase.price > Won{0};
    if (!whole) return std::unexpected(Refusal::api_param_invalid);
    charge.billing_key = text_of(fields, "billing_key");
    purchase.order_id = text_of(fields, "order_id");
    purchase.order_name = text_of(fields, "order_name");
    purchase.user_id = user_in(fields);
    return charge;
}

struct Texts {
    std::string_view symbol;
    std::string_view korean;
};

constexpr Texts texts(KeyMethod method) {
    switch (method) {
        case KeyMethod::card:
            return {"card_rebill", "카드자동"};
        case KeyMethod::card_rest:
            return {"card_rebill_rest", "카드자동"};
        case KeyMethod::account:
            return {"automatic_transfer_rest", "계좌자동이체"};
    }
    return {};
}

constexpr std::string_view korean(KeyStatus status) {
    switch (status) {
        case KeyStatus::destroyed:
            return "빌링키취소";
        case KeyStatus::issued:
            return "빌링키발급완료";
        case KeyStatus::awaiting_consent:
            return "자동결제빌링키발급이전";
    }
    return {};
}

void append_billing_data(std::string& out, const Subscription& subscription) {
    Object billing(out);
    if (subscription.method == KeyMethod::account) {
        billing.text("bank_name", subscription.bank_name)
            .text("bank_code", "004")
            .text("bank_account", subscription.number_shown)
            .text("username", subscription.holder);
        return;
    }
    billing.text("card_no", subscription.number_shown)
        .text("card_company", "비씨")
        .text("card_company_code", "01")
        .number("card_type", 0);
}

void append_metadata(Object& object, std::string_view user_id) {
    std::string& metadata = object.name("metadata");
    if (user_id.empty()) {
        metadata += "{}";
    } else {
        Object(metadata).text("user_id", user_id);
    }
}

/// What is told of a key anywhere.
void append_key(Object& object, const BillingKey& key) {
    const Texts method = texts(key.subscription.method);
    object.text("receipt_id", key.receipt_id)
        .text("subscription_id", key.subscription.subscription_id)
        .text("gateway_url", "https://gw.bootpay.co.kr");
    append_metadata(object, key.subscription.user_id);
    object.text("pg", "나이스페이먼츠")
        .text("method", method.korean)
        .text("method_symbol", method.symbol)
        .text("method_origin", method.korean)
        .text("method_origin_symbol", method.symbol)
        .time("published_at", key.published_at)
        .time("requested_at", key.requested_at)
        .text("status_locale", korean(key.status))
        .number("status", static_cast<int>(key.status));
}

}  // namespace

std::expected<Subscription, Refusal> read_card_subscription(const http::Request& request) {
    auto wanted = read_subscription(
        request, {"card_no", "card_pw", "card_identity_no", "card_expire_year", "card_expire_month"}
    );
    if (!wanted) return wanted;
    const std::string number = read_text(request, "card_no");
    if (!is_digits(number, 14, 16)) return std::unexpected(Refusal::api_param_invalid);
    const std::string month = read_text(request, "card_expire_month");
    if (!is_digits(month, 2, 2) || month < "01" || month > "12") {
        return std::unexpected(Refusal::rc_invalid_exp_month);
    }
    wanted->method = KeyMethod::card_rest;
    wanted->number_shown = number.substr(0, 8) + "****" + number.substr(number.size() - 4);
    return wanted;
}

std::expected<Subscription, Refusal> read_account_subscription(const http::Request& request) {
    auto wanted =
        read_subscription(request, {"username", "bank_name", "bank_account", "identity_no"});
    if (!wanted) return wanted;
    wanted->method = KeyMethod::account;
    wanted->holder = read_text(request, "username");
    wanted->bank_name = read_text(request, "bank_name");
    wanted->number_shown = read_text(request, "bank_account").substr(0, 6) + "******";
    return wanted;
}

std::expected<KeyCharge, Refusal> read_charge(const http::Request& request) {
    const auto fields = parse_body(request);
    if (!fields) return std::unexpected(Refusal::api_param_invalid);
    return read_key_charge(*fields);
}

std::expected<ReserveRequest, Refusal> read_reserve(const http::Request& request) {
    const auto fields = parse_body(request);
    if (!fields) return std::unexpected(Refusal::api_param_invalid);
    auto charge = read_key_charge(*fields);
    if (!charge) return std::unexpected(charge.error());
    const auto at = parse_rfc3339(text_of(*fields, "reserve_execute_at"));
    if (!at) return std::unexpected(Refusal::api_param_invalid);
    return ReserveRequest{std::move(*charge), *at};
}

std::expected<Subscription, Complaint> read_subscription_control(const http::Request& request) {
    const auto fields = control_fields(request, {"user_id", "subscription_id", "order_name"});
    if (!fields) return std::unexpected(fields.error());
    const bool texts_hold = is_text_up_to(*fields, "user_id", 128) &&
                            is_text_up_to(*fields, "subscription_id", 128) &&
                            is_text_up_to(*fields, "order_name", 400);
    if (!texts_hold) {
        return invalid("user_id, subscription_id, order_name: texts of at most 128 and 400 bytes");
    }
    Subscription wanted;
    wanted.user_id = text_of(*fields, "user_id");
    wanted.subscription_id = text_of(*fields, "subscription_id");
    wanted.order_name = text_of(*fields, "order_name");
    return wanted;
}

std::string key_body(const BillingKey& key, const std::optional<Receipt>& first) {
    std::string out;
    {
        Object object(out);
        append_key(object, key);
        object.raw("receipt_data", first ? receipt_body(*first) : "{}");
        if (key.status != KeyStatus::awaiting_consent) {
            object.text("billing_key", key.billing_key);
            append_billing_data(object.name("billing_data"), key.subscription);
            object.text("billing_expire_at", "2099-12-31T23:59:59+09:00");
        }
    }
    return out;
}

std::string issue_body(const BillingKey& key) {
    std::string out;
    {
        Object object(out);
        append_key(object, key);
    }
    return out;
}

std::string destroyed_body(const BillingKey& key) {
    std::string out;
    Object(out).text("billing_key", key.billing_key);
    return out;
}

std::string reserved_body(const Reservation& reservation) {
    std::string out;
    Object(out)
        .text("reserve_id", reservation.reserve_id)
        .time("reserve_execute_at", reservation.execute_at);
    return out;
}

std::string reservation_body(const Reservation& reservation) {
    std::string out;
    {
        Object object(out);
        object.text("reserve_id", reservation.reserve_id)
            .text("billing_key", reservation.billing_key)
            .text("order_id", reservation.order_id)
            .text("order_name", reservation.order_name)
            .won("price", reservation.price)
            .won("tax_free", reservation.tax_free)
            .text("card_quota", "00");
        append_metadata(object, reservation.user_id);
        object.time("reserve_requested_at", reservation.requested_at)
            .time("reserve_execute_at", reservation.execute_at)
            .time("reserve_started_at", reservation.started_at)
            .time("reserve_finished_at", reservation.finished_at)
            .time("reserve_revoked_at", reservation.revoked_at)
            .number("status", static_cast<int>(reservation.status));
        if (!reservation.receipt_id.empty()) object.text("receipt_id", reservation.receipt_id);
    }
    return out;
}

std::string revoked_body(const Reservation& reservation) {
    std::string out;
    Object(out).text("reserve_id", reservation.reserve_id).raw("success", "true");
    return out;
}

}  // namespace pay::sandbox
