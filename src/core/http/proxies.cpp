#include "core/http/proxies.hpp"

#include <algorithm>
#include <stdexcept>

namespace pay::http {
namespace {

namespace ip = boost::asio::ip;
using boost::system::error_code;

/// An IPv4 address that came in over an IPv6 socket is the IPv4 address.
ip::address unmapped(const ip::address& address) {
    if (!address.is_v6() || !address.to_v6().is_v4_mapped()) return address;
    return ip::make_address_v4(ip::v4_mapped, address.to_v6());
}

std::vector<std::string_view> hops(const Fields& headers) {
    std::vector<std::string_view> found;
    for (const auto& [name, value] : headers) {
        if (name != "x-forwarded-for") continue;
        for (std::string_view rest = value; !rest.empty();) {
            auto hop = rest.substr(0, rest.find(','));
            rest.remove_prefix(std::min(rest.size(), hop.size() + 1));
            while (hop.starts_with(' ')) hop.remove_prefix(1);
            while (hop.ends_with(' ')) hop.remove_suffix(1);
            found.push_back(hop);
        }
    }
    return found;
}

}  // namespace

Proxies::Proxies(const std::vector<std::string>& cidrs) {
    for (const auto& text : cidrs) {
        const bool v6 = text.find(':') != std::string::npos;
        const bool bare = text.find('/') == std::string::npos;
        const std::string cidr = bare ? text + (v6 ? "/128" : "/32") : text;
        error_code failed;
        if (v6) {
            x_v6.push_back(ip::make_network_v6(cidr, failed));
        } else {
            x_v4.push_back(ip::make_network_v4(cidr, failed));
        }
        if (failed) throw std::runtime_error("trusted proxy '" + text + "' is no address or CIDR");
    }
}

bool Proxies::trusts(const ip::address& address) const {
    const auto inside = [&](const auto& network, const auto& host) {
        using Network = std::decay_t<decltype(network)>;
        return Network(host, network.prefix_length()).canonical() == network.canonical();
    };
    if (address.is_v4()) {
        return std::ranges::any_of(x_v4, [&](auto& net) { return inside(net, address.to_v4()); });
    }
    return std::ranges::any_of(x_v6, [&](auto& net) { return inside(net, address.to_v6()); });
}

std::string Proxies::client(const ip::address& peer, const Fields& headers) const {
    ip::address address = unmapped(peer);
    if (x_v4.empty() && x_v6.empty()) return address.to_string();
    const auto chain = hops(headers);
    for (auto hop = chain.rbegin(); hop != chain.rend() && trusts(address); ++hop) {
        error_code failed;
        const auto said = ip::make_address(std::string(*hop), failed);
        if (failed) break;
        address = unmapped(said);
    }
    return address.to_string();
}

}  // namespace pay::http
