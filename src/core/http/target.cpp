#include "core/http/target.hpp"

#include <algorithm>
#include <utility>

#include "core/http/utf8.hpp"

namespace pay::http {
namespace {

int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

bool has_control(std::string_view text) {
    return std::ranges::any_of(text, [](char c) {
        return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
    });
}

std::optional<std::string> decode_query_part(std::string_view part) {
    std::string spaced(part);
    std::ranges::replace(spaced, '+', ' ');
    auto text = percent_decode(spaced);
    if (!text || !is_utf8(*text) || has_control(*text)) return std::nullopt;
    return text;
}

/// Adds every field that can be read; false: there was one that cannot.
bool read_fields(std::string_view query, Fields& fields) {
    bool all = true;
    while (!query.empty()) {
        const auto pair = query.substr(0, query.find('&'));
        query.remove_prefix(std::min(query.size(), pair.size() + 1));
        if (pair.empty()) continue;
        const auto equals = pair.find('=');
        auto name = decode_query_part(pair.substr(0, equals));
        auto value = decode_query_part(
            equals == std::string_view::npos ? std::string_view{} : pair.substr(equals + 1)
        );
        if (name && value) {
            fields.emplace_back(std::move(*name), std::move(*value));
        } else {
            all = false;
        }
    }
    return all;
}

}  // namespace

std::optional<std::string> percent_decode(std::string_view text) {
    if (text.find('%') == std::string_view::npos) return std::string(text);
    std::string decoded;
    decoded.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            decoded += text[i];
            continue;
        }
        if (i + 2 >= text.size()) return std::nullopt;
        const int high = hex_digit(text[i + 1]);
        const int low = hex_digit(text[i + 2]);
        if (high < 0 || low < 0) return std::nullopt;
        decoded += static_cast<char>(high * 16 + low);
        i += 2;
    }
    return decoded;
}

std::optional<std::string> decode_segment(std::string_view segment) {
    auto text = percent_decode(segment);
    if (!text || text->empty() || *text == "." || *text == "..") return std::nullopt;
    if (text->find('/') != std::string::npos || has_control(*text) || !is_utf8(*text)) {
        return std::nullopt;
    }
    return text;
}

std::optional<Fields> parse_query(std::string_view query) {
    Fields fields;
    if (!read_fields(query, fields)) return std::nullopt;
    return fields;
}

Fields parse_form(std::string_view body) {
    Fields fields;
    read_fields(body, fields);
    return fields;
}

}  // namespace pay::http
