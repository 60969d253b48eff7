#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "audit/books.hpp"
#include "audit/suspicion.hpp"

/// Rule 5: what the gateway says of every receipt the order service holds.
namespace pay::audit {

/// Asks for receipts one by one, some at a time. Blocks its caller; one thread at a time.
class Till {
 public:
    explicit Till(gateway::Gateway& gateway) : x_gateway(gateway) {}
    /// Nothing for a receipt that the gateway does not know. Throws Outage if one cannot be asked
    /// for.
    std::map<std::string, std::optional<gateway::Payment>> ask(
        const std::vector<std::string>& receipts
    );

 private:
    gateway::Gateway& x_gateway;
};

/// Paid minus returned is what each order says; a payment that its order has not taken yet is
/// listed as unclaimed. Returns how many receipts were asked for.
std::int64_t examine_payments(
    sql::Connection& order, const Selection& orders, Till& till, const OnSuspicion& suspicious
);

/// The same for refunds of payments that no order holds.
void examine_returned(sql::Connection& order, Till& till, const OnSuspicion& suspicious);

/// Of the payments of nobody, those that are still charged.
void examine_unclaimed(sql::Connection& order, Till& till, const OnSuspicion& found);

}  // namespace pay::audit
