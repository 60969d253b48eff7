#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "core/http/io.hpp"
#include "core/idempotency/keys.hpp"
#include "order/types.hpp"

namespace pay::order {

/// The answer that a change of an order ends a call with, when it is kept in the transaction of
/// that change instead of in one of its own.
struct Closing {
    idempotency::Entry entry;
    std::function<void()> send;  ///< once it is committed
};
/// Called in the transaction, perhaps several times, each time in another; nothing: no end yet.
using Close = std::function<std::optional<Closing>(const Order&)>;

/// Those who wait for an order to change: `Prefer: wait`, event streams, a confirm that another
/// one's approval runs ahead of. Woken by the writer right after its commit. Any thread.
class Watchers {
 public:
    /// True when it has seen enough.
    using Seen = std::function<bool(const Order&)>;

    /// `seen` is called with every change of the order that this instance hears of, none after a
    /// later one but some of them twice, until it returns true or the handle goes. On the writer's
    /// thread, or a reader's if another instance made the change. It must not block.
    class Watch;
    [[nodiscard]] std::shared_ptr<Watch> watch(
        const std::string& order_id, Seen seen, Close close = {}
    );

    /// Of all who watch this order, while the change is saved.
    void close(const Order& order, std::vector<Closing>& closings) const;
    void notify(const Order& order);
    /// The orders that are watched, each once.
    std::vector<std::string> watched() const;
    /// How many are kept, those that went and are not yet swept included.
    std::size_t size() const;

 private:
    mutable std::mutex x_mutex;
    std::multimap<std::string, std::weak_ptr<Watch>, std::less<>> x_watches;
    // Watches that went without a change of their order are swept when there are so many.
    static constexpr std::size_t least_sweep = 1024;
    std::size_t x_sweep_at = least_sweep;
};

/// Calls `done` once, with the first change of the order that `enough` accepts, or with nothing
/// when `limit` is over. A change before the call is not seen: ask from the writer's thread, in
/// `done` of a command on this order, where none can slip through. `close` may end it before.
void wait_for(
    const std::shared_ptr<Watchers>& watchers, http::Io& io, const std::string& order_id,
    Duration limit, std::function<bool(const Order&)> enough,
    std::move_only_function<void(std::optional<Order>)> done, Close close = {}
);

}  // namespace pay::order
