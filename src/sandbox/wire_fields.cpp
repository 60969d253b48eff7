#include "sandbox/wire_fields.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <cmath>

namespace pay::sandbox {
namespace {

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

}  // namespace

std::optional<bj::object> parse_body(const http::Request& request) {
    const bool form =
        request.header("content-type").starts_with("application/x-www-form-urlencoded");
    if (form && !request.body.starts_with('{')) return parse_form(request.body);
    bj::error_code error;
    bj::value value = bj::parse(request.body, error);
    if (error || !value.is_object()) return std::nullopt;
    return std::move(value.get_object());
}

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

std::unexpected<Complaint> invalid(std::string message) {
    return std::unexpected(Complaint{422, std::move(message)});
}

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

}  // namespace pay::sandbox
