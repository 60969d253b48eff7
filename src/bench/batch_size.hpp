#pragma once

#include <map>
#include <string>
#include <string_view>

namespace pay::bench {

/// What a service's writer has committed so far, by what the server's /metrics say.
struct Batches {
    double commands = 0;
    double batches = 0;
};
using BatchesByService = std::map<std::string, Batches>;

/// Of the text format of Prometheus; services without a writer are not there.
BatchesByService read_batches(std::string_view metrics);

/// Mean commands in one transaction between two readings; 0 where nothing was committed.
std::map<std::string, double> mean_batch_sizes(
    const BatchesByService& before, const BatchesByService& after
);

}  // namespace pay::bench
