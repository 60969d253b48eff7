#include "bench/load.hpp"

#include <algorithm>
#include <condition_variable>
#include <future>
#include <limits>
#include <mutex>
#include <stdexcept>
#include <thread>

#include "core/json/read.hpp"

namespace pay::bench {

/// Of a problem document, what tells one from another.
struct ProblemView {
    std::string code;
};
BOOST_DESCRIBE_STRUCT(ProblemView, (), (code))
static_assert(json::whole<ProblemView>);

namespace {

constexpr Duration pause_after_fault{100};  // so that a server that refuses is not hammered
constexpr std::chrono::seconds progress_each{1};

/// The server needs the machine more than its load does: a thread for each two of its cores.
std::size_t lanes_for(std::size_t clients) {
    const std::size_t half = std::max(1U, std::thread::hardware_concurrency() / 2);
    return std::min(half, clients);
}

http::ClientOptions options_for(const std::string& url, std::size_t connections) {
    http::ClientOptions options;
    options.base_url = url;
    options.connection_limit = connections;
    options.breaker_failures = std::numeric_limits<int>::max();  // each failure is to be seen
    return options;
}

}  // namespace

Lane::Lane(const std::string& url, const std::string& sandbox_url, std::size_t connections)
    : server(io, options_for(url, connections)),
      sandbox(io, options_for(sandbox_url, connections)) {}

std::string fault_of(std::string_view call, const http::Outcome& outcome, int expected) {
    if (outcome && outcome->status == expected) return {};
    std::string fault = std::string(call) + ": ";
    if (!outcome) return fault + "no answer";
    fault += std::to_string(outcome->status);
    const auto problem = json::read<ProblemView>(outcome->body, json::Unknown::ignore);
    return problem ? fault + ' ' + problem->code : fault;
}

/// One round, shared by its clients. `left` reaches zero when the last of them has come to rest.
struct Load::Round {
    bool over(std::uint64_t number) const {
        return number >= end_number || SteadyClock::now() >= deadline;
    }
    void leave() {
        const std::lock_guard lock(mutex);
        if (--left == 0) rested.notify_all();
    }
    bool wait(std::chrono::seconds at_most) {
        std::unique_lock lock(mutex);
        return rested.wait_for(lock, at_most, [this] { return left == 0; });
    }

    Scenario& scenario;
    std::uint64_t end_number;
    SteadyClock::time_point deadline;
    std::atomic<std::uint64_t> next_number;
    std::size_t left;
    std::mutex mutex{};
    std::condition_variable rested{};
};

class Load::Client : public std::enable_shared_from_this<Client> {
 public:
    Client(Lane& lane, Round& round) : x_lane(lane), x_round(round) {}

    void next() {
        const auto number = x_round.next_number.fetch_add(1);
        if (x_round.over(number)) return x_round.leave();
        x_round.scenario.step(
            x_lane, number,
            [self = shared_from_this()](const std::string& fault) { self->ended(fault); }
        );
    }

 private:
    void ended(const std::string& fault) {
        if (fault.empty()) {
            x_lane.tally.succeeded();
            return next();
        }
        x_lane.tally.failed(fault);
        x_pause = x_lane.io.after(pause_after_fault, [self = shared_from_this()] { self->next(); });
    }

    Lane& x_lane;
    Round& x_round;
    std::shared_ptr<http::Io::Timer> x_pause;
};

std::string fetch(const std::string& url, const std::string& target) {
    http::Io io(1);
    std::promise<http::Outcome> answered;
    auto answer = answered.get_future();
    http::Client client(io, options_for(url, 1));
    http::Call call;
    call.target = target;
    client.send(std::move(call), [&](http::Outcome outcome) {
        answered.set_value(std::move(outcome));
    });
    auto outcome = answer.get();
    io.stop();
    const auto fault = fault_of("GET " + target, outcome, 200);
    if (!fault.empty()) throw std::runtime_error(url + ": " + fault);
    return std::move(outcome->body);
}

Load::Load(const std::string& url, const std::string& sandbox_url, std::size_t clients)
    : x_clients(clients) {
    for (std::size_t i = 0; i < lanes_for(clients); ++i) {
        x_lanes.push_back(std::make_unique<Lane>(url, sandbox_url, clients));
    }
}

Results Load::run(
    Scenario& scenario, Limits limits, const std::function<void(const Results&)>& each_second
) {
    const auto begin = SteadyClock::now();
    Round round{
        .scenario = scenario,
        .end_number = limits.steps == 0 ? std::numeric_limits<std::uint64_t>::max()
                                        : x_next_number + limits.steps,
        .deadline = limits.time.count() == 0 ? SteadyClock::time_point::max() : begin + limits.time,
        .next_number = x_next_number,
        .left = x_clients,
    };
    const auto seconds = [begin] {
        return std::chrono::duration<double>(SteadyClock::now() - begin).count();
    };
    for (std::size_t i = 0; i < x_clients; ++i) {
        auto& lane = *x_lanes[i % x_lanes.size()];
        lane.io.post([client = std::make_shared<Client>(lane, round)] { client->next(); });
    }
    while (!round.wait(progress_each)) {
        Results so_far;
        so_far.seconds = seconds();
        for (const auto& lane : x_lanes) {
            so_far.done += lane->tally.done();
            so_far.failed += lane->tally.failures();
        }
        each_second(so_far);
    }
    x_next_number = round.next_number;
    Results results;
    results.seconds = seconds();
    for (const auto& lane : x_lanes) lane->tally.move_to(results);
    return results;
}

}  // namespace pay::bench
