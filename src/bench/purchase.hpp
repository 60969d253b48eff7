#pragma once

#include <functional>
#include <memory>

#include "bench/scenario.hpp"
#include "bench/shop.hpp"

namespace pay::bench {

/// One whole purchase: a receipt paid before (or points that are there), the order, and all that
/// the services did for it.
/// Kept alive by the calls it waits for.
class Purchase : public std::enable_shared_from_this<Purchase> {
 public:
    /// How it ended: what went wrong, or nothing and the order.
    using Done = std::move_only_function<void(const std::string& fault, std::string order_id)>;

    /// Latencies: `to_success` until the order was SUCCESS, and `request` of those orders that are
    /// answered at once. `shop` and `client` outlive it.
    static void begin(const Shop& shop, Client& client, std::uint64_t number, Done done);
    /// The same of content, paid with points.
    static void begin_with_points(
        const Shop& shop, Client& client, std::uint64_t number, const std::string& item_id,
        Done done
    );

 private:
    Purchase(const Shop& shop, Client& client, std::uint64_t number, Done done)
        : x_shop(shop), x_client(client), x_number(number), x_done(std::move(done)) {}

    void pay();
    void paid(const http::Outcome& outcome);
    /// When the step is due.
    void order_when_due(std::string body);
    void order(std::string body);
    void placed(const http::Outcome& outcome);
    void watched(const http::Outcome& outcome);
    void succeed();
    void fail(const std::string& fault) { x_done(fault, {}); }
    bool at_once() const;

    const Shop& x_shop;
    Client& x_client;
    const std::uint64_t x_number;
    Done x_done;
    SteadyClock::time_point x_begin{};
    std::string x_order_id;
};

}  // namespace pay::bench
