#include "pages/shelf.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

#include "core/digest/sha256.hpp"
#include "core/result/error.hpp"

namespace pay::pages {
namespace {

using Pair = std::pair<std::string_view, std::string_view>;

constexpr std::array<Pair, 9> content_types{{
    {".html", "text/html; charset=utf-8"},
    {".js", "text/javascript; charset=utf-8"},
    {".css", "text/css; charset=utf-8"},
    {".svg", "image/svg+xml"},
    {".png", "image/png"},
    {".woff2", "font/woff2"},
    {".json", "application/json"},
    {".txt", "text/plain; charset=utf-8"},
    {".webmanifest", "application/manifest+json"},
}};

/// Best first.
constexpr std::array<Pair, 2> encodings{{{".br", "br"}, {".gz", "gzip"}}};

std::string_view type_of(std::string_view name) {
    for (const auto& [ending, type] : content_types) {
        if (name.ends_with(ending)) return type;
    }
    return "application/octet-stream";
}

bool is_variant(std::string_view name) {
    return std::ranges::any_of(encodings, [&](const Pair& encoding) {
        return name.ends_with(encoding.first);
    });
}

Variant variant(std::string_view encoding, std::string_view text) {
    return {encoding, text, '"' + sha256(text).substr(0, 32) + '"'};
}

std::string_view trimmed(std::string_view text) {
    const auto begin = text.find_first_not_of(" \t");
    if (begin == text.npos) return {};
    return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

/// Cuts off and gives what stands before the next separator.
std::string_view take_until(std::string_view& text, char separator) {
    const auto end = text.find(separator);
    const auto piece = text.substr(0, end);
    text.remove_prefix(end == text.npos ? text.size() : end + 1);
    return trimmed(piece);
}

bool same(std::string_view left, std::string_view right) {
    return std::ranges::equal(left, right, [](unsigned char a, unsigned char b) {
        return std::tolower(a) == std::tolower(b);
    });
}

/// `q=0`, `q=0.`, `q=0.000`: not wanted.
bool is_refusal(std::string_view weight) {
    return weight.size() >= 3 && same(weight.substr(0, 2), "q=") &&
           weight.find_first_not_of("0.", 2) == weight.npos;
}

}  // namespace

bool accepts(std::string_view accept_encoding, std::string_view coding) {
    bool by_star = false;
    while (!accept_encoding.empty()) {
        auto entry = take_until(accept_encoding, ',');
        const auto name = take_until(entry, ';');
        const bool wanted = !is_refusal(trimmed(entry));
        if (same(name, coding)) return wanted;
        if (name == "*") by_star = wanted;
    }
    return by_star;
}

bool names(std::string_view if_none_match, std::string_view etag) {
    while (!if_none_match.empty()) {
        auto named = take_until(if_none_match, ',');
        if (named == "*") return true;
        if (named.starts_with("W/")) named.remove_prefix(2);
        if (named == etag) return true;
    }
    return false;
}

const Variant& Asset::choose(std::string_view accept_encoding) const {
    for (const auto& offered : variants) {
        if (offered.encoding.empty() || accepts(accept_encoding, offered.encoding)) return offered;
    }
    PAY_ASSERT(!variants.empty());
    return variants.back();
}

Shelf::Shelf(std::span<const EmbeddedFile> files) {
    for (const auto& file : files) {
        if (is_variant(file.name)) continue;
        Asset& asset = x_assets[file.name];
        asset.content_type = type_of(file.name);
        for (const auto& [ending, encoding] : encodings) {
            const auto name = std::string(file.name) + std::string(ending);
            const auto found = std::ranges::find(files, name, &EmbeddedFile::name);
            if (found == files.end() || found->text.size() >= file.text.size()) continue;
            asset.variants.push_back(variant(encoding, found->text));
        }
        asset.variants.push_back(variant({}, file.text));
    }
}

const Asset* Shelf::find(std::string_view name) const {
    const auto found = x_assets.find(name);
    return found == x_assets.end() ? nullptr : &found->second;
}

}  // namespace pay::pages
