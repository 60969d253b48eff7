#pragma once

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/network_v4.hpp>
#include <boost/asio/ip/network_v6.hpp>
#include <string>
#include <vector>

#include "core/http/message.hpp"

namespace pay::http {

/// The reverse proxies whose X-Forwarded-For is believed.
class Proxies {
 public:
    /// Addresses or CIDRs; throws std::runtime_error for anything else.
    explicit Proxies(const std::vector<std::string>& cidrs);

    /// The client's address: the rightmost of X-Forwarded-For and `peer` that is no trusted proxy.
    std::string client(const boost::asio::ip::address& peer, const Fields& headers) const;

 private:
    bool trusts(const boost::asio::ip::address& address) const;

    std::vector<boost::asio::ip::network_v4> x_v4;
    std::vector<boost::asio::ip::network_v6> x_v6;
};

}  // namespace pay::http
