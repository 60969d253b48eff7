#include "sandbox/wire.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <cmath>

namespace pay::sandbox {
namespace {

namespace bj = boost::json;

int hex_value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    const char lower = static_cast<char>(c | 0x20);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/// One name or value of a form; a broken escape stays as it is.
std::string decode_form(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool escape = text[i] == '%' && i + 2 < text.size() && hex_value(text[i + 1]) >= 0 &&
                            hex_value(text[i + 2]) >= 0;
        if (escape) {
            out += static_cast<char>(hex_value(text[i + 1]) * 16 + hex_value(text[i + 2]));
            i += 2;
        } else {
            out += text[i] == '+' ? ' ' : text[i];
        }
    }
    return out;
}

bj::object parse_form(std::string_view body) {
    bj::object fields;
    while (!body.empty()) {
        const std::string_view pair = body.substr(0, body.find('&'));
        body.remove_prefix(std::min(pair.size() + 1, body.size()));
        const auto equals = pair.find('=');
        if (equals == std::string_view::npos) continue;
        fields[decode_form(pair.substr(0, equals))] =
            bj::string(decode_form(pair.substr(equals + 1)));
    }
    return fields;
}

/// The fields of a body, JSON or form; nothing if it is neither. What begins with a brace is JSON,
/// whatever its content type says: `curl -d` calls everything a form.
std::optional<bj::object> parse_body(const http::Request& request) {
    const bool form =
        request.header("content-type").starts_with("application/x-www-form-urlencoded");
    if (form && !request.body.starts_with('{')) return parse_form(request.body);
    bj::error_code error;
    bj::value value = bj::parse(request.body, error);
    if (error || !value.is_object()) return std::nullopt;
    return std::move(value.get_object());
}

/// null, "" and absence are all nothing.
const bj::value* find(const bj::object& fields, std::string_view name) {
    const bj::value* value = fields.if_contains(name);
    if (value == nullptr || value->is_null()) return nullptr;
    if (value->is_string() && value->get_string().empty()) return nullptr;
    return value;
}

std::string text_of(const bj::object& fields, std::string_view name) {
    const bj::value* value = find(fields, name);
    return value != nullptr && value->is_string() ? std::string(value->get_string())
                                                  : std::string();
}

/// A whole number of any spelling: 1000, 1000.0 (Java) or "1000" (a form).
std::optional<std::int64_t> whole_number(const bj::value& value) {
    if (value.is_int64()) return value.get_int64();
    if (value.is_double()) {
        const double number = value.get_double();
        constexpr double exact = 9007199254740992;  // 2^53: above it a double skips whole numbers
        if (std::trunc(number) != number || std::abs(number) > exact) return std::nullopt;
        return static_cast<std::int64_t>(number);
    }
    if (!value.is_string()) return std::nullopt;
    bj::error_code error;
    const bj::value inner = bj::parse(value.get_string(), error);
    if (error || inner.is_string()) return std::nullopt;
    return whole_number(inner);
}

/// An amount that may be left out; false if it is there and none.
bool read_won(const bj::object& fields, std::string_view name, std::optional<Won>& won) {
    const bj::value* value = find(fields, name);
    if (value == nullptr) return true;
    const auto number = whole_number(*value);
    if (!number || std::abs(*number) > largest_amount) return false;
    won = Won{*number};
    return true;
}

std::optional<bool> truth(const bj::value& value) {
    if (value.is_bool()) return value.get_bool();
    const std::string text = bj::serialize(value);
    if (text == "1" || text == "\"1\"" || text == "\"true\"") return true;
    if (text == "0" || text == "\"0\"" || text == "\"false\"") return false;
    return std::nullopt;
}

std::optional<PayMethod> method_named(std::string_view name) {
    if (name.empty() || name == "card" || name == "카드") return PayMethod::card;
    if (name == "bank" || name == "계좌이체") return PayMethod::bank;
    if (name == "vbank" || name == "가상계좌") return PayMethod::virtual_account;
    return std::nullopt;
}

std::unexpected<Complaint> invalid(std::string message) {
    return std::unexpected(Complaint{422, std::move(message)});
}

/// The fields of a control's body, if there are no others than those named.
std::expected<bj::object, Complaint> control_fields(
    const http::Request& request, std::initializer_list<std::string_view> known
) {
    auto fields = parse_body(request);
    if (!fields) return std::unexpected(Complaint{400, "the body is no JSON object"});
    for (const auto& field : *fields) {
        if (std::ranges::find(known, std::string_view(field.key())) == known.end()) {
            return invalid("unknown field: " + std::string(field.key()));
        }
    }
    return std::move(*fields);
}

bool is_text_up_to(const bj::object& fields, std::string_view name, std::size_t longest) {
    const bj::value* value = find(fields, name);
    return value == nullptr || (value->is_string() && value->get_string().size() <= longest);
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
        cancel.refund_account = !text_of(account, "bank_account").empty() &&
                                !text_of(account, "bank_username").empty() &&
                                !text_of(account, "bank_code").empty();
    }
    return cancel;
}

std::expected<Purchase, Complaint> read_purchase(const http::Request& request) {
    const auto fields = control_fields(
        request,
        {"order_id", "price", "tax_free", "order_name", "method", "user_id", "separately_confirmed"}
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
    if (!method) return invalid("method: card, bank or vbank");
    purchase.method = *method;
    if (const bj::value* value = find(*fields, "separately_confirmed")) {
        const auto confirmed = truth(*value);
        if (!confirmed) return invalid("separately_confirmed: true or false");
        purchase.separately_confirmed = *confirmed;
    }
    return purchase;
}

std::expected<FaultRequest, Complaint> read_fault(const http::Request& request) {
    const auto fields = control_fields(request, {"fault", "times", "delay_ms"});
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

Receipt from_document(std::string_view document) {
    const bj::value value = bj::parse(document);
    const bj::object& fields = value.as_object();
    const auto text = [&](std::string_view name) {
        return std::string(fields.at(name).as_string());
    };
    const auto won = [&](std::string_view name) { return Won{fields.at(name).as_int64()}; };
    const auto time = [&](std::string_view name) -> std::optional<Time> {
        const bj::value* ms = fields.if_contains(name);
        if (ms == nullptr) return std::nullopt;
        return from_epoch_ms(ms->as_int64());
    };
    Receipt receipt;
    receipt.receipt_id = text("receipt_id");
    receipt.order_id = text("order_id");
    receipt.order_name = text("order_name");
    receipt.user_id = text("user_id");
    receipt.price = won("price");
    receipt.tax_free = won("tax_free");
    receipt.canceled_price = won("canceled_price");
    receipt.canceled_tax_free = won("canceled_tax_free");
    receipt.method = static_cast<PayMethod>(fields.at("method").as_int64());
    receipt.status = static_cast<Status>(fields.at("status").as_int64());
    receipt.requested_at = time("requested_at").value_or(Time{});
    receipt.purchased_at = time("purchased_at");
    receipt.confirmed_at = time("confirmed_at");
    receipt.canceled_at = time("canceled_at");
    receipt.deposit_until = time("deposit_until");
    for (const bj::value& cancel_id : fields.at("cancel_ids").as_array()) {
        receipt.cancel_ids.emplace_back(cancel_id.as_string());
    }
    return receipt;
}

}  // namespace pay::sandbox
