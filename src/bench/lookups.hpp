#pragma once

#include <string_view>
#include <vector>

#include "bench/scenario.hpp"
#include "bench/stock.hpp"

namespace pay::bench {

/// Look-ups of orders, and of their buyers' wallets, in turn. Latencies: `order_lookup` and
/// `points_lookup`.
class Lookups {
 public:
    explicit Lookups(std::vector<KnownOrder> orders);

    /// One of them; ends the client's step.
    void step(Client& client, std::uint64_t number) const;

 private:
    struct Kind {
        std::string_view latency;
        std::string_view fault;  ///< how the call is named where it fails
    };
    static void send(Client& client, const http::Call& call, const Kind& kind);

    static constexpr Kind order{"order_lookup", "GET /v1/orders/{id}"};
    static constexpr Kind points{"points_lookup", "GET /v1/points"};
    std::vector<http::Call> x_orders;
    std::vector<http::Call> x_points;
};

}  // namespace pay::bench
