#pragma once

#include <boost/asio/ip/address.hpp>
#include <string>
#include <vector>

#include "core/http/message.hpp"
#include "core/http/networks.hpp"

namespace pay::http {

/// The reverse proxies whose X-Forwarded-For is believed.
class Proxies {
 public:
    /// Addresses or CIDRs; throws std::runtime_error for anything else.
    explicit Proxies(const std::vector<std::string>& cidrs) : x_trusted(cidrs) {}

    /// The client's address: the rightmost of X-Forwarded-For and `peer` that is no trusted proxy.
    std::string client(const boost::asio::ip::address& peer, const Fields& headers) const;

 private:
    Networks x_trusted;
};

}  // namespace pay::http
