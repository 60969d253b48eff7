#pragma once

#include <optional>
#include <string>

namespace pay::http {

/// Where a client calls: the parts of `http(s)://host[:port][/prefix]`.
struct BaseUrl {
    bool tls = false;
    std::string host;  ///< a name or an address, without brackets
    std::string port;
    std::string authority;  ///< for the Host header
    std::string prefix;     ///< without a slash at its end
};

/// Throws std::runtime_error with one clear line if the text is none.
BaseUrl parse_base_url(const std::string& text);

/// A URL that somebody else has written, to be called as it is.
struct HttpsUrl {
    BaseUrl base;
    std::string target;  ///< path and query
};

/// Nothing unless it is https, of printable ASCII, with a host and without a user, a password or a
/// fragment.
std::optional<HttpsUrl> parse_https_url(const std::string& text);

}  // namespace pay::http
