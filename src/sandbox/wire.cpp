#include "sandbox/wire.hpp"

#include <algorithm>
#include <array>
#include <boost/json.hpp>

#include "sandbox/wire_fields.hpp"

namespace pay::sandbox {
namespace {

namespace bj = boost::json;

std::optional<PayMethod> method_named(std::string_view name) {
    if (name.empty() || name == "card" || name == "카드") return PayMethod::card;
    if (name == "bank" || name == "계좌이체") return PayMethod::bank;
    if (name == "vbank" || name == "가상계좌") return PayMethod::virtual_account;
    if (name == "phone" || name == "휴대폰") return PayMethod::phone;
    if (name == "naver_point" || name == "네이버포인트") return PayMethod::naver_point;
    return std::nullopt;
}

bool is_account_number(std::string_view text) {
    const auto fits = [](char c) { return (c >= '0' && c <= '9') || c == '-'; };
    return !text.empty() && text.size() <= 20 && std::ranges::all_of(text, fits);
}

/// Three digits, as 004 of KB.
bool is_bank_code(std::string_view text) {
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    return text.size() == 3 && std::ranges::all_of(text, is_digit);
}

/// A field that is true or false, or left out; false if it is none.
bool read_truth(const bj::object& fields, std::string_view name, bool& out) {
    const bj::value* value = find(fields, name);
    if (value == nullptr) return true;
    const auto read = truth(*value);
    if (read) out = *read;
    return read.has_value();
}

/// The statuses a receipt can be given by hand.
std::optional<Status> status_of(const bj::value& value) {
    constexpr std::array known{Status::expired,    Status::declined,       Status::paid,
                               Status::approvable, Status::account_issued, Status::canceled};
    const auto number = whole_number(value);
    const auto found = std::ranges::find_if(known, [&number](Status status) {
        return number == static_cast<int>(status);
    });
    if (found == known.end()) return std::nullopt;
    return *found;
}

}  // namespace

TokenRequest read_token_request(const http::Request& request) {
    const auto fields = parse_body(request);
    if (!fields) return {};
    return {text_of(*fields, "application_id"), text_of(*fields, "private_key")};
}

std::string read_text(const http::Request& request, std::string_view name) {
    const auto fields = parse_body(request);
    return fields ? text_of(*fields, name) : std::string();
}

std::expected<CancelRequest, Refusal> read_cancel(const http::Request& request) {
    const auto fields = parse_body(request);
    if (!fields) return std::unexpected(Refusal::api_param_invalid);
    CancelRequest cancel;
    cancel.receipt_id = text_of(*fields, "receipt_id");
    cancel.cancel_id = text_of(*fields, "cancel_id");
    const bool amounts_hold = read_won(*fields, "cancel_price", cancel.price) &&
                              read_won(*fields, "cancel_tax_free", cancel.tax_free);
    if (!amounts_hold) return std::unexpected(Refusal::rc_cancel_server_error);
    const bj::value* refund = find(*fields, "refund");
    if (refund != nullptr && refund->is_object()) {
        const bj::object& account = refund->get_object();
        cancel.refund_account = is_account_number(text_of(account, "bank_account")) &&
                                !text_of(account, "bank_username").empty() &&
                                is_bank_code(text_of(account, "bank_code"));
    }
    return cancel;
}

std::expected<Purchase, Complaint> read_purchase(const http::Request& request) {
    const auto fields = control_fields(
        request, {"order_id", "price", "tax_free", "order_name", "method", "user_id",
                  "separately_confirmed", "silent"}
    );
    if (!fields) return std::unexpected(fields.error());
    Purchase purchase;
    purchase.order_id = text_of(*fields, "order_id");
    if (purchase.order_id.empty() || purchase.order_id.size() > 128) {
        return invalid("order_id: a text of 1 to 128 bytes");
    }
    const bool texts_hold =
        is_text_up_to(*fields, "order_name", 400) && is_text_up_to(*fields, "user_id", 128);
    if (!texts_hold) return invalid("order_name, user_id: texts of at most 400 and 128 bytes");
    std::optional<Won> price;
    if (!read_won(*fields, "price", price) || !price || *price < Won{1}) {
        return invalid("price: a whole number of won from 1 to 1000000000000");
    }
    std::optional<Won> tax_free;
    if (!read_won(*fields, "tax_free", tax_free)) return invalid("tax_free: a whole number of won");
    purchase.price = *price;
    purchase.tax_free = tax_free.value_or(Won{0});
    if (purchase.tax_free < Won{0} || purchase.tax_free > purchase.price) {
        return invalid("tax_free: at most the price");
    }
    purchase.order_name = text_of(*fields, "order_name");
    if (purchase.order_name.empty()) purchase.order_name = purchase.order_id;
    purchase.user_id = text_of(*fields, "user_id");
    const auto method = method_named(text_of(*fields, "method"));
    if (!method) return invalid("method: card, bank, vbank, phone or naver_point");
    purchase.method = *method;
    if (!read_truth(*fields, "separately_confirmed", purchase.separately_confirmed)) {
        return invalid("separately_confirmed: true or false");
    }
    if (!read_truth(*fields, "silent", purchase.silent)) return invalid("silent: true or false");
    return purchase;
}

std::expected<Alteration, Complaint> read_alteration(const http::Request& request) {
    const auto fields =
        control_fields(request, {"order_id", "user_id", "price", "canceled_price", "status"});
    if (!fields) return std::unexpected(fields.error());
    if (fields->empty()) return invalid("order_id, user_id, price, canceled_price or status");
    Alteration alteration;
    if (!is_text_up_to(*fields, "order_id", 128) || !is_text_up_to(*fields, "user_id", 128)) {
        return invalid("order_id, user_id: texts of at most 128 bytes");
    }
    if (fields->contains("order_id")) alteration.order_id = text_of(*fields, "order_id");
    if (fields->contains("user_id")) alteration.user_id = text_of(*fields, "user_id");
    const bool amounts_hold = read_won(*fields, "price", alteration.price) &&
                              read_won(*fields, "canceled_price", alteration.canceled_price);
    if (!amounts_hold) return invalid("price, canceled_price: whole numbers of won");
    if (const bj::value* status = find(*fields, "status")) {
        alteration.status = status_of(*status);
        if (!alteration.status) return invalid("status: -10, -2, 1, 2, 5 or 20");
    }
    return alteration;
}

std::expected<FaultRequest, Complaint> read_fault(const http::Request& request) {
    const auto fields = control_fields(request, {"fault", "times", "delay_ms", "path"});
    if (!fields) return std::unexpected(fields.error());
    const auto fault = fault_named(text_of(*fields, "fault"));
    if (!fault) return invalid("fault: none of that name; see the sandbox's README");
    FaultRequest wanted{*fault, {}};
    if (const bj::value* times = find(*fields, "times")) {
        const auto count = whole_number(*times);
        if (!count || *count < 1 || *count > 1'000'000) {
            return invalid("times: a whole number from 1 to 1000000, or null until DELETE");
        }
        wanted.setting.times = static_cast<int>(*count);
    }
    if (const bj::value* delay = find(*fields, "delay_ms")) {
        const auto ms = whole_number(*delay);
        if (!ms || *ms < 0 || *ms > 600'000)
            return invalid("delay_ms: a whole number from 0 to 600000");
        wanted.setting.delay = Duration{*ms};
    }
    if (fields->contains("path")) {
        wanted.setting.path = text_of(*fields, "path");
        if (!wanted.setting.path.starts_with("/v2/") || !strikes_any_call(*fault)) {
            return invalid("path: /v2/…, of a fault that strikes any call");
        }
    }
    return wanted;
}

std::expected<std::string, Complaint> read_receipt_id(const http::Request& request) {
    const auto fields = control_fields(request, {"receipt_id"});
    if (!fields) return std::unexpected(fields.error());
    std::string receipt_id = text_of(*fields, "receipt_id");
    if (receipt_id.empty()) return invalid("receipt_id: a receipt's id");
    return receipt_id;
}

std::expected<Duration, Complaint> read_advance(const http::Request& request) {
    constexpr std::int64_t longest_s = 10LL * 366 * 24 * 60 * 60;
    const auto fields = control_fields(request, {"advance_s"});
    if (!fields) return std::unexpected(fields.error());
    const bj::value* value = find(*fields, "advance_s");
    const auto seconds = value != nullptr ? whole_number(*value) : std::nullopt;
    if (!seconds || *seconds < 0 || *seconds > longest_s) {
        return invalid("advance_s: whole seconds from 0 to 316224000");
    }
    return std::chrono::seconds{*seconds};
}

bool says_success(std::string_view body) {
    bj::error_code error;
    const bj::value value = bj::parse(body, error);
    if (error || !value.is_object()) return false;
    const bj::value* success = value.get_object().if_contains("success");
    return success != nullptr && success->is_bool() && success->get_bool();
}

}  // namespace pay::sandbox
