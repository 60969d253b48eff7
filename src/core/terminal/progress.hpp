#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "core/terminal/terminal.hpp"
#include "core/time/clock.hpp"

namespace pay::terminal {

/// How far long work is.
struct Standing {
    std::uint64_t done = 0;
    std::uint64_t total = 0;         ///< 0: not known
    std::optional<Duration> left{};  ///< of work that ends by time
    std::string note{};              ///< what else there is to say
};

/// `orders  [#####·····]  50 %  500/1,000  250/s  0:02 left  a note`, of what is known. At most
/// `width` columns; `rate`: a second, nothing before it is known; `elapsed` since it began.
std::string progress_line(
    std::string_view what, const Standing& standing, std::optional<std::uint64_t> rate,
    Duration elapsed, std::size_t width
);

/// Tells on stderr how long work goes. On a terminal one line that is drawn again in its place, and
/// gone at the end; elsewhere a line every few seconds, so that short work says nothing. One
/// thread.
class Progress {
 public:
    /// Where it goes and by what clock: for tests.
    struct Outlet {
        Screen screen;
        std::function<void(std::string_view)> write;
        std::function<Duration()> now;  ///< that never goes back
    };

    /// `quiet`: says nothing at all.
    explicit Progress(bool quiet);
    explicit Progress(Outlet outlet);
    ~Progress();
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;

    /// `what` is being done; another one than before begins anew.
    void tell(std::string_view what, const Standing& standing);
    /// Takes the line away.
    void end();

 private:
    struct Mark {
        Duration at;
        std::uint64_t done;
    };
    std::optional<std::uint64_t> rate_at(Duration now, std::uint64_t done);

    const bool x_quiet;
    Outlet x_outlet;
    std::string x_what;
    Duration x_begun{};
    std::optional<Duration> x_told;
    bool x_drawn = false;
    std::deque<Mark> x_marks;  ///< of the last seconds, the oldest first
};

}  // namespace pay::terminal
