#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/embedded.hpp"
#include "core/http/message.hpp"
#include "core/result/result.hpp"
#include "core/sql/sql.hpp"
#include "core/time/clock.hpp"

/// Idempotency-Key: the same user, key, method, path and body gives the first answer again.
namespace pay::idempotency {

extern const std::span<const EmbeddedFile> schema;

/// Keys older than this may be forgotten (the contract promises 24 hours).
inline constexpr Duration lifetime = std::chrono::hours{48};

struct Key {
    std::string user_id;
    std::string key;          ///< the header's value
    std::string fingerprint;  ///< of method, path and body
    /// Whether its row is there: of this call, or of an earlier one that it goes on with.
    std::shared_ptr<std::atomic<bool>> stored = std::make_shared<std::atomic<bool>>(false);
};

/// A row: the answer under a key, or, while `status` is nothing, only what the call made so far.
struct Entry {
    Key key;
    std::string resource_id;
    std::optional<int> status;
    std::string body;
    bool runs = false;      ///< saving: the call goes on, so other instances refuse its repeat
    std::string held_by{};  ///< found: the instance where it ran
    std::optional<Time> held_until{};  ///< found: until when others leave it to that instance
};

/// Whether an answer is kept: not 5xx, not 429.
bool kept(int status);
/// Whether the writer's refusal says that the answer prepared for the call was not committed: it
/// could not be, or another instance's call has the key.
bool uncommitted(Code code);

/// How long a call that runs on one instance is refused on the others; it is over before that.
inline constexpr Duration hold_time = std::chrono::seconds{60};

/// Thrown when another instance's call took the key first.
class Taken : public std::runtime_error {
 public:
    Taken() : std::runtime_error("the key runs on another instance") {}
};

/// Throws Conflict if another instance's call stored one of the keys first.
void save(
    sql::Transaction& transaction, const std::string& instance, std::span<const Entry> entries,
    Time now
);
/// The call that `instance` holds has ended without an answer to keep: its repeat may go on with it
/// anywhere. Does nothing if another instance's call has taken it up and answered.
void release(sql::Transaction& transaction, const std::string& instance, const Key& key);
/// Throws Taken if the entry's key is stored already, and not by its call.
void refuse_taken(sql::Connection& connection, const Entry& entry);
std::optional<Entry> find(sql::Connection& connection, const Key& key);
/// The same for many keys by one query: what is found for each, in their order. Some hundreds at
/// most.
std::vector<std::optional<Entry>> find(
    sql::Connection& connection, std::span<const Key* const> keys
);
/// Whether the call of this entry, found by `instance`, may still run elsewhere.
bool runs_elsewhere(const Entry& entry, const std::string& instance, Time now);
/// Forgets up to `limit` keys older than their lifetime; returns how many.
std::int64_t forget_old(sql::Transaction& transaction, Time now, std::int64_t limit);

/// The keys whose calls run in this process now. A killed process leaves none, so its keys are
/// free.
class Running {
 public:
    /// A key taken by one call, free again when this goes.
    class Hold {
     public:
        Hold(Running& running, std::string name) : x_running(running), x_name(std::move(name)) {}
        ~Hold() { x_running.release(x_name); }
        Hold(const Hold&) = delete;
        Hold& operator=(const Hold&) = delete;

     private:
        Running& x_running;
        std::string x_name;
    };

    /// Nothing if another call with this key runs.
    std::shared_ptr<Hold> take(const Key& key);

 private:
    void release(const std::string& name);
    std::mutex x_mutex;
    std::set<std::string> x_names;
};

/// The key of a request, nothing if it carries none; INVALID if it is not 1 to 128 printable ASCII
/// characters.
Result<std::optional<Key>> key_of(const http::Request& request);

}  // namespace pay::idempotency
