#include "core/http/answer_head.hpp"

#include <algorithm>
#include <boost/beast/http/status.hpp>
#include <charconv>

namespace pay::http {
namespace {

bool breaks_line(std::string_view text) {
    return std::ranges::any_of(text, [](char c) {
        return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7F;
    });
}

bool is_name(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '-' || c == '_';
    });
}

void append_field(std::string& out, std::string_view name, std::string_view value) {
    if (!is_name(name) || breaks_line(value)) return;
    out += name;
    out += ": ";
    out += value;
    out += "\r\n";
}

void append_number(std::string& out, std::size_t number) {
    char digits[20];
    out.append(digits, std::to_chars(digits, digits + sizeof digits, number).ptr);
}

bool asks_to_come_again(int status) {
    return status == 429 || status == 502 || status == 503 || status == 504;
}

}  // namespace

bool has_body(int status) {
    return status >= 200 && status != 204 && status != 304;
}

void append_head(
    std::string& out, const Response& response, const AnswerShape& shape,
    std::string_view cors_origin
) {
    const auto status = static_cast<unsigned>(response.status);
    const auto reason =
        boost::beast::http::obsolete_reason(boost::beast::http::int_to_status(status));
    out += "HTTP/1.1 ";
    append_number(out, status);
    out += ' ';
    out.append(reason.data(), reason.size());
    out += "\r\n";
    if (shape.chunked) {
        out += "transfer-encoding: chunked\r\n";
    } else if (has_body(response.status) && !response.stream) {
        out += "content-length: ";
        append_number(out, response.body.size());
        out += "\r\n";
    }
    if (has_body(response.status)) append_field(out, "content-type", response.content_type);
    append_field(out, "x-request-id", shape.request_id);
    append_field(out, "traceparent", shape.traceparent);
    for (const auto& [name, value] : response.headers) append_field(out, name, value);
    if (asks_to_come_again(response.status) && find(response.headers, "retry-after").empty()) {
        out += "retry-after: 1\r\n";
    }
    if (!cors_origin.empty()) out += "vary: origin\r\n";
    if (shape.cross_origin) {
        append_field(out, "access-control-allow-origin", cors_origin);
        out += "access-control-expose-headers: idempotency-replayed, x-request-id, retry-after\r\n";
    }
    if (!shape.keep_alive) out += "connection: close\r\n";
    out += "\r\n";
}

Response preflight() {
    Response response;
    response.status = 204;
    response.headers = {
        {"access-control-allow-methods", "GET, HEAD, POST, PUT, PATCH, DELETE"},
        {"access-control-allow-headers",
         "authorization, content-type, idempotency-key, prefer, accept-language, traceparent, "
         "x-request-id"},
        {"access-control-max-age", "600"},
    };
    return response;
}

}  // namespace pay::http
