#include "bench/bench.hpp"

#include <algorithm>
#include <functional>
#include <stdexcept>

#include "bench/batch_size.hpp"
#include "bench/load.hpp"
#include "bench/shelf.hpp"
#include "bench/shop.hpp"
#include "bench/stock.hpp"
#include "core/terminal/progress.hpp"

namespace pay::bench {
namespace {

// A prime, so that each so many-th step of a kind is spread over all of them.
constexpr std::size_t users = 1009;
constexpr std::uint64_t stocked = 1000;  // orders there are to look up
// Contents to spend points on, a point each: what the smallest package of a new shop gives. So a
// run can spend users * shelved times before a user would buy something twice.
constexpr std::uint64_t shelved = 500;

/// What is told of a round as it goes.
std::function<void(const Results&)> telling(
    terminal::Progress& progress, std::string_view round, Round wanted
) {
    return [&progress, round, wanted](const Results& so_far) {
        terminal::Standing standing{.done = so_far.done, .total = wanted.steps};
        if (wanted.steps == 0) {
            const auto gone = Duration{static_cast<std::int64_t>(so_far.seconds * 1000)};
            standing.left = std::max(Duration{wanted.time} - gone, Duration{0});
        }
        standing.note = std::to_string(so_far.failed) + " errors";
        progress.tell(round, standing);
    };
}

/// Orders made for being looked up.
std::vector<KnownOrder> stock_up(Load& load, const Shop& shop, const Options& options) {
    Stock stock(shop);
    terminal::Progress progress(options.quiet);
    // One by itself first: a server that refuses it would refuse them all.
    for (const std::uint64_t steps : {std::uint64_t{1}, stocked - 1}) {
        const Round round{.steps = steps};
        const auto results = load.run(stock, round, telling(progress, "stocking", round));
        if (results.failed > 0)
            throw std::runtime_error("no orders to look up: " + results.faults.begin()->first);
    }
    return stock.take();
}

/// Contents made for being bought, and users with points to buy them.
std::vector<std::string> open_shelf(Load& load, const Shop& shop, const Options& options) {
    terminal::Progress progress(options.quiet);
    const auto buying = charge(shop);
    const Round each_user{.steps = users};  // steps in a row: each user once
    const auto charged = load.run(*buying, each_user, telling(progress, "charging", each_user));
    if (charged.failed > 0)
        throw std::runtime_error("no points to spend: " + charged.faults.begin()->first);
    Shelf shelf(shop.name(0), sign_admin_token(options.signing, SystemClock{}.now()));
    const Round shelving{.steps = shelved};
    const auto made = load.run(shelf, shelving, telling(progress, "stocking", shelving));
    if (made.failed > 0)
        throw std::runtime_error("nothing to buy with points: " + made.faults.begin()->first);
    return shelf.take();
}

/// A scenario by its name, and how it is made with what it needs before it can begin.
struct Kind {
    std::string name;
    std::size_t users;
    std::unique_ptr<Scenario> (*make)(Load& load, const Shop& shop, const Options& options);
};

const std::vector<Kind>& kinds() {
    constexpr auto buying = [](Load&, const Shop& shop, const Options&) { return charge(shop); };
    constexpr auto spending = [](Load& load, const Shop& shop, const Options& options) {
        return spend(shop, open_shelf(load, shop, options));
    };
    constexpr auto reading = [](Load& load, const Shop& shop, const Options& options) {
        return read(stock_up(load, shop, options));
    };
    constexpr auto mixing = [](Load& load, const Shop& shop, const Options& options) {
        return mixed(shop, stock_up(load, shop, options));
    };
    static const std::vector<Kind> all{
        {"charge", users, buying}, {"spend", users, spending}, {"hot-wallet", 1, buying},
        {"read", users, reading},  {"mixed", users, mixing},
    };
    return all;
}

const Kind& kind_of(const std::string& name) {
    const auto found = std::ranges::find(kinds(), name, &Kind::name);
    if (found == kinds().end()) throw std::runtime_error("there is no scenario '" + name + "'");
    return *found;
}

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
    static const auto names = [] {
        std::vector<std::string> all;
        for (const auto& kind : kinds()) all.push_back(kind.name);
        return all;
    }();
    return names;
}

Report run(const Options& options) {
    const auto& kind = kind_of(options.scenario);
    const Shop shop(
        [&options](const std::string& target) { return fetch(options.url, target); },
        sign_tokens(kind.users, options.signing, SystemClock{}.now())
    );
    Load load(options.url, options.sandbox_url, options.clients);
    const auto scenario = kind.make(load, shop, options);
    terminal::Progress progress(options.quiet);
    if (options.warmup > 0) {
        const Round warming{.steps = options.warmup, .rate = options.rate};
        load.run(*scenario, warming, telling(progress, "warm-up", warming));
    }
    const auto before = batches_of(options);
    const Round measured{
        .steps = options.orders,
        .time = std::chrono::seconds{options.seconds},
        .rate = options.rate,
    };
    Report report;
    report.scenario = options.scenario;
    report.clients = options.clients;
    report.rate = options.rate;
    report.results = load.run(*scenario, measured, telling(progress, "measure", measured));
    progress.end();
    report.batch_sizes = mean_batch_sizes(before, batches_of(options));
    return report;
}

}  // namespace pay::bench
