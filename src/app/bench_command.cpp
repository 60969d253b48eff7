#include <unistd.h>

#include <cstdio>

#include "app/audit_text.hpp"
#include "app/commands.hpp"
#include "app/security.hpp"
#include "audit/audit.hpp"
#include "bench/bench.hpp"

namespace pay::app {
namespace {

constexpr std::uint64_t default_seconds = 10;

bench::Options load_of(const BenchCommand& options) {
    bench::Options load;
    load.scenario = options.scenario;
    load.url = options.url;
    load.sandbox_url = options.sandbox_url;
    load.metrics_urls = options.metrics_urls;
    load.signing = {signing_secret(options.token), options.token.issuer, options.token.audience};
    load.orders = options.orders;
    load.seconds = options.orders == 0 && options.seconds == 0 ? default_seconds : options.seconds;
    load.clients = options.clients;
    load.rate = options.rate;
    load.warmup = options.warmup;
    load.quiet = options.quiet;
    return load;
}

/// Whether the books balance after the load; what does not is said on stderr.
bool balanced(const std::string& database_url) {
    const auto report = audit::audit({.database_url = database_url});
    if (!report.balanced)
        std::fputs(audit_text(report, terminal::screen_of(STDERR_FILENO)).c_str(), stderr);
    return report.balanced;
}

}  // namespace

int run_bench(const BenchCommand& options) {
    if (options.scenario.empty()) throw BadUse("name what bench shall do (see --help)");
    auto report = bench::run(load_of(options));
    if (!options.database_url.empty()) report.balanced = balanced(options.database_url);
    std::printf("%s", options.json ? (to_json(report) + "\n").c_str() : to_text(report).c_str());
    const bool good = report.results.failed == 0 && report.balanced.value_or(true);
    return good ? 0 : 1;
}

}  // namespace pay::app
