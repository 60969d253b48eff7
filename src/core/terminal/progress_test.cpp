#include "core/terminal/progress.hpp"

#include <doctest/doctest.h>

#include <vector>

using namespace pay::terminal;
using pay::Duration;

namespace {

/// A progress that is shown to nobody.
struct Shown {
    explicit Shown(bool interactive) {
        screen.interactive = interactive;
        screen.columns = 70;
    }
    Progress progress() {
        return Progress(
            {screen, [this](auto text) { lines.emplace_back(text); }, [this] { return now; }}
        );
    }
    Screen screen;
    Duration now{1'000'000};
    std::vector<std::string> lines;
};

}  // namespace

TEST_CASE("how far it is, how fast, and how long it takes yet") {
    const Duration second{1'000};
    CHECK(
        progress_line("orders", {.done = 500, .total = 2'000}, 250, second, 80) ==
        "orders  [#####...............]  25 %  500/2,000  250/s  0:06 left"
    );
    CHECK(progress_line("orders", {.done = 12'345}, std::nullopt, second, 80) == "orders  12,345");
    CHECK(
        progress_line(
            "measure", {.done = 7, .left = 3 * second, .note = "2 errors"}, 7, second, 80
        ) == "measure  [#####...............]  25 %  7  7/s  0:03 left  2 errors"
    );
    CHECK(
        progress_line("a", {.done = 3, .total = 2}, 0, second, 80) ==
        "a  [####################] 100 %  3/2  0/s"
    );
    CHECK(progress_line("a", {.done = 1, .total = 36'001}, 5, second, 80).ends_with("2:00:00 left")
    );
    CHECK(progress_line("orders", {.done = 12'345}, 1, second, 10) == "orders  1…");
}

TEST_CASE("on a terminal a line is drawn again in its place, and gone at the end") {
    Shown shown(true);
    {
        auto progress = shown.progress();
        progress.tell("orders", {.done = 0, .total = 100});
        shown.now += Duration{50};
        progress.tell("orders", {.done = 10, .total = 100});  // too soon
        shown.now += Duration{950};
        progress.tell("orders", {.done = 50, .total = 100});
        CHECK(shown.lines.size() == 2);
        CHECK(
            shown.lines.back() ==
            "\r\x1b[Korders  [##########..........]  50 %  50/100  50/s  0:01 left"
        );
        progress.end();
        CHECK(shown.lines.back() == "\r\x1b[K");
        CHECK(shown.lines.size() == 3);
    }
    CHECK(shown.lines.size() == 3);  // it was gone already
}

TEST_CASE("elsewhere a line every few seconds, and none for short work") {
    Shown shown(false);
    {
        auto progress = shown.progress();
        for (std::uint64_t done = 0; done <= 12; ++done, shown.now += Duration{1'000}) {
            progress.tell("orders", {.done = done, .total = 100});
        }
    }
    REQUIRE(shown.lines.size() == 2);
    CHECK(shown.lines.front() == "orders  [#...................]   5 %  5/100  1/s  1:35 left\n");
    Shown brief(false);
    brief.progress().tell("orders", {.done = 4, .total = 5});
    CHECK(brief.lines.empty());
}

TEST_CASE("the rate is that of the last seconds, and of this work alone") {
    Shown shown(false);
    auto progress = shown.progress();
    std::uint64_t done = 0;
    for (int second = 0; second <= 30; ++second, shown.now += Duration{1'000}) {
        progress.tell("orders", {.done = done});
        done += second < 15 ? 100 : 10;
    }
    CHECK(shown.lines.back() == "orders  1,650  10/s\n");
    progress.tell("wallets", {.done = 5});
    shown.now += Duration{5'000};
    progress.tell("wallets", {.done = 15});
    CHECK(shown.lines.back() == "wallets  15  2/s\n");
}
