#pragma once

#include <mutex>
#include <string>
#include <vector>

#include "bench/scenario.hpp"

namespace pay::bench {

/// Contents for one point each, made before the measure. A step makes one, and ends when an order
/// for it can be placed: the order service hears of a new item by a message.
class Shelf final : public Scenario {
 public:
    /// `name`: no other shelf's. `admin`: an admin's token.
    Shelf(std::string name, const std::string& admin)
        : x_name(std::move(name)), x_authorization("Bearer " + admin) {}

    void step(Client& client, std::uint64_t number) override;
    /// The ids of the contents. When the load is over.
    std::vector<std::string> take() { return std::move(x_contents); }

 private:
    class Making;
    void add(std::string id);

    const std::string x_name;
    const std::string x_authorization;
    std::mutex x_mutex;  // lanes share it
    std::vector<std::string> x_contents;
};

}  // namespace pay::bench
