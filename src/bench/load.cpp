#include "bench/load.hpp"

#include <algorithm>
#include <condition_variable>
#include <deque>
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
// Before a schedule begins all clients make ready what they need: that is no part of the measure.
constexpr std::chrono::milliseconds lead{250};

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

/// The way through one round, shared by its workers. `left` reaches zero when the last of them has
/// come to rest.
struct Load::Course {
    /// When this step arrives, if there is a schedule.
    std::optional<SteadyClock::time_point> due(std::uint64_t number) const {
        if (rate == 0) return std::nullopt;
        const double seconds = static_cast<double>(number - first) / static_cast<double>(rate);
        return begin + std::chrono::duration_cast<SteadyClock::duration>(
                           std::chrono::duration<double>(seconds)
                       );
    }
    bool over(std::uint64_t number, SteadyClock::time_point moment) const {
        return number >= end || moment >= deadline;
    }
    /// Of the steps that have arrived by the end, those that nobody has begun.
    std::uint64_t waiting(std::uint64_t begun) const {
        if (rate == 0) return 0;
        auto arrived = end - first;
        if (deadline != SteadyClock::time_point::max()) {
            const double seconds = std::chrono::duration<double>(deadline - begin).count();
            arrived =
                std::min(arrived, static_cast<std::uint64_t>(seconds * static_cast<double>(rate)));
        }
        return arrived - std::min(arrived, begun);
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
    std::uint64_t rate;
    std::uint64_t first;
    std::uint64_t end;
    SteadyClock::time_point begin;
    SteadyClock::time_point deadline;
    std::size_t left;
    std::atomic<std::uint64_t> next{first};
    std::mutex mutex{};
    std::condition_variable rested{};
};

/// Takes the next number, waits until it is due, if there is a schedule, and does that step. So the
/// numbers that nobody has taken are the backlog.
class Load::Worker final : public Client {
 public:
    Worker(Lane& lane, Course& course) : x_lane(lane), x_course(course) {}

    void next() {
        const auto number = x_course.next.fetch_add(1, std::memory_order_relaxed);
        const auto now = SteadyClock::now();
        x_due = x_course.due(number);
        if (x_course.over(number, std::max(now, x_due.value_or(now)))) return x_course.leave();
        x_course.scenario.step(*this, number);
    }

    Lane& lane() override { return x_lane; }

    void when_due(std::move_only_function<void(SteadyClock::time_point)> work) override {
        const auto now = SteadyClock::now();
        if (!x_due) return work(now);
        if (*x_due <= now) return work(*x_due);
        const auto wait = std::chrono::ceil<std::chrono::microseconds>(*x_due - now);
        x_timer =
            x_lane.io.after(wait, [work = std::move(work), due = *x_due]() mutable { work(due); });
    }

    void done(const std::string& fault) override {
        if (fault.empty()) {
            x_lane.tally.succeeded();
            return next();
        }
        x_lane.tally.failed(fault);
        x_timer = x_lane.io.after(pause_after_fault, [this] { next(); });
    }

 private:
    Lane& x_lane;
    Course& x_course;
    std::optional<SteadyClock::time_point> x_due;
    std::shared_ptr<http::Io::Timer> x_timer;
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
    Scenario& scenario, Round wanted, const std::function<void(const Results&)>& each_second
) {
    const bool scheduled = wanted.rate > 0;
    const auto begin = SteadyClock::now() + (scheduled ? lead : SteadyClock::duration{0});
    constexpr auto endless = std::numeric_limits<std::uint64_t>::max();
    constexpr auto never = SteadyClock::time_point::max();
    Course course{
        .scenario = scenario,
        .rate = wanted.rate,
        .first = x_next_number,
        .end = wanted.steps == 0 ? endless : x_next_number + wanted.steps,
        .begin = begin,
        .deadline = wanted.time.count() == 0 ? never : begin + wanted.time,
        .left = x_clients,
    };
    const auto seconds = [begin] {
        return std::chrono::duration<double>(SteadyClock::now() - begin).count();
    };
    std::deque<Worker> workers;
    for (std::size_t i = 0; i < x_clients; ++i) {
        auto& lane = *x_lanes[i % x_lanes.size()];
        lane.io.post([&worker = workers.emplace_back(lane, course)] { worker.next(); });
    }
    while (!course.wait(progress_each)) {
        Results so_far;
        so_far.seconds = seconds();
        for (const auto& lane : x_lanes) {
            so_far.done += lane->tally.done();
            so_far.failed += lane->tally.failures();
        }
        each_second(so_far);
    }
    x_next_number = course.next;
    Results results;
    results.seconds = seconds();
    for (const auto& lane : x_lanes) lane->tally.move_to(results);
    results.waiting = course.waiting(results.done + results.failed);
    return results;
}

}  // namespace pay::bench
