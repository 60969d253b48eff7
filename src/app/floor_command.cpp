#include <cstdio>

#include "app/commands.hpp"
#include "bench/floor.hpp"

namespace pay::app {
namespace {

constexpr std::uint64_t default_seconds = 10;

}  // namespace

int run_floor(const FloorCommand& options) {
    bench::FloorOptions asked;
    asked.database_url = options.database_url;
    asked.batch_sizes = bench::read_batch_sizes(options.batch);
    asked.orders = options.orders;
    asked.seconds = options.orders == 0 && options.seconds == 0 ? default_seconds : options.seconds;
    asked.users = options.users;
    const auto report = bench::floor(asked);
    std::printf("%s", options.json ? (to_json(report) + "\n").c_str() : to_text(report).c_str());
    return 0;
}

}  // namespace pay::app
