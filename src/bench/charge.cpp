#include "bench/purchase.hpp"

namespace pay::bench {
namespace {

class Charge final : public Scenario {
 public:
    explicit Charge(const Shop& shop) : x_shop(shop) {}

    void step(Client& client, std::uint64_t number) override {
        Purchase::begin(x_shop, client, number, [&client](const std::string& fault, std::string) {
            client.done(fault);
        });
    }

 private:
    const Shop& x_shop;
};

}  // namespace

std::unique_ptr<Scenario> charge(const Shop& shop) {
    return std::make_unique<Charge>(shop);
}

}  // namespace pay::bench
