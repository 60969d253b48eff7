#include "bench/progress.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdio>

namespace pay::bench {

Progress::Progress(const char* round) : x_round(round), x_in_place(isatty(STDERR_FILENO) == 1) {}

Progress::~Progress() {
    if (x_in_place && x_told) std::fputc('\n', stderr);
}

void Progress::operator()(const Results& so_far) {
    const auto done = static_cast<double>(so_far.done - x_done);
    const double rate = done / std::max(so_far.seconds - x_seconds, 0.001);
    std::fprintf(
        stderr, "%s%-8s %6.1f s %10llu done %8.0f/s %6llu errors%s", x_in_place ? "\r" : "",
        x_round, so_far.seconds, static_cast<unsigned long long>(so_far.done), rate,
        static_cast<unsigned long long>(so_far.failed), x_in_place ? "  " : "\n"
    );
    x_told = true;
    x_done = so_far.done;
    x_seconds = so_far.seconds;
}

}  // namespace pay::bench
