#include "core/dead_letter/letterbox.hpp"

namespace pay::dead_letter {
namespace {

/// So that a call ends in good time; the answer says how many are left.
constexpr std::int64_t most_replayed = 1000;

const Error another_runs{
    Code::conflict,
    {"A replay of this key is running.", "같은 키의 재처리가 진행 중입니다."},
    {},
    {}
};
const Error not_now{
    Code::unavailable,
    {"The message cannot be handled now; it stays parked.",
     "지금은 메시지를 처리할 수 없습니다. 메시지는 그대로 보관됩니다."},
    {},
    {}
};

}  // namespace

/// One letter after another: handled, then its row taken away along with finding the next. A crash
/// between the two leaves the row, and the next replay has the handler meet its own effect.
class Letterbox::Replay : public std::enable_shared_from_this<Replay> {
 public:
    Replay(
        Letterbox& letterbox, ReplayOrder order,
        std::move_only_function<void(Result<Replayed>)> done
    )
        : x_letterbox(letterbox), x_order(std::move(order)), x_done(std::move(done)) {}

    void begin(const std::string& id) {
        Change change;
        change.record = [self = shared_from_this(),
                         id](sql::Transaction& transaction, Time, auto&) {
            self->x_letter = find(transaction.connection(), id);
        };
        change.done = [self = shared_from_this()](const std::optional<Error>& error) {
            if (error) return self->x_done(*error);
            if (!self->x_letter) return self->x_done(Error{Code::not_found, {}, {}, {}});
            self->x_lane = self->x_letter->lane;
            if (!self->claim()) return self->x_done(another_runs);
            self->handle();
        };
        x_letterbox.x_write(std::move(change));
    }

 private:
    bool claim() {
        const std::lock_guard lock(x_letterbox.x_mutex);
        return x_letterbox.x_replaying.insert(x_lane).second;
    }

    void handle() {
        const auto message = std::make_shared<const bus::Message>(x_letter->message);
        x_letterbox.ask(message, [self = shared_from_this()](Outcome outcome) {
            switch (outcome.kind) {
                case Outcome::Kind::done:
                    return self->remove();
                case Outcome::Kind::later:
                    return self->finish(not_now);
                case Outcome::Kind::refused:
                    return self->fail(std::move(outcome.reason));
            }
        });
    }

    void remove() {
        Change change;
        change.record = [self = shared_from_this()](sql::Transaction& transaction, Time, auto&) {
            const auto& letter = *self->x_letter;
            self->x_removed = dead_letter::remove(transaction, letter.id) ? 1 : 0;
            self->x_result.left = dead_letter::count(transaction, self->x_lane);
            self->x_next = find_next(transaction.connection(), self->x_lane, letter.place);
        };
        change.log = [self = shared_from_this()]() -> std::optional<audit_log::Entry> {
            if (self->x_removed == 0) return std::nullopt;
            return self->entry("handled");
        };
        change.done = [self = shared_from_this()](const std::optional<Error>& error) {
            if (error) return self->finish(*error);
            self->x_letterbox.removed(self->x_lane, self->x_removed, self->x_result.left);
            const bool enough = ++self->x_result.replayed == most_replayed;
            if (enough || !self->x_next) return self->finish(self->x_result);
            self->x_letter = std::move(self->x_next);
            self->handle();
        };
        x_letterbox.x_write(std::move(change));
    }

    void fail(std::string reason) {
        x_result.failed = x_letter->id;
        x_result.reason = std::move(reason);
        Change change;
        change.record = [self = shared_from_this()](sql::Transaction& transaction, Time, auto&) {
            const auto& letter = *self->x_letter;
            update_failure(transaction, letter.id, *self->x_result.reason, letter.attempts + 1);
            self->x_result.left = dead_letter::count(transaction, self->x_lane);
        };
        change.log = [self = shared_from_this()] { return self->entry("failed again"); };
        change.done = [self = shared_from_this()](const std::optional<Error>& error) {
            if (error) return self->finish(*error);
            self->finish(self->x_result);
        };
        x_letterbox.x_write(std::move(change));
    }

    audit_log::Entry entry(std::string outcome) const {
        return {
            x_order.who,
            {"dead_letter.replay",
             x_letter->id,
             x_order.reason,
             {{"letter", "parked", std::move(outcome)}}}
        };
    }

    void finish(Result<Replayed> result) {
        {
            const std::lock_guard lock(x_letterbox.x_mutex);
            x_letterbox.x_replaying.erase(x_lane);
        }
        x_done(std::move(result));
    }

    Letterbox& x_letterbox;
    const ReplayOrder x_order;
    std::move_only_function<void(Result<Replayed>)> x_done;
    Lane x_lane = 0;
    std::optional<Letter> x_letter;
    std::optional<Letter> x_next;
    std::int64_t x_removed = 0;
    Replayed x_result;
};

void Letterbox::replay(
    const std::string& id, ReplayOrder order, std::move_only_function<void(Result<Replayed>)> done
) {
    std::make_shared<Replay>(*this, std::move(order), std::move(done))->begin(id);
}

}  // namespace pay::dead_letter
