#include "core/http/proxies.hpp"

#include <algorithm>

namespace pay::http {
namespace {

namespace ip = boost::asio::ip;
using boost::system::error_code;

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

std::string text_of(const ip::address& address) {
    if (!address.is_v6() || !address.to_v6().is_v4_mapped()) return address.to_string();
    return ip::make_address_v4(ip::v4_mapped, address.to_v6()).to_string();
}

std::string Proxies::client(std::string_view peer, const Fields& headers) const {
    std::string address(peer);
    if (x_trusted.empty()) return address;
    const auto chain = hops(headers);
    for (auto hop = chain.rbegin(); hop != chain.rend() && x_trusted.contains(address); ++hop) {
        error_code failed;
        const auto said = ip::make_address(std::string(*hop), failed);
        if (failed) break;
        address = text_of(said);
    }
    return address;
}

}  // namespace pay::http
