#include "point/expiry_job.hpp"

#include <atomic>
#include <set>
#include <string>

#include "core/ident/ident.hpp"
#include "point/service.hpp"
#include "point/store.hpp"

namespace pay::point {
namespace {

// How often the clock is looked at: it may be a test's, which leaps.
constexpr Duration look_pause{250};
constexpr std::int64_t most_lots_at_once = 500;

}  // namespace

/// When the next round begins; outlives the job while a round goes on.
struct ExpiryJob::Turn {
    std::atomic<bool> busy{false};
    std::atomic<Time> next_at{Time{}};
};

/// One look and the commands that came of it; over when the last of them lets go.
struct ExpiryJob::Round {
    Round(std::shared_ptr<Turn> its_turn, Time now)
        : turn(std::move(its_turn)), next_at(now + pause) {}
    ~Round() {
        turn->next_at = next_at;
        turn->busy = false;
    }
    Round(const Round&) = delete;
    Round& operator=(const Round&) = delete;

    std::shared_ptr<Turn> turn;
    Time next_at;
};

ExpiryJob::ExpiryJob(Service& service, http::Io& io)
    : x_service(service), x_io(io), x_turn(std::make_shared<Turn>()) {}

void ExpiryJob::start() {
    x_looks = std::make_unique<Repeating>(x_io, look_pause, [this] {
        const Time now = x_service.now();
        if (now < x_turn->next_at.load() || !x_service.engine().instances().leads()) return;
        if (x_turn->busy.exchange(true)) return;
        const auto round = std::make_shared<Round>(x_turn, now);
        const auto look = [&service = x_service, round, now](sql::Connection& connection) {
            const auto due = users_due(connection, now, most_lots_at_once);
            const bool more = due.size() == static_cast<std::size_t>(most_lots_at_once);
            if (more) round->next_at = now;
            const std::set<std::string> users(due.begin(), due.end());
            for (const auto& user : users) {
                Expire expire{make_id(prefix::point_transaction, now), user};
                service.engine().writer().submit(
                    {std::move(expire), [round](const Result<Standing>&) {}, {}, {}}
                );
            }
        };
        x_service.engine().readers().run(look, [round] {});
    });
}

void ExpiryJob::stop() {
    x_looks.reset();
}

}  // namespace pay::point
