#include "core/http/io.hpp"

#include <boost/asio/post.hpp>
#include <future>

#include "core/http/io_context.hpp"
#include "core/log/log.hpp"
#include "core/log/thread_name.hpp"
#include "core/result/error.hpp"

namespace pay::http {
namespace {

void run(Loop& loop) {
    log::name_thread("io");
    for (;;) {
        try {
            loop.run();
            return;
        } catch (const std::exception& e) {
            log::error("work on an I/O thread failed", {{"reason", e.what()}});
        } catch (...) {
            log::error("work on an I/O thread failed");
        }
    }
}

}  // namespace

Io::Context::Context(int count) {
    PAY_ASSERT(count > 0);
    for (int i = 0; i < count; ++i) {
        loops.push_back(std::make_unique<Loop>());
        guards.push_back(asio::make_work_guard(*loops.back()));
    }
    for (auto& loop : loops) threads.emplace_back([&target = *loop] { run(target); });
}

Io::Context::~Context() {
    stop();
    for (auto& loop : loops) loop->discard();
}

void Io::Context::stop() {
    if (stopped.exchange(true)) return;
    for (auto& loop : loops) loop->stop();
    for (auto& thread : threads) thread.join();
}

void Io::Context::run_on(Loop& loop, const std::function<void()>& work) {
    if (loop.get_executor().running_in_this_thread() || stopped) return work();
    std::promise<void> over;
    asio::post(loop, [&] {
        work();
        over.set_value();
    });
    over.get_future().wait();
}

Io::Io(int threads) : x_context(std::make_unique<Context>(threads)) {}
Io::~Io() = default;

void Io::stop() {
    x_context->stop();
}

void Io::post(std::move_only_function<void()> work) {
    asio::post(x_context->next(), std::move(work));
}

class Io::Timer : public std::enable_shared_from_this<Timer> {
 public:
    Timer(Loop& loop, std::move_only_function<void()> work)
        : x_timer(loop), x_work(std::move(work)) {}

    void start(std::chrono::microseconds delay) {
        x_timer.expires_after(delay);
        x_timer.async_wait([timer = weak_from_this()](error_code ec) {
            if (ec) return;
            // The handle may go on another thread at this moment: then it is gone, or waits for us.
            if (const auto self = timer.lock()) std::exchange(self->x_work, nullptr)();
        });
    }

 private:
    SteadyTimer x_timer;
    std::move_only_function<void()> x_work;
};

std::shared_ptr<Io::Timer> Io::after(
    std::chrono::microseconds delay, std::move_only_function<void()> work
) {
    auto timer = std::make_shared<Timer>(x_context->next(), std::move(work));
    timer->start(delay);
    return timer;
}

}  // namespace pay::http
