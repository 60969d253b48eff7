#include <unistd.h>

#include <cstdio>

#include "app/commands.hpp"
#include "bench/seed.hpp"

namespace pay::app {
namespace {

void show_progress(const bench::SeedProgress& progress) {
    const double rate = static_cast<double>(progress.done) / progress.seconds;
    const auto left = static_cast<double>(progress.orders - progress.done);
    std::fprintf(
        stderr, "%9llu of %llu orders, %.0f a second, %.0f s left\n",
        static_cast<unsigned long long>(progress.done),
        static_cast<unsigned long long>(progress.orders), rate, rate > 0 ? left / rate : 0
    );
}

}  // namespace

int run_seed(const SeedCommand& options) {
    const auto report =
        bench::seed({options.database_url, options.orders, options.users}, show_progress);
    std::printf(
        "seed: %llu orders in %.1f s, %.0f a second\n",
        static_cast<unsigned long long>(report.done), report.seconds,
        static_cast<double>(report.done) / report.seconds
    );
    return 0;
}

}  // namespace pay::app
