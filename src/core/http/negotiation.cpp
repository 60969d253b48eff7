#include "core/http/negotiation.hpp"

#include <algorithm>
#include <optional>

#include "core/http/request_parser.hpp"
#include "core/ident/ident.hpp"

namespace pay::http {
namespace {

std::string_view trim(std::string_view text) {
    const auto first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

/// The part up to `separator`, taken off the front together with it.
std::string_view take_until(std::string_view& text, char separator) {
    const auto part = text.substr(0, text.find(separator));
    text.remove_prefix(std::min(text.size(), part.size() + 1));
    return trim(part);
}

/// `q=0.85` as 850. Anything that is no weight counts as 1, as if it were not there.
int weight(std::string_view parameters) {
    constexpr int whole = 1000;
    while (!parameters.empty()) {
        auto parameter = take_until(parameters, ';');
        if (!parameter.starts_with("q=") && !parameter.starts_with("Q=")) continue;
        parameter.remove_prefix(2);
        if (!parameter.starts_with('0')) return whole;
        int value = 0;
        int unit = whole;
        for (const char c : parameter.substr(std::min<std::size_t>(parameter.size(), 2))) {
            if (c < '0' || c > '9') return whole;
            unit /= 10;
            value += (c - '0') * unit;
        }
        return value;
    }
    return whole;
}

bool is_hex(std::string_view text) {
    return text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

bool is_zero(std::string_view text) {
    return text.find_first_not_of('0') == std::string_view::npos;
}

/// version-trace-parent-flags, `00-` 32 hex `-` 16 hex `-` 2 hex; later versions may go on after
/// it.
bool is_traceparent(std::string_view text) {
    if (text.size() < 55 || text[2] != '-' || text[35] != '-' || text[52] != '-') return false;
    const auto version = text.substr(0, 2);
    const auto trace = text.substr(3, 32);
    const auto parent = text.substr(36, 16);
    if (!is_hex(version) || version == "ff") return false;
    if (text.size() > 55 && (version == "00" || text[55] != '-')) return false;
    return is_hex(trace) && !is_zero(trace) && is_hex(parent) && !is_zero(parent) &&
           is_hex(text.substr(53, 2));
}

}  // namespace

Language preferred_language(std::string_view accept_language) {
    std::optional<int> korean;
    std::optional<int> english;
    int any = 0;
    bool korean_first = false;
    while (!accept_language.empty()) {
        auto range = take_until(accept_language, ',');
        const std::string tag = lower_case(take_until(range, ';'));
        const int q = weight(range);
        if (tag == "*") any = q;
        if ((tag == "ko" || tag.starts_with("ko-")) && q > korean.value_or(-1)) {
            korean = q;
            korean_first = !english.has_value();
        }
        if ((tag == "en" || tag.starts_with("en-")) && q > english.value_or(-1)) english = q;
    }
    const int ko = korean.value_or(any);
    const int en = english.value_or(any);
    return ko > en || (ko == en && ko > 0 && korean_first) ? Language::ko : Language::en;
}

std::string request_id_from(std::string_view given) {
    const bool good =
        !given.empty() && given.size() <= 128 && std::ranges::all_of(given, [](char c) {
            return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                   c == '.' || c == '_' || c == '-';
        });
    return good ? std::string(given) : random_hex_128();
}

std::string traceparent_from(std::string_view given) {
    const bool known = is_traceparent(given);
    std::string text;
    text.reserve(55);
    text += "00-";
    text += known ? std::string(given.substr(3, 32)) : random_hex_128();
    text += '-';
    text += std::string_view(random_hex_128()).substr(0, 16);
    text += '-';
    text += known ? given.substr(53, 2) : "01";
    return text;
}

}  // namespace pay::http
