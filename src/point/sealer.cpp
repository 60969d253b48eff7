#include "point/sealer.hpp"

#include <atomic>

#include "core/log/log.hpp"
#include "point/seal.hpp"

namespace pay::point {
namespace {

// Whether it leads an instance that was just started does not know yet.
constexpr Duration pause = std::chrono::seconds{5};

}  // namespace

/// Shared with what is under way.
struct Sealer::Work : std::enable_shared_from_this<Work> {
    explicit Work(House its_house) : house(std::move(its_house)) {}

    void end() {
        const auto told = std::move(ended);
        busy = false;
        told();
    }

    void seal_next() {
        house.readers.run(
            [self = shared_from_this()](sql::Connection& connection) {
                auto seal = next_seal(connection, self->house.clock->now());
                if (!seal) return self->end();
                self->write(std::make_shared<const Seal>(std::move(*seal)));
            },
            [self = shared_from_this()] { self->end(); }
        );
    }

    void write(std::shared_ptr<const Seal> seal) {
        dead_letter::Change change;
        change.record = [seal](sql::Transaction& transaction, Time now, auto&) {
            save_seal(transaction, *seal, now);
        };
        change.done = [self = shared_from_this(), seal](const std::optional<Error>& error) {
            if (error) return self->end();
            // Also where it cannot be changed with the database: in the log.
            log::info(
                "a day of the points' ledger is sealed",
                {{"day", seal->day}, {"transactions", seal->transactions}, {"hash", seal->hash}}
            );
            self->seal_next();
        };
        house.write(std::move(change));
    }

    const House house;
    std::atomic<bool> busy = false;
    std::function<void()> ended;
};

Sealer::Sealer(House house) : x_work(std::make_shared<Work>(std::move(house))) {}

Sealer::~Sealer() = default;

void Sealer::start() {
    look();
    x_looks = std::make_unique<Repeating>(x_work->house.io, pause, [this] { look(); });
}

void Sealer::stop() {
    x_looks.reset();
}

void Sealer::look(std::function<void()> ended) {
    if (!x_work->house.leads() || x_work->busy.exchange(true)) return ended();
    x_work->ended = std::move(ended);
    x_work->seal_next();
}

}  // namespace pay::point
