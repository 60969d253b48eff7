#pragma once

#include <boost/asio/ip/address.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "core/http/message.hpp"
#include "core/http/networks.hpp"

namespace pay::http {

/// An address as it is written; an IPv4 address that came in over an IPv6 socket is that one.
std::string text_of(const boost::asio::ip::address& address);

/// The reverse proxies whose X-Forwarded-For is believed.
class Proxies {
 public:
    /// Addresses or CIDRs; throws std::runtime_error for anything else.
    explicit Proxies(const std::vector<std::string>& cidrs) : x_trusted(cidrs) {}

    /// The client's address: the rightmost of X-Forwarded-For and `peer` that is no trusted proxy.
    std::string client(std::string_view peer, const Fields& headers) const;

 private:
    Networks x_trusted;
};

}  // namespace pay::http
