#include "core/http/networks.hpp"

#include <algorithm>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/network_v4.hpp>
#include <boost/asio/ip/network_v6.hpp>
#include <stdexcept>

namespace pay::http {
namespace {

namespace ip = boost::asio::ip;
using boost::system::error_code;

template <class Network, class Address>
bool any_holds(const std::vector<Network>& networks, const Address& address) {
    return std::ranges::any_of(networks, [&](const Network& network) {
        return Network(address, network.prefix_length()).canonical() == network.canonical();
    });
}

}  // namespace

struct Networks::List {
    std::vector<ip::network_v4> v4;
    std::vector<ip::network_v6> v6;
};

Networks::Networks(const std::vector<std::string>& cidrs) {
    auto list = std::make_unique<List>();
    for (const auto& text : cidrs) {
        const bool v6 = text.find(':') != std::string::npos;
        const bool bare = text.find('/') == std::string::npos;
        const std::string cidr = bare ? text + (v6 ? "/128" : "/32") : text;
        error_code failed;
        if (v6) {
            list->v6.push_back(ip::make_network_v6(cidr, failed));
        } else {
            list->v4.push_back(ip::make_network_v4(cidr, failed));
        }
        if (failed) throw std::runtime_error("'" + text + "' is no address or CIDR");
    }
    x_list = std::move(list);
}

Networks::~Networks() = default;
Networks::Networks(Networks&&) noexcept = default;

bool Networks::empty() const {
    return x_list->v4.empty() && x_list->v6.empty();
}

bool Networks::contains(std::string_view text) const {
    error_code failed;
    const auto address = ip::make_address(std::string(text), failed);
    if (failed) return false;
    if (address.is_v4()) return any_holds(x_list->v4, address.to_v4());
    return any_holds(x_list->v6, address.to_v6());
}

}  // namespace pay::http
