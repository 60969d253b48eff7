#include <csignal>
#include <cstdio>
#include <memory>

#include "core/http/io.hpp"
#include "sandbox/sandbox.hpp"

/// The sandbox alone, for the SDK's test: prints `ready URL`, ends on SIGINT or SIGTERM. Its
/// argument, if there is one, is the database to keep receipts in.
int main(int argc, char** argv) {
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);

    pay::http::Io io(2);
    pay::sandbox::SandboxOptions options;
    options.listen = "127.0.0.1:0";
    if (argc > 1) options.db = argv[1];
    pay::sandbox::Sandbox sandbox(io, options, std::make_shared<pay::SystemClock>());
    sandbox.start();
    std::printf("ready %s\n", sandbox.url().c_str());
    std::fflush(stdout);

    int received = 0;
    sigwait(&signals, &received);
    sandbox.stop();
    return 0;
}
