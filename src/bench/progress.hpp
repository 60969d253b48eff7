#pragma once

#include "bench/tally.hpp"

namespace pay::bench {

/// Tells on stderr how a round goes: all so far, and the rate since the last time. One line that is
/// rewritten in place on a terminal, a line each time elsewhere.
class Progress {
 public:
    explicit Progress(const char* round);
    ~Progress();  ///< leaves what is there, and begins a new line
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;

    void operator()(const Results& so_far);

 private:
    const char* x_round;
    const bool x_in_place;
    bool x_told = false;
    std::uint64_t x_done = 0;
    double x_seconds = 0;
};

}  // namespace pay::bench
