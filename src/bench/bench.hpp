#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "bench/tally.hpp"
#include "bench/users.hpp"

/// The load generator: measures a running server from outside, as its callers see it.
namespace pay::bench {

struct Options {
    std::string scenario;
    std::string url;
    std::string sandbox_url;
    /// Whose /metrics tell of batches: each process of a server behind one address; none: `url`.
    std::vector<std::string> metrics_urls;
    Signing signing;
    std::uint64_t orders = 0;    ///< steps of the measure; 0: by time
    std::uint64_t seconds = 0;   ///< of the measure; 0: by steps
    std::size_t clients = 256;   ///< at most at work at once
    std::uint64_t rate = 0;      ///< steps that arrive in a second; 0: as the clients get on
    std::uint64_t warmup = 200;  ///< steps before the measure
    bool quiet = false;          ///< tells of no progress
};

struct Report {
    std::string scenario;
    std::size_t clients = 0;
    std::uint64_t rate = 0;  ///< asked for; 0: none
    Results results;
    std::map<std::string, double> batch_sizes;  ///< by service: mean commands in one transaction
    std::optional<bool> balanced;               ///< what the audit said, if it was asked
};

/// The scenarios there are.
const std::vector<std::string>& scenario_names();

/// Warms up, then measures; tells of its progress on stderr. Throws std::runtime_error
/// with one clear line if the server cannot be reached or cannot be loaded like this.
Report run(const Options& options);

std::string to_json(const Report& report);
/// A table for people.
std::string to_text(const Report& report);

}  // namespace pay::bench
