#include "core/runtime/repeating.hpp"

#include <mutex>

namespace pay {

struct Repeating::Turns : std::enable_shared_from_this<Turns> {
    Turns(http::Io& its_io, Duration its_pause, std::function<void()> its_work)
        : io(its_io), pause(its_pause), work(std::move(its_work)) {}

    void schedule() {
        timer = io.after(pause, [weak = weak_from_this()] {
            if (const auto self = weak.lock()) self->turn();
        });
    }
    void turn() {
        const std::lock_guard lock(mutex);
        if (stopped) return;
        work();
        schedule();
    }

    http::Io& io;
    const Duration pause;
    const std::function<void()> work;
    std::mutex mutex;
    bool stopped = false;
    std::shared_ptr<http::Io::Timer> timer;
};

Repeating::Repeating(http::Io& io, Duration pause, std::function<void()> work)
    : x_turns(std::make_shared<Turns>(io, pause, std::move(work))) {
    const std::lock_guard lock(x_turns->mutex);
    x_turns->schedule();
}

Repeating::~Repeating() {
    stop();
}

void Repeating::stop() {
    std::shared_ptr<http::Io::Timer> last;
    const std::lock_guard lock(x_turns->mutex);
    x_turns->stopped = true;
    last = std::move(x_turns->timer);
}

}  // namespace pay
