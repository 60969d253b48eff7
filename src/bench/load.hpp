#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "bench/scenario.hpp"

namespace pay::bench {

/// When a round ends: after so many steps, or so long, whichever comes first; 0: not by this.
struct Limits {
    std::uint64_t steps = 0;
    std::chrono::seconds time{0};
};

/// What one GET is answered with, outside of the load. Throws std::runtime_error unless it is 200.
std::string fetch(const std::string& url, const std::string& target);

/// A closed loop: each client begins its next step when its last one is done.
class Load {
 public:
    Load(const std::string& url, const std::string& sandbox_url, std::size_t clients);

    /// Runs until a limit is met and all that was begun is done. `each_second` gets the counts so
    /// far.
    Results run(
        Scenario& scenario, Limits limits, const std::function<void(const Results&)>& each_second
    );

 private:
    class Client;
    struct Round;
    std::size_t x_clients;
    std::uint64_t x_next_number = 0;
    std::vector<std::unique_ptr<Lane>> x_lanes;
};

}  // namespace pay::bench
