#include "core/http/request_text.hpp"

#include <algorithm>
#include <string_view>

namespace pay::http {
namespace {

std::string_view name_of(Method method) {
    switch (method) {
        case Method::get:
            return "GET";
        case Method::head:
            return "HEAD";
        case Method::post:
            return "POST";
        case Method::put:
            return "PUT";
        case Method::patch:
            return "PATCH";
        case Method::del:
            return "DELETE";
        case Method::options:
            return "OPTIONS";
        case Method::other:
            break;
    }
    return {};
}

bool printable(std::string_view text, char first) {
    return std::ranges::all_of(text, [first](char c) {
        return (static_cast<unsigned char>(c) >= static_cast<unsigned char>(first) && c != 0x7F) ||
               (c == '\t' && first == ' ');
    });
}

}  // namespace

bool well_formed(const Call& call) {
    return !name_of(call.method).empty() && printable(call.target, '!') &&
           std::ranges::all_of(call.headers, [](const auto& field) {
               return !field.first.empty() && printable(field.first, '!') &&
                      printable(field.second, ' ');
           });
}

std::string request_text(const BaseUrl& base, const Call& call) {
    std::string text;
    text.reserve(256 + call.body.size());
    text += name_of(call.method);
    text += ' ';
    text += base.prefix;
    text += call.target;
    text += " HTTP/1.1\r\nhost: ";
    text += base.authority;
    text += "\r\n";
    for (const auto& [name, value] : call.headers) {
        text += name;
        text += ": ";
        text += value;
        text += "\r\n";
    }
    const bool has_body = !call.body.empty() || call.method == Method::post ||
                          call.method == Method::put || call.method == Method::patch;
    if (has_body) text += "content-length: " + std::to_string(call.body.size()) + "\r\n";
    text += "\r\n";
    text += call.body;
    return text;
}

}  // namespace pay::http
