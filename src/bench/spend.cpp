#include "bench/purchase.hpp"

namespace pay::bench {
namespace {

class Spend final : public Scenario {
 public:
    Spend(const Shop& shop, std::vector<std::string> contents)
        : x_shop(shop), x_contents(std::move(contents)) {}

    void step(Client& client, std::uint64_t number) override {
        // A user has content once. Each round of all users is for another one.
        const auto round = number / x_shop.users();
        Purchase::begin_with_points(
            x_shop, client, number, x_contents[round % x_contents.size()],
            [&client](const std::string& fault, std::string) { client.done(fault); }
        );
    }

 private:
    const Shop& x_shop;
    const std::vector<std::string> x_contents;
};

}  // namespace

std::unique_ptr<Scenario> spend(const Shop& shop, std::vector<std::string> contents) {
    return std::make_unique<Spend>(shop, std::move(contents));
}

}  // namespace pay::bench
