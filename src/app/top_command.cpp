#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdio>

#include "app/admin_desk.hpp"
#include "app/commands.hpp"
#include "app/top.hpp"
#include "bench/load.hpp"

namespace pay::app {

struct StuckPage {
    std::vector<Stuck> data;
    std::optional<std::string> next_cursor;
};
BOOST_DESCRIBE_STRUCT(StuckPage, (), (data, next_cursor))
static_assert(json::whole<StuckPage>);

namespace {

constexpr int unreachable = 2;

/// The alternate screen of a terminal: what stood there before is back when this goes.
class Canvas {
 public:
    Canvas() { put("\x1b[?1049h\x1b[?25l"); }
    ~Canvas() { put("\x1b[?25h\x1b[?1049l"); }
    Canvas(const Canvas&) = delete;
    Canvas& operator=(const Canvas&) = delete;

    /// Draws over what is there, as much as fits.
    static void draw(std::string_view page, const terminal::Screen& screen) {
        std::string out = "\x1b[H";
        for (std::size_t row = 0; row + 1 < screen.rows && !page.empty(); ++row) {
            const auto line = page.substr(0, page.find('\n'));
            page.remove_prefix(std::min(line.size() + 1, page.size()));
            out.append(line).append("\x1b[K\r\n");
        }
        put(out + "\x1b[J");
    }

 private:
    static void put(std::string_view text) {
        std::fwrite(text.data(), 1, text.size(), stdout);
        std::fflush(stdout);
    }
};

enum class Woken { by_time, by_size, to_stop };

/// Until it is time, the terminal has another size, or somebody stops this. Signals are held: it is
/// here that they come.
Woken wait(Duration time) {
    sigset_t signals;
    sigemptyset(&signals);
    for (const int signal : {SIGINT, SIGTERM, SIGWINCH}) sigaddset(&signals, signal);
    const timespec limit{time.count() / 1000, time.count() % 1000 * 1'000'000};
    const int received = sigtimedwait(&signals, nullptr, &limit);
    if (received == SIGWINCH) return Woken::by_size;
    return received > 0 ? Woken::to_stop : Woken::by_time;
}

double steady_seconds() {
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch())
        .count();
}

class Observer {
 public:
    explicit Observer(const TopCommand& options)
        : x_urls(options.metrics_urls), x_desk(options.url, options.token, options.signing) {
        if (x_urls.empty()) x_urls.push_back(options.url);
        x_desk.complain_to([this](const std::string& complaint) { fault(complaint); });
    }

    Reading read() {
        x_reading = {to_rfc3339(SystemClock{}.now()), steady_seconds()};
        for (const auto& url : x_urls) {
            guarded([&] { add_metrics(x_reading.series, bench::fetch(url, "/metrics")); });
        }
        guarded([this] { ask_services(); });
        return std::move(x_reading);
    }

 private:
    void fault(std::string text) { x_reading.faults.push_back(std::move(text)); }
    /// What cannot be asked now may be, the next time.
    template <class Work>
    void guarded(const Work& work) {
        try {
            work();
        } catch (const std::runtime_error& failure) {
            fault(failure.what());
        }
    }
    /// What an older server does not know yet is left out.
    void ask_services() {
        for (const auto service : AdminDesk::services) {
            const auto body = x_desk.ask(http::Method::get, service, "/status");
            auto state = body ? json::read<ServiceState>(*body, json::Unknown::ignore)
                              : Result<ServiceState>(std::unexpected(Error{}));
            if (state) x_reading.services.push_back(std::move(*state));
        }
        const auto body = x_desk.ask(http::Method::get, "order", "/attention?limit=100");
        if (!body) return;
        auto page = json::read<StuckPage>(*body, json::Unknown::ignore);
        if (!page) return;
        x_reading.stuck = std::move(page->data);
        x_reading.more_stuck = page->next_cursor.has_value();
    }

    std::vector<std::string> x_urls;
    AdminDesk x_desk;
    Reading x_reading;
};

void print(const TopView& view, const TopCommand& options) {
    const auto text = options.json   ? json::to_text(view) + '\n'
                      : options.once ? page_text(view, terminal::screen_of(STDOUT_FILENO))
                                     : line_text(view) + '\n';
    std::fputs(text.c_str(), stdout);
    std::fflush(stdout);
}

/// Shows what comes until somebody stops it, or nobody reads it any more.
void watch(Observer& observer, Reading before, Duration interval, const TopCommand& options) {
    const auto standard_output = terminal::screen_of(STDOUT_FILENO);
    std::optional<Canvas> canvas;
    if (standard_output.interactive && !options.json) canvas.emplace();
    auto view = view_of(before, before);
    const auto draw = [&] {
        const auto screen = terminal::screen_of(STDOUT_FILENO);
        Canvas::draw(page_text(view, screen), screen);
    };
    if (canvas) draw();
    while (std::ferror(stdout) == 0) {
        const auto woken = wait(interval);
        if (woken == Woken::to_stop) return;
        if (woken == Woken::by_time) {
            auto now = observer.read();
            view = view_of(before, now);
            before = std::move(now);
            if (!canvas) print(view, options);
        }
        if (canvas) draw();
    }
}

}  // namespace

int show_top(const TopCommand& options) {
    const auto interval = read_duration(options.interval);
    if (interval < Duration{100}) throw BadUse("--interval is 100ms or longer");
    hold_signals();
    sigset_t resized;
    sigemptyset(&resized);
    sigaddset(&resized, SIGWINCH);
    pthread_sigmask(SIG_BLOCK, &resized, nullptr);
    Observer observer(options);
    auto before = observer.read();
    // Nothing at all answers: a mistake in the URL rather than an outage to be watched.
    if (before.series.empty() && before.services.empty()) {
        throw BadUse(before.faults.empty() ? "nothing is known there" : before.faults.front());
    }
    if (!options.once) {
        watch(observer, std::move(before), interval, options);
        return 0;
    }
    if (wait(interval) == Woken::to_stop) return 0;
    const auto view = view_of(before, observer.read());
    print(view, options);
    return view.faults.empty() ? 0 : unreachable;
}

}  // namespace pay::app
