#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/audit_log/audit_log.hpp"
#include "core/dead_letter/handler.hpp"
#include "core/dead_letter/store.hpp"
#include "core/http/io.hpp"
#include "core/idempotency/keys.hpp"
#include "core/metrics/metrics.hpp"
#include "core/result/result.hpp"

namespace pay::dead_letter {

/// How often a message is tried, and how much may wait for that in memory.
struct Tries {
    int most = 5;
    Duration first_pause{200};         ///< between the first two; doubles: 3 s in all
    std::size_t held = 4096;           ///< messages; over it the bus is told to retry
    std::size_t held_bytes = 8 << 20;  ///< the same for their payloads
};

/// Who parks: named in announcements and in the log.
struct Origin {
    std::string service;
    std::string instance;
};

/// A transaction of the service's writer without a command of the service.
struct Change {
    /// Writes rows, and may send messages. Can be called several times; one of them is committed.
    std::function<void(sql::Transaction&, Time now, std::vector<bus::Message>&)> record;
    std::move_only_function<void(std::optional<Error>)> done;  ///< nothing: it is committed
    std::string traceparent{};                                 ///< of the messages sent
    /// What stays under the Idempotency-Key of the call this is done for; after `record`.
    std::function<std::optional<idempotency::Entry>()> keep{};
    /// What an operator has done by it, if anything; after `record`.
    std::function<std::optional<audit_log::Entry>()> log{};
};
using Write = std::function<void(Change)>;

/// Who has letters replayed, and why.
struct ReplayOrder {
    audit_log::Operator who;
    std::string reason;
};

/// What a replay came to.
struct Replayed {
    std::int64_t replayed = 0;            ///< letters that are handled now
    std::optional<std::string> failed{};  ///< the letter that failed again
    std::optional<std::string> reason{};  ///< why
    std::int64_t left = 0;                ///< letters of this lane that are still parked
};

/// Stands between the bus and a service's handlers. What a handler refuses is tried again with
/// growing pauses while later messages of its lane wait behind it; other lanes flow on. When the
/// tries are over, the lane's messages are parked in one transaction, which also announces the one
/// that failed on `<topic>.dead`. Messages that come later for a parked lane are parked behind
/// without being tried. An outage never parks anything: the bus is told to retry. Any thread.
class Letterbox {
 public:
    Letterbox(Origin origin, http::Io& io, metrics::Metrics& metrics, Write write, Tries tries);
    ~Letterbox();

    /// Before the bus starts.
    void subscribe(bus::Bus& bus, Subscription subscription);
    /// Learns which lanes are parked; before any message comes.
    void open(sql::Connection& connection);
    /// The same every now and then, for what other instances parked and freed.
    Change refresh();
    /// What is held goes back to the bus, and whatever fails from here on.
    void stop();

    /// Handles the letter and those behind it, in order, until one fails again, none is left or
    /// many are done. NOT_FOUND; CONFLICT while another replay of this lane runs; UNAVAILABLE.
    /// Each letter that is handled, or fails again, is an action of this operator.
    void replay(
        const std::string& id, ReplayOrder order,
        std::move_only_function<void(Result<Replayed>)> done
    );
    /// After the commit of a transaction that took letters of a lane away: `left` are still there.
    void removed(Lane lane, std::int64_t letters, std::int64_t left);

 private:
    class Replay;
    struct Held {
        std::shared_ptr<const bus::Message> message;
        bus::Handled handled;
    };
    /// A lane whose first message is being tried again; the others wait.
    struct Trouble {
        std::deque<Held> held{};
        int tries = 0;
        std::string reason{};
        std::shared_ptr<http::Io::Timer> timer{};
    };
    enum class Way { handle, park, wait, give_back };

    void take(const bus::Message& message, bus::Handled handled);
    Way way_of(Lane lane, Held& held);
    void ask(const std::shared_ptr<const bus::Message>& message, Answered answered);
    void handle(Lane lane, Held held);
    void begin_trouble(Lane lane, Held held, std::string reason);
    bool hold(Trouble& trouble, Held& held);
    void schedule(Lane lane, Trouble& trouble, Duration pause);
    void try_again(Lane lane);
    void settle(Lane lane, Outcome outcome);
    void settle_done(Lane lane);
    void settle_refused(Lane lane, std::string reason);
    std::deque<Held> end_trouble(Lane lane);
    void give_back(Lane lane);

    std::vector<Letter> letters_of(Lane lane);
    void park(Lane lane);
    void parked(Lane lane, const std::vector<Letter>& letters, const std::vector<std::string>& ids);
    void park_behind(Lane lane, Held held);
    void announce(const Letter& letter, std::vector<bus::Message>& messages) const;
    void count(std::int64_t letters);

    const Origin x_origin;
    http::Io& x_io;
    const Write x_write;
    const Tries x_tries;
    metrics::Gauge& x_gauge;
    metrics::Counter& x_counter;
    std::map<std::string, Handler, std::less<>> x_handlers;

    std::mutex x_mutex;
    bool x_stopped = false;
    std::map<Lane, Trouble> x_troubles;  // lanes whose first message is being tried again
    std::size_t x_held = 0;
    std::size_t x_held_bytes = 0;
    std::set<Lane> x_parked;
    std::int64_t x_letters = 0;
    std::set<Lane> x_replaying;
};

}  // namespace pay::dead_letter
