#include "bench/bench.hpp"

#include <cstdio>
#include <stdexcept>

#include "bench/batch_size.hpp"
#include "bench/load.hpp"
#include "bench/users.hpp"

namespace pay::bench {
namespace {

constexpr std::size_t users = 1000;

std::unique_ptr<Scenario> make_scenario(const Options& options) {
    auto tokens = sign_tokens(users, options.secret, SystemClock{}.now());
    if (options.scenario == "charge") return charge(std::move(tokens));
    throw std::runtime_error("there is no scenario '" + options.scenario + "'");
}

/// One line a second: all so far, and the rate since the last line.
class Progress {
 public:
    void operator()(const Results& so_far) {
        const double rate =
            static_cast<double>(so_far.done - x_done) / (so_far.seconds - x_seconds);
        std::fprintf(
            stderr, "%6.1f s %9llu orders %8.0f/s %6llu errors\n", so_far.seconds,
            static_cast<unsigned long long>(so_far.done), rate,
            static_cast<unsigned long long>(so_far.failed)
        );
        x_done = so_far.done;
        x_seconds = so_far.seconds;
    }

 private:
    std::uint64_t x_done = 0;
    double x_seconds = 0;
};

/// What the writers of all processes have committed so far.
BatchesByService batches_of(const Options& options) {
    auto urls = options.metrics_urls;
    if (urls.empty()) urls.push_back(options.url);
    BatchesByService all;
    for (const auto& url : urls) {
        for (const auto& [service, batches] : read_batches(fetch(url, "/metrics"))) {
            all[service].commands += batches.commands;
            all[service].batches += batches.batches;
        }
    }
    return all;
}

}  // namespace

const std::vector<std::string>& scenario_names() {
    static const std::vector<std::string> names{"charge"};
    return names;
}

Report run(const Options& options) {
    Load load(options.url, options.sandbox_url, options.clients);
    const auto scenario = make_scenario(options);
    scenario->prepare([&options](const std::string& target) { return fetch(options.url, target); });
    if (options.warmup > 0) {
        std::fprintf(stderr, "warming up\n");
        load.run(*scenario, {.steps = options.warmup}, Progress{});
    }
    const auto before = batches_of(options);
    Report report;
    report.scenario = options.scenario;
    report.results = load.run(
        *scenario, {.steps = options.orders, .time = std::chrono::seconds{options.seconds}},
        Progress{}
    );
    report.batch_sizes = mean_batch_sizes(before, batches_of(options));
    return report;
}

}  // namespace pay::bench
