#include "order/world.hpp"
#include "property.hpp"

using namespace pay::order::test;

namespace {

std::string play(unsigned seed, unsigned trouble, int orders, std::size_t receipts, int steps) {
    World world(seed, trouble);
    for (int i = 0; i < orders; ++i) world.open(i, receipts);
    for (int i = 0; i < steps; ++i) {
        world.step();
        if (auto fault = world.fault(); !fault.empty()) return fault;
    }
    world.settle();
    if (auto fault = world.fault(); !fault.empty()) return fault;
    return world.fault_at_end();
}

}  // namespace

TEST_CASE("whatever goes wrong, every order ends, once, and the money and the goods agree") {
    check_property([] {
        const auto seed = *rc::gen::arbitrary<unsigned>();
        const auto trouble = *rc::gen::inRange(0U, 45U);
        const auto orders = *rc::gen::inRange(1, 4);
        const auto receipts = *rc::gen::inRange<std::size_t>(1, 4);
        const auto steps = *rc::gen::inRange(0, 400);
        RC_ASSERT(play(seed, trouble, orders, receipts, steps) == std::string{});
    });
}

TEST_CASE("without trouble every buyer with a good receipt succeeds") {
    check_property([] {
        const auto seed = *rc::gen::arbitrary<unsigned>();
        World world(seed, 0);
        world.open(0, 1);
        world.settle();
        RC_ASSERT(world.fault() == std::string{});
        RC_ASSERT(world.fault_at_end() == std::string{});
        RC_ASSERT(world.state.orders.begin()->second.status == pay::order::Status::SUCCESS);
    });
}
