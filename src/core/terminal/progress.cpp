#include "core/terminal/progress.hpp"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <utility>

namespace pay::terminal {
namespace {

constexpr Duration redraw_pause{100};
constexpr Duration line_pause{5'000};     // where lines stay
constexpr Duration rate_span{10'000};     // the rate is that of the last of it
constexpr Duration least_rate_span{500};  // shorter ones say nothing
constexpr std::size_t bar_width = 20;
constexpr std::string_view erase_line = "\r\x1b[K";

Duration steady_now() {
    return std::chrono::duration_cast<Duration>(std::chrono::steady_clock::now().time_since_epoch()
    );
}

void write_to_stderr(std::string_view text) {
    std::fwrite(text.data(), 1, text.size(), stderr);
    std::fflush(stderr);
}

/// 1:05, or 2:03:09.
std::string clock_text(Duration span) {
    const auto seconds = std::max<std::int64_t>(span.count() + 999, 0) / 1000;
    const auto two = [](std::int64_t value) {
        return (value < 10 ? ":0" : ":") + std::to_string(value);
    };
    const auto hours = seconds / 3600;
    const auto minutes = seconds / 60 % 60;
    return (hours > 0 ? std::to_string(hours) + two(minutes) : std::to_string(minutes)) +
           two(seconds % 60);
}

/// Done of a hundred; nothing if the end is not known.
std::optional<std::uint64_t> percent_of(const Standing& standing, Duration elapsed) {
    if (standing.total > 0) return std::min(standing.done, standing.total) * 100 / standing.total;
    if (!standing.left) return std::nullopt;
    const auto all = std::max<std::int64_t>((elapsed + *standing.left).count(), 1);
    return static_cast<std::uint64_t>(elapsed.count() * 100 / all);
}

std::string number(std::uint64_t value) {
    return grouped(static_cast<std::int64_t>(value));
}

}  // namespace

std::string progress_line(
    std::string_view what, const Standing& standing, std::optional<std::uint64_t> rate,
    Duration elapsed, std::size_t width
) {
    std::string line(what);
    if (const auto percent = percent_of(standing, elapsed)) {
        const std::size_t full = *percent * bar_width / 100;
        line.append("  [").append(full, '#').append(bar_width - full, '.').append("] ");
        line.append(*percent < 10 ? "  " : *percent < 100 ? " " : "");
        line.append(std::to_string(*percent)).append(" %");
    }
    line += "  " + number(standing.done);
    if (standing.total > 0) line += "/" + number(standing.total);
    if (rate) line += "  " + number(*rate) + "/s";
    auto left = standing.left;
    if (!left && standing.total > standing.done && rate.value_or(0) > 0) {
        left = std::chrono::seconds{(standing.total - standing.done) / *rate};
    }
    if (left) line += "  " + clock_text(*left) + " left";
    if (!standing.note.empty()) line += "  " + standing.note;
    return clipped(line, width);
}

Progress::Progress(bool quiet)
    : x_quiet(quiet), x_outlet{screen_of(STDERR_FILENO), write_to_stderr, steady_now} {}

Progress::Progress(Outlet outlet) : x_quiet(false), x_outlet(std::move(outlet)) {}

Progress::~Progress() {
    end();
}

std::optional<std::uint64_t> Progress::rate_at(Duration now, std::uint64_t done) {
    x_marks.push_back({now, done});
    while (x_marks.size() > 2 && now - x_marks[1].at >= rate_span) x_marks.pop_front();
    const auto span = now - x_marks.front().at;
    if (span < least_rate_span || done < x_marks.front().done) return std::nullopt;
    return (done - x_marks.front().done) * 1000 / static_cast<std::uint64_t>(span.count());
}

void Progress::tell(std::string_view what, const Standing& standing) {
    if (x_quiet) return;
    const auto now = x_outlet.now();
    if (x_what != what || x_marks.empty()) {
        if (x_marks.empty()) x_told = x_outlet.screen.interactive ? x_told : now;
        x_what = what;
        x_begun = now;
        x_marks.clear();
        x_marks.push_back({now, standing.done});
    }
    const bool in_place = x_outlet.screen.interactive;
    if (x_told && now - *x_told < (in_place ? redraw_pause : line_pause)) return;
    x_told = now;
    const auto rate = rate_at(now, standing.done);
    const std::size_t width = in_place ? x_outlet.screen.columns - 1 : std::string::npos;
    const auto line = progress_line(what, standing, rate, now - x_begun, width);
    x_outlet.write(in_place ? std::string(erase_line) + line : line + '\n');
    x_drawn = in_place;
}

void Progress::end() {
    if (std::exchange(x_drawn, false)) x_outlet.write(erase_line);
    x_what.clear();
    x_marks.clear();
}

}  // namespace pay::terminal
