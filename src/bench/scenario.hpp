#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "bench/tally.hpp"
#include "core/http/client.hpp"

namespace pay::bench {

class Shop;
struct KnownOrder;

/// A thread of load with its own connections: everything of it runs there, so nothing is locked.
struct Lane {
    Lane(const std::string& url, const std::string& sandbox_url, std::size_t connections);

    Tally tally;
    http::Io io{1};
    http::Client server;
    http::Client sandbox;
};

/// One of those who are at work at the same time, each with one step after another. Outlives its
/// steps; on its lane's thread.
class Client {
 public:
    virtual ~Client() = default;

    virtual Lane& lane() = 0;
    /// Runs `work` when the step is due, with the moment its latencies count from. A schedule's
    /// moment may be long past: whoever is late has made somebody wait. What a step needs before it
    /// may begin is done before this.
    virtual void when_due(std::move_only_function<void(SteadyClock::time_point)> work) = 0;
    /// Ends the step: an empty text, or what went wrong. Once for each step.
    virtual void done(const std::string& fault) = 0;
};

/// One kind of load: its file says what a client does once, and what of it is measured.
class Scenario {
 public:
    virtual ~Scenario() = default;
    /// Does it once and adds its latencies to the lane's tally. `number` is no other step's.
    virtual void step(Client& client, std::uint64_t number) = 0;
};

/// Whole purchases of a point package, by the shop's users in turn.
std::unique_ptr<Scenario> charge(const Shop& shop);

/// Whole purchases of content with points: each time another of `contents`, which are few, or
/// another of the shop's users, who are many.
std::unique_ptr<Scenario> spend(const Shop& shop, std::vector<std::string> contents);

/// Look-ups of orders and of wallets in turn.
std::unique_ptr<Scenario> read(std::vector<KnownOrder> orders);

/// One purchase to nine look-ups.
std::unique_ptr<Scenario> mixed(const Shop& shop, std::vector<KnownOrder> orders);

/// What is wrong, in a few words that repeat, with an outcome that is not of `expected` status;
/// empty if it is.
std::string fault_of(std::string_view call, const http::Outcome& outcome, int expected);

}  // namespace pay::bench
