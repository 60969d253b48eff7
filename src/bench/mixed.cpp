#include "bench/lookups.hpp"
#include "bench/purchase.hpp"

namespace pay::bench {
namespace {

constexpr std::uint64_t purchase_each = 10;

class Mixed final : public Scenario {
 public:
    Mixed(const Shop& shop, std::vector<KnownOrder> orders)
        : x_shop(shop), x_lookups(std::move(orders)) {}

    void step(Client& client, std::uint64_t number) override {
        if (number % purchase_each != 0) return x_lookups.step(client, number);
        Purchase::begin(x_shop, client, number, [&client](const std::string& fault, std::string) {
            client.done(fault);
        });
    }

 private:
    const Shop& x_shop;
    const Lookups x_lookups;
};

}  // namespace

std::unique_ptr<Scenario> mixed(const Shop& shop, std::vector<KnownOrder> orders) {
    return std::make_unique<Mixed>(shop, std::move(orders));
}

}  // namespace pay::bench
