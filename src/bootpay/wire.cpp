#include "bootpay/wire.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <charconv>

#include "bootpay/wire_fields.hpp"
#include "core/http/target.hpp"

namespace pay::bootpay {
namespace {

using gateway::RefundAccount;
static_assert(json::whole<RefundAccount>);

using boost::json::object;
using boost::json::value;
using gateway::Payment;
using gateway::Stage;

/// The numbers are Bootpay's (section 4 of its manual's table). A partial cancel may leave 1 or
/// show 20, so what is returned is decided from the amounts alone.
Stage stage_of(std::int64_t status, Won price, Won canceled) {
    const bool all_returned = canceled >= price && price > Won{0};
    switch (status) {
        case 1:
            return all_returned ? Stage::canceled : Stage::paid;
        case 20:
            return canceled > Won{0} && !all_returned ? Stage::paid : Stage::canceled;
        case 2:
            return Stage::approvable;
        case 3:
        case 4:
            return Stage::in_progress;
        case 5:
            return Stage::awaiting_deposit;
        case -2:
            return Stage::declined;
        case -1:
        case -3:
        case -4:
        case -10:
            return Stage::failed;
        default:
            return Stage::not_yet;
    }
}

std::optional<Payment> payment_of(const value& parsed) {
    const auto* fields = parsed.if_object();
    if (fields == nullptr) return std::nullopt;
    const auto status = number_of(*fields, "status");
    const auto price = number_of(*fields, "price");
    Payment payment;
    payment.receipt_id = text_of(*fields, "receipt_id");
    if (!status || !price || *price < 0 || payment.receipt_id.empty()) return std::nullopt;
    payment.order_id = text_of(*fields, "order_id");
    payment.price = Won{*price};
    payment.canceled = Won{number_of(*fields, "cancelled_price").value_or(0)};
    if (payment.canceled < Won{0}) return std::nullopt;
    payment.stage = stage_of(*status, payment.price, payment.canceled);
    if (payment.stage == Stage::canceled) payment.canceled = payment.price;
    payment.method = method_of(*fields);
    payment.paid_at = time_of(*fields, "purchased_at");
    if (const auto* metadata = object_of(*fields, "metadata")) {
        payment.user_id = text_of(*metadata, "user_id");
    }
    if (const auto* account = object_of(*fields, "vbank_data")) {
        payment.deposit_deadline = time_of(*account, "expired_at");
    }
    return payment;
}

/// Longer than any order id of a merchant; what is longer is not stored.
constexpr std::size_t longest_order_id = 96;

std::optional<Notice> checked(Notice notice) {
    if (!is_receipt_id(notice.receipt_id) || notice.canceled < Won{0}) return std::nullopt;
    if (notice.order_id.size() > longest_order_id) return std::nullopt;
    return notice;
}

std::optional<std::int64_t> whole_number(std::string_view text) {
    std::int64_t number = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (failure != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return number;
}

}  // namespace

bool is_receipt_id(std::string_view text) {
    return text.size() == 24 && std::ranges::all_of(text, [](char c) {
               return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
           });
}

std::optional<Token> read_token(std::string_view body) {
    const json::Document document(body);
    const object* fields = object_of(document);
    if (fields == nullptr) return std::nullopt;
    Token token;
    token.text = text_of(*fields, "access_token");
    const auto life = number_of(*fields, "expire_in");
    if (token.text.empty() || !life || *life < 0) return std::nullopt;
    token.life = std::chrono::seconds{*life};
    return token;
}

std::optional<Payment> read_payment(std::string_view body) {
    const json::Document document(body);
    return document.valid() ? payment_of(document.root()) : std::nullopt;
}

std::optional<std::vector<Payment>> read_payments(std::string_view body) {
    const json::Document document(body);
    if (!document.valid() || !document.root().is_array()) return std::nullopt;
    std::vector<Payment> payments;
    for (const auto& element : document.root().get_array()) {
        auto payment = payment_of(element);
        if (!payment) return std::nullopt;
        payments.push_back(std::move(*payment));
    }
    return payments;
}

std::string read_error_code(std::string_view body) {
    const json::Document document(body);
    const object* fields = object_of(document);
    return fields == nullptr ? std::string{} : text_of(*fields, "error_code");
}

std::string token_request(std::string_view application_id, std::string_view private_key) {
    std::string out = "{";
    member(out, "application_id", application_id);
    member(out, "private_key", private_key);
    return out + '}';
}

std::string approve_request(std::string_view receipt_id) {
    std::string out = "{";
    member(out, "receipt_id", receipt_id);
    return out + '}';
}

std::string cancel_request(const gateway::Cancel& cancel) {
    std::string out = "{";
    member(out, "receipt_id", cancel.receipt_id);
    member(out, "cancel_id", cancel.cancel_id);
    member(out, "cancel_username", "payments");
    member(out, "cancel_message", cancel.reason);
    if (cancel.part) member(out, "cancel_price", cancel.part->value());
    if (cancel.account) {
        std::string account = "{";
        member(account, "bank_account", cancel.account->account);
        member(account, "bank_username", cancel.account->holder);
        member(account, "bank_code", cancel.account->bank_code);
        raw_member(out, "refund", account + '}');
    }
    return out + '}';
}

std::optional<Notice> read_notice(std::string_view body, bool form) {
    Notice notice;
    if (form) {
        // Of all it holds we need a few: a line's end in the order's name is no reason to miss it.
        const auto fields = http::parse_form(body);
        notice.receipt_id = http::find(fields, "receipt_id");
        notice.order_id = http::find(fields, "order_id");
        const auto status = whole_number(http::find(fields, "status"));
        const auto canceled = http::find(fields, "cancelled_price");
        const auto amount =
            canceled.empty() ? std::optional<std::int64_t>{0} : whole_number(canceled);
        if (!status || !amount) return std::nullopt;
        notice.status = *status;
        notice.canceled = Won{*amount};
        return checked(std::move(notice));
    }
    const json::Document document(body);
    const object* fields = object_of(document);
    if (fields == nullptr) return std::nullopt;
    const auto status = number_of(*fields, "status");
    if (!status) return std::nullopt;
    notice.receipt_id = text_of(*fields, "receipt_id");
    notice.order_id = text_of(*fields, "order_id");
    notice.status = *status;
    notice.canceled = Won{number_of(*fields, "cancelled_price").value_or(0)};
    return checked(std::move(notice));
}

}  // namespace pay::bootpay
