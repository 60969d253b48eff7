#include "order/watchers.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace pay::order {

class Watchers::Watch {
 public:
    Watch(Seen seen, Close close) : x_seen(std::move(seen)), x_close(std::move(close)) {}
    std::optional<Closing> close(const Order& order) const {
        return x_close ? x_close(order) : std::nullopt;
    }
    /// False once it has seen enough.
    bool show(const Order& order) {
        const std::lock_guard lock(x_mutex);
        if (order.version < x_version) return true;
        x_version = order.version;
        return !x_seen(order);
    }

 private:
    std::mutex x_mutex;
    std::int64_t x_version = 0;
    Seen x_seen;
    const Close x_close;
};

std::shared_ptr<Watchers::Watch> Watchers::watch(
    const std::string& order_id, Seen seen, Close close
) {
    auto made = std::make_shared<Watch>(std::move(seen), std::move(close));
    const std::lock_guard lock(x_mutex);
    if (x_watches.size() >= x_sweep_at) {
        std::erase_if(x_watches, [](const auto& entry) { return entry.second.expired(); });
        x_sweep_at = std::max(least_sweep, 2 * x_watches.size());
    }
    x_watches.emplace(order_id, made);
    return made;
}

std::size_t Watchers::size() const {
    const std::lock_guard lock(x_mutex);
    return x_watches.size();
}

std::vector<std::string> Watchers::watched() const {
    std::vector<std::string> ids;
    const std::lock_guard lock(x_mutex);
    for (const auto& [id, watch] : x_watches) {
        if (!watch.expired() && (ids.empty() || ids.back() != id)) ids.push_back(id);
    }
    return ids;
}

void Watchers::close(const Order& order, std::vector<Closing>& closings) const {
    std::vector<std::shared_ptr<Watch>> watches;
    {
        const std::lock_guard lock(x_mutex);
        auto [place, end] = x_watches.equal_range(order.id);
        for (; place != end; ++place) {
            if (auto alive = place->second.lock()) watches.push_back(std::move(alive));
        }
    }
    for (const auto& watch : watches) {
        if (auto closing = watch->close(order)) closings.push_back(std::move(*closing));
    }
}

void Watchers::notify(const Order& order) {
    std::vector<std::shared_ptr<Watch>> watches;
    {
        const std::lock_guard lock(x_mutex);
        if (x_watches.empty()) return;
        auto [place, end] = x_watches.equal_range(order.id);
        while (place != end) {
            if (auto alive = place->second.lock()) {
                watches.push_back(std::move(alive));
                ++place;
            } else {
                place = x_watches.erase(place);
            }
        }
    }
    // Without the lock: what a watcher does may let go of other watches.
    std::vector<std::shared_ptr<Watch>> satisfied;
    for (auto& watch : watches) {
        if (!watch->show(order)) satisfied.push_back(watch);
    }
    if (satisfied.empty()) return;
    const std::lock_guard lock(x_mutex);
    auto [place, end] = x_watches.equal_range(order.id);
    while (place != end) {
        const auto alive = place->second.lock();
        const bool over = !alive || std::ranges::find(satisfied, alive) != satisfied.end();
        place = over ? x_watches.erase(place) : std::next(place);
    }
}

namespace {

/// A wait that ends by the order or by the clock, whichever comes first; then it lets go of both.
class Wait : public std::enable_shared_from_this<Wait> {
 public:
    explicit Wait(std::move_only_function<void(std::optional<Order>)> done)
        : x_done(std::move(done)) {}

    void hold(std::shared_ptr<Watchers::Watch> watch, std::shared_ptr<http::Io::Timer> timer) {
        const std::lock_guard lock(x_mutex);
        if (x_over) return;
        x_watch = std::move(watch);
        x_timer = std::move(timer);
    }

    void end(std::optional<Order> order) {
        if (over()) x_done(std::move(order));
    }

    /// True for the first who ends it; then it lets go of watch and timer.
    bool over() {
        std::shared_ptr<Watchers::Watch> watch;
        std::shared_ptr<http::Io::Timer> timer;
        const std::lock_guard lock(x_mutex);
        if (std::exchange(x_over, true)) return false;
        watch = std::move(x_watch);
        timer = std::move(x_timer);
        return true;
    }

 private:
    std::mutex x_mutex;
    bool x_over = false;
    std::shared_ptr<Watchers::Watch> x_watch;
    std::shared_ptr<http::Io::Timer> x_timer;
    std::move_only_function<void(std::optional<Order>)> x_done;
};

}  // namespace

void wait_for(
    const std::shared_ptr<Watchers>& watchers, http::Io& io, const std::string& order_id,
    Duration limit, std::function<bool(const Order&)> enough,
    std::move_only_function<void(std::optional<Order>)> done, Close close
) {
    auto wait = std::make_shared<Wait>(std::move(done));
    const auto seen = [wait, enough = std::move(enough)](const Order& order) {
        if (!enough(order)) return false;
        wait->end(order);
        return true;
    };
    const auto close_first = [wait, close = std::move(close)](const Order& order) {
        auto closing = close ? close(order) : std::nullopt;
        if (!closing) return closing;
        closing->send = [wait, send = std::move(closing->send)] {
            if (wait->over()) send();
        };
        return closing;
    };
    auto watch = watchers->watch(order_id, seen, close_first);
    auto timer = io.after(limit, [wait] { wait->end(std::nullopt); });
    wait->hold(std::move(watch), std::move(timer));
}

}  // namespace pay::order
