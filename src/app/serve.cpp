#include <csignal>
#include <cstdio>

#include "app/application.hpp"
#include "app/commands.hpp"
#include "app/security.hpp"
#include "core/log/log.hpp"
#include "core/result/outage.hpp"
#include "sandbox/sandbox.hpp"

namespace pay::app {
namespace {

constexpr int sandbox_threads = 1;

sigset_t stop_signals() {
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    return signals;
}

void announce(const std::string& url) {
    std::printf("ready %s\n", url.c_str());
    std::fflush(stdout);
}

}  // namespace

void hold_signals() {
    const sigset_t signals = stop_signals();
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    std::signal(SIGPIPE, SIG_IGN);
}

void wait_for_signal() {
    const sigset_t signals = stop_signals();
    int received = 0;
    sigwait(&signals, &received);
}

int serve(const ServeOptions& options) {
    hold_signals();
    Application application(options);
    application.start();
    if (const auto sandbox = application.sandbox_url(); !sandbox.empty()) {
        log::info("the Bootpay sandbox is hosted here", {{"url", sandbox}});
    }
    announce(application.url());
    wait_for_signal();
    log::info("stopping: finishing what is in flight");
    application.stop();
    return 0;
}

int run_sandbox(const SandboxCommand& options) {
    hold_signals();
    http::Io io(sandbox_threads);
    sandbox::SandboxOptions asked;
    asked.listen = options.listen;
    asked.webhook_url = options.webhook_url;
    asked.db = options.database;
    asked.keys = sandbox_keys(options.keys);
    std::shared_ptr<const Clock> clock = std::make_shared<SystemClock>();
    if (options.test_clock) {
        asked.test_clock = std::make_shared<AdvancingClock>();
        clock = asked.test_clock;
    }
    sandbox::Sandbox sandbox(io, std::move(asked), std::move(clock));
    sandbox.start();
    announce(sandbox.url());
    wait_for_signal();
    sandbox.stop();
    io.stop();
    return 0;
}

}  // namespace pay::app
