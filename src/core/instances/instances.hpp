#pragma once

#include <atomic>
#include <map>
#include <mutex>
#include <span>
#include <string>
#include <vector>

#include "core/embedded.hpp"
#include "core/sql/sql.hpp"
#include "core/time/clock.hpp"

namespace pay {

namespace instances {
extern const std::span<const EmbeddedFile> schema;
}

/// The processes that serve one database together, as this one sees them. Each counts its beat up
/// in a row of its own; one whose beat stands still is dead. No clocks are compared, and nobody
/// votes: the living one with the smallest name leads. For some seconds two may lead, or a process
/// that was stopped may wake and still believe to: what a leader does must be harmless if it is
/// done twice.
class Instances {
 public:
    static constexpr Duration beat_pause = std::chrono::seconds{2};
    static constexpr Duration dead_after = std::chrono::seconds{10};

    /// `shared`: false where a lock keeps the database for one process, which then leads.
    Instances(std::string name, bool shared);

    const std::string& name() const { return x_name; }
    bool shared() const { return x_shared; }

    /// In the writer's transaction, once every beat_pause: counts up, looks at the others, and
    /// takes the rows of the dead away. The names of the living are those it saw last.
    void beat(sql::Transaction& transaction, Time now);

    /// Whether this one does what one of them should do. Any thread.
    bool leads() const { return x_leads; }
    /// Any thread; this one included.
    std::vector<std::string> living() const;
    struct Living {
        std::string name;
        bool leads = false;
        std::int64_t beat = 0;  ///< how many it has counted, as this one saw last
    };
    /// The same, with who of them leads. One that is alone counts no beats.
    std::vector<Living> seen() const;

 private:
    struct Seen {
        std::int64_t beat = 0;
        Time since{};  ///< when this beat was seen first
    };
    using Beats = std::map<std::string, std::int64_t, std::less<>>;
    std::vector<std::string> look(const Beats& beats, Time now);

    const std::string x_name;
    const bool x_shared;
    std::atomic<bool> x_leads;
    mutable std::mutex x_mutex;
    std::map<std::string, Seen, std::less<>> x_seen;
};

}  // namespace pay
