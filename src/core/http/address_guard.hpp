#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/http/networks.hpp"

namespace pay::http {

/// Which addresses a call may go to whose URL somebody else has written: those of the public
/// internet alone. Loopback, private, shared (CGNAT), link-local (with the clouds' metadata
/// services), multicast, documentation and reserved ranges are refused, and so are the IPv6
/// addresses that carry such an IPv4 address (mapped, NAT64) and all of 6to4 and Teredo. Any
/// thread.
class AddressGuard {
 public:
    /// `allowed`: addresses or CIDRs admitted all the same; throws std::runtime_error with one
    /// clear line for anything else.
    explicit AddressGuard(const std::vector<std::string>& allowed = {});

    /// False, too, for a text that is no address.
    bool admits(std::string_view address) const;
    /// Whether the text is an address (and no name), and one that is not admitted.
    bool refuses(std::string_view host) const;

 private:
    Networks x_allowed;
};

}  // namespace pay::http
