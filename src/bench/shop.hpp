#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "core/http/message.hpp"

namespace pay::bench {

/// Waits for the answer to one GET outside of the load. Throws std::runtime_error unless it is 200.
using Fetch = std::function<std::string(const std::string& target)>;

/// What is bought and by whom. Built before the load, then read only.
class Shop {
 public:
    /// `tokens` are those of the users user_id(0), user_id(1) and so on. Throws std::runtime_error
    /// if the server sells no point package.
    Shop(const Fetch& server, std::vector<std::string> tokens);

    /// The body of a payment in the sandbox for the purchase of this number.
    std::string payment(std::uint64_t number) const;
    /// The body of the order that uses the payment's receipt.
    std::string order(const std::string& receipt_id) const;
    /// The body of an order that is paid with points.
    std::string order_with_points(const std::string& item_id) const;
    std::size_t users() const { return x_authorizations.size(); }
    /// `Bearer …` of the user whose purchase this is.
    const std::string& authorization(std::uint64_t number) const;
    /// Names the purchase: no two runs share one.
    std::string name(std::uint64_t number) const;

 private:
    std::string x_name;
    std::string x_order;
    std::string x_price;
    std::vector<std::string> x_authorizations;
};

}  // namespace pay::bench
