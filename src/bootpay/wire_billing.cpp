#include "bootpay/wire_billing.hpp"

#include <algorithm>
#include <boost/json.hpp>

#include "bootpay/wire_fields.hpp"

namespace pay::bootpay {
namespace {

using boost::json::object;

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/// The company and the digits that end the number, as far as Bootpay shows them.
std::string label_of(const object& billing) {
    std::string label = text_of(billing, "card_company");
    std::string number = text_of(billing, "card_no");
    if (label.empty()) label = text_of(billing, "bank_name");
    if (number.empty()) number = text_of(billing, "bank_account");
    constexpr std::size_t shown = 4;
    if (number.size() > shown) number.erase(0, number.size() - shown);
    if (number.empty() || !std::ranges::all_of(number, is_digit)) return label;
    return label.empty() ? number : label + ' ' + number;
}

std::string open_request(const gateway::Charge& charge) {
    std::string metadata = "{";
    member(metadata, "user_id", charge.user_id);
    std::string out = "{";
    member(out, "billing_key", charge.billing_key);
    member(out, "order_name", charge.order_name);
    member(out, "price", charge.price.value());
    member(out, "order_id", charge.order_id);
    raw_member(out, "metadata", metadata + '}');
    return out;
}

}  // namespace

std::optional<Issue> read_issue(std::string_view body) {
    const json::Document document(body);
    const object* fields = object_of(document);
    if (fields == nullptr) return std::nullopt;
    const auto status = number_of(*fields, "status");
    Issue issue;
    issue.key.receipt_id = text_of(*fields, "receipt_id");
    if (!status || issue.key.receipt_id.empty()) return std::nullopt;
    constexpr std::int64_t issued = 11;
    issue.key.key = text_of(*fields, "billing_key");
    issue.alive = *status == issued;
    if (issue.alive && issue.key.key.empty()) return std::nullopt;
    issue.key.method = method_of(*fields);
    issue.key.expires_at = time_of(*fields, "billing_expire_at");
    if (const auto* metadata = object_of(*fields, "metadata")) {
        issue.key.user_id = text_of(*metadata, "user_id");
    }
    if (const auto* billing = object_of(*fields, "billing_data")) {
        issue.key.label = label_of(*billing);
    }
    return issue;
}

std::optional<gateway::Reservation> read_reservation(std::string_view body) {
    const json::Document document(body);
    const object* fields = object_of(document);
    if (fields == nullptr) return std::nullopt;
    gateway::Reservation reservation;
    reservation.reserve_id = text_of(*fields, "reserve_id");
    const auto at = time_of(*fields, "reserve_execute_at");
    if (reservation.reserve_id.empty() || !at) return std::nullopt;
    reservation.execute_at = *at;
    reservation.order_id = text_of(*fields, "order_id");
    if (auto receipt_id = text_of(*fields, "receipt_id"); !receipt_id.empty()) {
        reservation.receipt_id = std::move(receipt_id);
    }
    reservation.finished_at = time_of(*fields, "reserve_finished_at");
    reservation.revoked_at = time_of(*fields, "reserve_revoked_at");
    return reservation;
}

bool says_gone(std::string_view body, std::string_view field, std::string_view id) {
    const json::Document document(body);
    const object* fields = object_of(document);
    if (fields == nullptr || text_of(*fields, field) != id) return false;
    const auto* success = fields->if_contains("success");
    return success == nullptr || (success->is_bool() && success->get_bool());
}

std::string charge_request(const gateway::Charge& charge) {
    return open_request(charge) + '}';
}

std::string reserve_request(const gateway::Charge& charge, Time at) {
    std::string out = open_request(charge);
    member(out, "reserve_execute_at", to_rfc3339(at));
    return out + '}';
}

bool is_plain_id(std::string_view text) {
    return !text.empty() && text.size() <= 128 && std::ranges::all_of(text, [](char c) {
        const char lower = static_cast<char>(c | 0x20);
        return is_digit(c) || (lower >= 'a' && lower <= 'z') || c == '-' || c == '_';
    });
}

}  // namespace pay::bootpay
