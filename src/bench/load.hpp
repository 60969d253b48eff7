#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "bench/scenario.hpp"

namespace pay::bench {

/// What a round asks for. It ends after so many steps, or so long, whichever comes first; 0: not
/// by this.
struct Round {
    std::uint64_t steps = 0;
    std::chrono::seconds time{0};
    /// Steps that arrive in a second, evenly spread; 0: a client begins its next step when its last
    /// one is done.
    std::uint64_t rate = 0;
};

/// What one GET is answered with, outside of the load. Throws std::runtime_error unless it is 200.
std::string fetch(const std::string& url, const std::string& target);

/// Clients at work: by themselves (a closed loop), or on a schedule that does not wait for them (an
/// open loop), where what arrives while all are busy waits, and its latency counts the waiting.
class Load {
 public:
    Load(const std::string& url, const std::string& sandbox_url, std::size_t clients);

    /// Runs until the round ends and all that was begun is done. `each_second` gets the counts so
    /// far.
    Results run(
        Scenario& scenario, Round wanted, const std::function<void(const Results&)>& each_second
    );

 private:
    struct Course;
    class Worker;
    std::size_t x_clients;
    std::uint64_t x_next_number = 0;
    std::vector<std::unique_ptr<Lane>> x_lanes;
};

}  // namespace pay::bench
