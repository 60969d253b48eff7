#include "bench/stock.hpp"

namespace pay::bench {

void Stock::step(Client& client, std::uint64_t number) {
    Purchase::begin(
        x_shop, client, number,
        [this, &client, number](const std::string& fault, std::string order_id) {
            if (fault.empty()) {
                const std::lock_guard lock(x_mutex);
                x_orders.push_back({std::move(order_id), x_shop.authorization(number)});
            }
            client.done(fault);
        }
    );
}

}  // namespace pay::bench
