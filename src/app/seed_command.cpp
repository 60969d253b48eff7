#include <cstdio>

#include "app/commands.hpp"
#include "bench/seed.hpp"

namespace pay::app {
namespace {

void show_progress(const bench::SeedProgress& progress) {
    const auto rate = progress.per_second();
    std::fprintf(
        stderr, "%llu of %llu orders, %llu a second, %llu s left\n",
        static_cast<unsigned long long>(progress.done),
        static_cast<unsigned long long>(progress.orders), static_cast<unsigned long long>(rate),
        static_cast<unsigned long long>(rate > 0 ? (progress.orders - progress.done) / rate : 0)
    );
}

}  // namespace

int run_seed(const SeedCommand& options) {
    const auto report =
        bench::seed({options.database_url, options.orders, options.users}, show_progress);
    std::printf(
        "seed: %llu orders, %llu a second\n", static_cast<unsigned long long>(report.done),
        static_cast<unsigned long long>(report.per_second())
    );
    return 0;
}

}  // namespace pay::app
