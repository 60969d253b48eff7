#pragma once

#include <mutex>
#include <vector>

#include "bench/purchase.hpp"

namespace pay::bench {

/// An order that can be looked up, and the `Authorization` of its buyer.
struct KnownOrder {
    std::string id;
    std::string authorization;
};

/// Purchases that are made before the measure, for look-ups.
class Stock final : public Scenario {
 public:
    explicit Stock(const Shop& shop) : x_shop(shop) {}

    void step(Client& client, std::uint64_t number) override;
    /// When the load is over.
    std::vector<KnownOrder> take() { return std::move(x_orders); }

 private:
    const Shop& x_shop;
    std::mutex x_mutex;  // lanes share it
    std::vector<KnownOrder> x_orders;
};

}  // namespace pay::bench
