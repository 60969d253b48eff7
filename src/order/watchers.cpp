#include "order/watchers.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace pay::order {

class Watchers::Watch {
 public:
    explicit Watch(Seen seen) : x_seen(std::move(seen)) {}
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
};

std::shared_ptr<Watchers::Watch> Watchers::watch(const std::string& order_id, Seen seen) {
    auto made = std::make_shared<Watch>(std::move(seen));
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
        std::shared_ptr<Watchers::Watch> watch;
        std::shared_ptr<http::Io::Timer> timer;
        {
            const std::lock_guard lock(x_mutex);
            if (std::exchange(x_over, true)) return;
            watch = std::move(x_watch);
            timer = std::move(x_timer);
        }
        x_done(std::move(order));
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
    std::move_only_function<void(std::optional<Order>)> done
) {
    auto wait = std::make_shared<Wait>(std::move(done));
    auto watch = watchers->watch(order_id, [wait, enough = std::move(enough)](const Order& order) {
        if (!enough(order)) return false;
        wait->end(order);
        return true;
    });
    auto timer = io.after(limit, [wait] { wait->end(std::nullopt); });
    wait->hold(std::move(watch), std::move(timer));
}

}  // namespace pay::order
