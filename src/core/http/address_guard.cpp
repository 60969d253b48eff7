#include "core/http/address_guard.hpp"

#include <algorithm>
#include <array>
#include <boost/asio/ip/address.hpp>
#include <optional>

namespace pay::http {
namespace {

namespace ip = boost::asio::ip;

/// IANA's special-purpose registries of IPv4, multicast and what is reserved.
const Networks& special_v4() {
    static const Networks list({
        "0.0.0.0/8",        // this network, unspecified
        "10.0.0.0/8",       // private
        "100.64.0.0/10",    // shared (CGNAT)
        "127.0.0.0/8",      // loopback
        "169.254.0.0/16",   // link-local, metadata services
        "172.16.0.0/12",    // private
        "192.0.0.0/24",     // protocol assignments
        "192.0.2.0/24",     // documentation
        "192.88.99.0/24",   // 6to4 relays
        "192.168.0.0/16",   // private
        "198.18.0.0/15",    // benchmarks
        "198.51.100.0/24",  // documentation
        "203.0.113.0/24",   // documentation
        "224.0.0.0/4",      // multicast
        "240.0.0.0/4",      // reserved, broadcast
    });
    return list;
}

/// Of IPv6 only 2000::/3 is given out at all; these parts of it are special.
const Networks& global_v6() {
    static const Networks list({"2000::/3"});
    return list;
}
const Networks& special_v6() {
    static const Networks list({
        "2001::/23",      // protocol assignments: Teredo, benchmarks, ORCHID
        "2001:db8::/32",  // documentation
        "2002::/16",      // 6to4: an IPv4 address in disguise, long deprecated
        "3fff::/20",      // documentation
    });
    return list;
}

/// The IPv4 address that a mapped (::ffff:0:0/96) or NAT64 (64:ff9b::/96) one stands for.
std::optional<ip::address_v4> carried_by(const ip::address_v6& address) {
    constexpr std::array<unsigned char, 12> mapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
    constexpr std::array<unsigned char, 12> nat64{0, 0x64, 0xff, 0x9b};
    const auto bytes = address.to_bytes();
    const auto begins_with = [&](const auto& prefix) {
        return std::equal(prefix.begin(), prefix.end(), bytes.begin());
    };
    if (!begins_with(mapped) && !begins_with(nat64)) return std::nullopt;
    return ip::address_v4({bytes[12], bytes[13], bytes[14], bytes[15]});
}

bool is_public(const ip::address& address) {
    const auto text = address.to_string();
    if (address.is_v4()) return !special_v4().contains(text);
    return global_v6().contains(text) && !special_v6().contains(text);
}

}  // namespace

AddressGuard::AddressGuard(const std::vector<std::string>& allowed) : x_allowed(allowed) {}

bool AddressGuard::admits(std::string_view text) const {
    boost::system::error_code failed;
    auto address = ip::make_address(std::string(text), failed);
    if (failed) return false;
    if (x_allowed.contains(text)) return true;
    if (address.is_v6()) {
        // Without its zone, which is no part of what the tables know.
        const ip::address_v6 plain(address.to_v6().to_bytes());
        address = plain;
        if (const auto carried = carried_by(plain)) address = *carried;
    }
    return x_allowed.contains(address.to_string()) || is_public(address);
}

bool AddressGuard::refuses(std::string_view host) const {
    boost::system::error_code is_name;
    ip::make_address(std::string(host), is_name);
    return !is_name && !admits(host);
}

}  // namespace pay::http
