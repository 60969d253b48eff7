#include <cstdio>

#include "app/commands.hpp"
#include "bench/seed.hpp"
#include "core/json/read.hpp"
#include "core/json/write.hpp"
#include "core/terminal/progress.hpp"

namespace pay::app {

struct SeededView {
    std::uint64_t orders = 0;
    std::uint64_t orders_per_s = 0;
};
BOOST_DESCRIBE_STRUCT(SeededView, (), (orders, orders_per_s))
static_assert(json::whole<SeededView>);

int run_seed(const SeedCommand& options) {
    terminal::Progress progress(options.quiet);
    const auto report = bench::seed(
        {options.database_url, options.orders, options.users},
        [&progress](const bench::SeedProgress& so_far) {
            progress.tell("seed: orders", {.done = so_far.done, .total = so_far.orders});
        }
    );
    progress.end();
    const SeededView seeded{report.done, report.per_second()};
    if (options.json) {
        std::printf("%s\n", json::to_text(seeded).c_str());
    } else {
        std::printf(
            "seed: %llu orders, %llu a second\n", static_cast<unsigned long long>(seeded.orders),
            static_cast<unsigned long long>(seeded.orders_per_s)
        );
    }
    return 0;
}

}  // namespace pay::app
