#include "core/http/base_url.hpp"

#include <algorithm>
#include <boost/url/parse.hpp>
#include <charconv>
#include <stdexcept>
#include <string_view>

namespace pay::http {
namespace {

bool is_port(std::string_view digits) {
    int port = 0;
    const char* end = digits.data() + digits.size();
    const auto read = std::from_chars(digits.data(), end, port);
    return read.ec == std::errc{} && read.ptr == end && port > 0 && port <= 65535;
}

/// What may stand in a name or an address; with a zone it is none that others could reach.
bool is_host(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '-' || c == '_' || c == '.' || c == ':';
    });
}

}  // namespace

BaseUrl parse_base_url(const std::string& text) {
    namespace urls = boost::urls;
    const auto parsed = urls::parse_uri(text);
    // The text is not repeated in the message: it might hold a password.
    if (!parsed) throw std::runtime_error("a base URL is http(s)://HOST[:PORT][/PREFIX]");
    const urls::url_view url = *parsed;
    const bool tls = url.scheme_id() == urls::scheme::https;
    if ((!tls && url.scheme_id() != urls::scheme::http) || url.host_address().empty() ||
        url.has_userinfo() || url.has_query() || url.has_fragment() ||
        (url.has_port() && !is_port(url.port())) ||
        !(url.encoded_path().empty() || url.encoded_path().starts_with('/'))) {
        throw std::runtime_error("a base URL is http(s)://HOST[:PORT][/PREFIX]");
    }
    BaseUrl base;
    base.tls = tls;
    base.host = url.host_address();
    base.port = url.has_port() ? std::string(url.port()) : tls ? "443" : "80";
    base.authority = std::string(url.encoded_host_and_port());
    base.prefix = std::string(url.encoded_path());
    while (base.prefix.ends_with('/')) base.prefix.pop_back();
    return base;
}

std::optional<HttpsUrl> parse_https_url(const std::string& text) {
    namespace urls = boost::urls;
    const auto parsed = urls::parse_uri(text);
    if (!parsed) return std::nullopt;
    const urls::url_view url = *parsed;
    if (url.scheme_id() != urls::scheme::https || !url.has_authority() || url.has_userinfo() ||
        url.has_fragment() || (url.has_port() && !is_port(url.port()))) {
        return std::nullopt;
    }
    HttpsUrl made;
    made.base.tls = true;
    made.base.host = url.host_address();
    if (!is_host(made.base.host)) return std::nullopt;
    made.base.port = url.has_port() ? std::string(url.port()) : "443";
    made.base.authority = std::string(url.encoded_host_and_port());
    made.target = url.encoded_path().empty() ? "/" : std::string(url.encoded_path());
    if (url.has_query()) made.target += '?' + std::string(url.encoded_query());
    return made;
}

}  // namespace pay::http
