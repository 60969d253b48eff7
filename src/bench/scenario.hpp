#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "bench/tally.hpp"
#include "core/http/client.hpp"

namespace pay::bench {

/// A thread of load with its own connections: everything of it runs there, so nothing is locked.
struct Lane {
    Lane(const std::string& url, const std::string& sandbox_url, std::size_t connections);

    Tally tally;
    http::Io io{1};
    http::Client server;
    http::Client sandbox;
};

/// Waits for the answer to one call outside of the load. Throws std::runtime_error unless it is
/// 200.
using Fetch = std::function<std::string(const std::string& target)>;

/// How a step ended: an empty text, or what went wrong. Called once, on the lane's thread.
using Done = std::move_only_function<void(std::string fault)>;

/// One kind of load: its file says what a client does once, and what of it is measured.
class Scenario {
 public:
    virtual ~Scenario() = default;
    /// Before the first step; throws std::runtime_error if the server cannot be loaded like this.
    virtual void prepare(const Fetch& server) = 0;
    /// Does it once and adds its latencies to the lane's tally. `number` is no other step's.
    virtual void step(Lane& lane, std::uint64_t number, Done done) = 0;
};

/// Whole purchases of a point package: a receipt paid before, the order, and all the services did.
std::unique_ptr<Scenario> charge(std::vector<std::string> tokens);

/// What is wrong, in a few words that repeat, with an outcome that is not of `expected` status;
/// empty if it is.
std::string fault_of(std::string_view call, const http::Outcome& outcome, int expected);

}  // namespace pay::bench
