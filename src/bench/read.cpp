#include "bench/lookups.hpp"

namespace pay::bench {
namespace {

class Read final : public Scenario {
 public:
    explicit Read(std::vector<KnownOrder> orders) : x_lookups(std::move(orders)) {}

    void step(Client& client, std::uint64_t number) override { x_lookups.step(client, number); }

 private:
    const Lookups x_lookups;
};

}  // namespace

std::unique_ptr<Scenario> read(std::vector<KnownOrder> orders) {
    return std::make_unique<Read>(std::move(orders));
}

}  // namespace pay::bench
