#include "bootpay/wire_fields.hpp"

#include <boost/json.hpp>
#include <cmath>

#include "core/json/escape.hpp"

namespace pay::bootpay {

using boost::json::object;

const object* object_of(const json::Document& document) {
    return document.valid() ? document.root().if_object() : nullptr;
}

const object* object_of(const object& fields, std::string_view name) {
    const auto* field = fields.if_contains(name);
    return field == nullptr ? nullptr : field->if_object();
}

std::string text_of(const object& fields, std::string_view name) {
    const auto* field = fields.if_contains(name);
    const auto* text = field == nullptr ? nullptr : field->if_string();
    return text == nullptr ? std::string{} : std::string(text->data(), text->size());
}

std::optional<std::int64_t> number_of(const object& fields, std::string_view name) {
    const auto* field = fields.if_contains(name);
    if (field == nullptr) return std::nullopt;
    if (const auto* number = field->if_int64()) return *number;
    const auto* fraction = field->if_double();
    constexpr double exact = 9'007'199'254'740'992.0;  // 2^53: whole numbers below are exact
    if (fraction != nullptr && std::abs(*fraction) < exact && std::trunc(*fraction) == *fraction) {
        return static_cast<std::int64_t>(*fraction);
    }
    return std::nullopt;
}

std::optional<Time> time_of(const object& fields, std::string_view name) {
    return parse_rfc3339(text_of(fields, name));
}

std::string method_of(const object& fields) {
    std::string origin = text_of(fields, "method_origin_symbol");
    return origin.empty() ? text_of(fields, "method_symbol") : origin;
}

void raw_member(std::string& out, std::string_view name, std::string_view value) {
    out += out.size() == 1 ? "\"" : ",\"";
    out += name;
    out += "\":";
    out += value;
}

void member(std::string& out, std::string_view name, std::string_view text) {
    raw_member(out, name, "");
    json::append_string(out, text);
}

void member(std::string& out, std::string_view name, std::int64_t number) {
    raw_member(out, name, std::to_string(number));
}

}  // namespace pay::bootpay
