#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "core/runtime/call.hpp"
#include "core/runtime/readers.hpp"

namespace pay {

/// Finds what is stored under the Idempotency-Keys of calls. One query at a time, for all that came
/// while the one before it ran; a call that comes alone goes at once. Must outlive the readers.
class KeyLookups {
 public:
    /// Takes the call further with what its key has. Runs on a reading thread, where the other
    /// calls of the query wait behind it: must not block.
    using Found =
        std::function<void(const std::shared_ptr<Call>&, const std::optional<idempotency::Entry>&)>;
    static constexpr std::size_t most_at_once = 128;

    explicit KeyLookups(Readers& readers, std::size_t limit = 4096)
        : x_readers(readers), x_limit(limit) {}

    /// Calls `found`, in the order the calls came; the call is refused with UNAVAILABLE if too many
    /// wait, its query fails or the readers take no work. Any thread.
    void find(std::shared_ptr<Call> call, std::shared_ptr<const Found> found);

 private:
    struct Lookup {
        std::shared_ptr<Call> call;
        std::shared_ptr<const Found> found;
    };
    void ask_readers();
    void look_up(sql::Connection& connection);
    void give_up();
    void go_on();
    std::vector<Lookup> take(std::size_t most);

    Readers& x_readers;
    const std::size_t x_limit;
    std::mutex x_mutex;
    std::deque<Lookup> x_waiting;
    bool x_active = false;        ///< the readers have been asked, or are about to be
    std::vector<Lookup> x_batch;  ///< of the query that runs; of who made x_active true, alone
};

}  // namespace pay
