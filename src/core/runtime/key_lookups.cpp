#include "core/runtime/key_lookups.hpp"

#include <algorithm>
#include <iterator>

#include "core/log/log.hpp"

namespace pay {

void KeyLookups::find(std::shared_ptr<Call> call, std::shared_ptr<const Found> found) {
    bool begins = false;
    {
        const std::lock_guard lock(x_mutex);
        if (x_waiting.size() < x_limit) {
            x_waiting.push_back({std::exchange(call, nullptr), std::move(found)});
            begins = !std::exchange(x_active, true);
        }
    }
    if (begins) ask_readers();
    if (call) call->give_up();
}

void KeyLookups::ask_readers() {
    x_readers.run(
        [this](sql::Connection& connection) { look_up(connection); }, [this] { give_up(); }
    );
}

void KeyLookups::look_up(sql::Connection& connection) {
    x_batch = take(most_at_once);
    std::vector<const idempotency::Key*> keys;
    for (const auto& [call, found] : x_batch) keys.push_back(&*call->key);
    const auto entries = idempotency::find(connection, keys);
    auto entry = entries.begin();
    for (auto& lookup : std::exchange(x_batch, {})) {
        const auto [call, found] = std::exchange(lookup, {});
        try {
            (*found)(call, *entry++);
        } catch (const std::exception& failure) {
            log::warn("a call failed behind its look-up", {{"reason", failure.what()}});
            call->give_up();
        }
    }
    go_on();
}

/// The query failed, or there was none: then none who waits would fare better.
void KeyLookups::give_up() {
    const auto refused = x_batch.empty() ? take(x_limit) : std::exchange(x_batch, {});
    for (const auto& [call, found] : refused) call->give_up();
    go_on();
}

/// Behind the calls of the query before: what they do is time in which others gather.
void KeyLookups::go_on() {
    {
        const std::lock_guard lock(x_mutex);
        x_active = !x_waiting.empty();
        if (!x_active) return;
    }
    ask_readers();
}

std::vector<KeyLookups::Lookup> KeyLookups::take(std::size_t most) {
    const std::lock_guard lock(x_mutex);
    const auto count = static_cast<std::ptrdiff_t>(std::min(most, x_waiting.size()));
    const auto end = x_waiting.begin() + count;
    std::vector<Lookup> taken(
        std::make_move_iterator(x_waiting.begin()), std::make_move_iterator(end)
    );
    x_waiting.erase(x_waiting.begin(), end);
    return taken;
}

}  // namespace pay
