#include <algorithm>
#include <charconv>
#include <optional>
#include <stdexcept>

#include "core/sql/mysql.hpp"

namespace pay::sql {
namespace {

constexpr std::size_t prefix_max = 40;  // and "_order_item" behind it: MySQL's names have 64
constexpr std::string_view name_letters =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";

// The URL is not repeated in any message: it may hold a password.
[[noreturn]] void refuse(const std::string& reason) {
    throw std::runtime_error(
        "the storage URL is not understood: " + reason +
        "; write mysql://USER:PASSWORD@HOST:PORT/PREFIX, with ?tls=verify for TLS"
    );
}

/// What stands before `separator`, which is taken away with it; everything if there is none.
std::string_view take_until(std::string_view& text, char separator) {
    const auto found = text.find(separator);
    const auto part = text.substr(0, found);
    text.remove_prefix(found == std::string_view::npos ? text.size() : found + 1);
    return part;
}

std::optional<unsigned char> hex_byte(std::string_view digits) {
    unsigned char byte = 0;
    if (digits.size() != 2) return std::nullopt;
    const auto read = std::from_chars(digits.data(), digits.data() + 2, byte, 16);
    if (read.ec != std::errc{} || read.ptr != digits.data() + 2) return std::nullopt;
    return byte;
}

std::string decoded(std::string_view text, const std::string& what) {
    std::string result;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            result += text[i];
            continue;
        }
        const auto byte = hex_byte(text.substr(i + 1, 2));
        if (!byte || *byte == 0) refuse(what + " has a % without two hexadecimal digits behind it");
        result += static_cast<char>(*byte);
        i += 2;
    }
    return result;
}

void read_account(std::string_view account, MysqlServer& server) {
    server.user = decoded(take_until(account, ':'), "the user");
    server.password = decoded(account, "the password");
    if (server.user.empty()) refuse("it names no user");
}

void read_port(std::string_view text, MysqlServer& server) {
    const auto* end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, server.port);
    if (read.ec != std::errc{} || read.ptr != end || server.port == 0 || server.port > 65'535) {
        refuse("the port must be a number from 1 to 65535");
    }
}

void read_address(std::string_view address, MysqlServer& server) {
    if (address.starts_with('[')) {  // IPv6
        address.remove_prefix(1);
        if (!address.contains(']')) refuse("the host's bracket is not closed");
        server.host = take_until(address, ']');
        if (!address.empty() && !address.starts_with(':')) refuse("a port must follow the bracket");
        if (!address.empty()) read_port(address.substr(1), server);
    } else {
        const bool has_port = address.contains(':');
        server.host = take_until(address, ':');
        if (has_port) read_port(address, server);
    }
    if (server.host.empty()) refuse("it names no host");
}

void read_option(std::string_view option, MysqlServer& server) {
    const auto name = take_until(option, '=');
    const auto value = decoded(option, "an option");
    if (name == "tls" && value == "required") {
        server.tls = MysqlServer::Tls::required;
    } else if (name == "tls" && value == "verify") {
        server.tls = MysqlServer::Tls::verified;
    } else if (name == "tls") {
        refuse("tls is required or verify");
    } else if (name == "tls-ca") {
        server.tls_ca = value;
    } else if (name == "tls-cert") {
        server.tls_cert = value;
    } else if (name == "tls-key") {
        server.tls_key = value;
    } else {
        refuse("its options are tls, tls-ca, tls-cert and tls-key");
    }
}

void check_tls(const MysqlServer& server) {
    using Tls = MysqlServer::Tls;
    if (server.tls_cert.empty() != server.tls_key.empty()) {
        refuse("tls-cert and tls-key belong together");
    }
    if (server.tls == Tls::none && !server.tls_cert.empty()) refuse("tls-cert needs tls");
    if (server.tls != Tls::verified && !server.tls_ca.empty()) refuse("tls-ca needs tls=verify");
}

}  // namespace

std::string MysqlServer::address() const {
    const bool ipv6 = host.contains(':');
    return (ipv6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

MysqlServer parse_mysql_url(std::string_view url) {
    constexpr std::string_view scheme = "mysql://";
    if (!url.starts_with(scheme)) refuse("it does not begin with mysql://");
    url.remove_prefix(scheme.size());
    MysqlServer server;
    auto options = url;
    auto path = take_until(options, '?');
    auto authority = take_until(path, '/');
    const auto at = authority.rfind('@');
    if (at == std::string_view::npos) refuse("it names no user");
    read_account(authority.substr(0, at), server);
    read_address(authority.substr(at + 1), server);
    server.prefix = path;
    const bool letters = path.find_first_not_of(name_letters) == std::string_view::npos;
    if (path.empty() || path.size() > prefix_max || !letters) {
        refuse(
            "the prefix of the databases is 1 to 40 letters, digits and underscores after the host"
        );
    }
    while (!options.empty()) read_option(take_until(options, '&'), server);
    check_tls(server);
    return server;
}

}  // namespace pay::sql
