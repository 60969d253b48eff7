#include <algorithm>

#include "audit/audit.hpp"
#include "core/json/escape.hpp"
#include "core/json/write.hpp"

namespace pay::audit {
namespace {

/// `"name":"text"`, or null for an id that does not apply.
void member(std::string& out, std::string_view name, const std::string& text) {
    if (out.back() != '{') out += ',';
    json::append_string(out, name);
    out += ':';
    if (text.empty()) {
        out += "null";
    } else {
        json::append_string(out, text);
    }
}

void number(std::string& out, std::string_view name, std::int64_t value) {
    if (out.back() != '{') out += ',';
    json::append_string(out, name);
    out += ':';
    json::append(out, value);
}

void write(std::string& out, const Unclaimed& payment) {
    out += '{';
    member(out, "receipt_id", payment.receipt_id);
    member(out, "order_id", payment.order_id);
    number(out, "amount", payment.amount.value());
    out += '}';
}

void write(std::string& out, const Problem& problem) {
    out += '{';
    member(out, "rule", problem.rule);
    member(out, "order_id", problem.order_id);
    member(out, "user_id", problem.user_id);
    member(out, "text", problem.text);
    out += '}';
}

template <class T>
void list(std::string& out, std::string_view name, const std::vector<T>& elements) {
    out.append(",\"").append(name).append("\":[");
    for (const auto& element : elements) {
        if (&element != &elements.front()) out += ',';
        write(out, element);
    }
    out += ']';
}

}  // namespace

std::string to_json(const Report& report) {
    std::string out = "{\"balanced\":";
    out += report.balanced ? "true" : "false";
    out += ",\"orders\":{";
    for (const auto& [status, count] : report.orders) number(out, status, count);
    out += '}';
    number(out, "amount", report.amount.value());
    number(out, "points", report.points.value());
    list(out, "unclaimed", report.unclaimed);
    list(out, "problems", report.problems);
    return out + '}';
}

}  // namespace pay::audit
