#pragma once

#include <atomic>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "core/embedded.hpp"
#include "core/sql/sql.hpp"
#include "item/messages.hpp"

/// A copy of the catalogue in a service's own database, as the item service's messages tell it.
/// Used inside the store of a service that sells or records items.
namespace pay::catalogue {

extern const std::span<const EmbeddedFile> schema;

using Items = std::map<std::string, item::Changed, std::less<>>;

/// The items of these ids that the copy knows.
Items load(sql::Connection& connection, std::span<const std::string_view> ids);
/// The same for a transaction that will change them. Sorted ids.
Items load_locked(sql::Connection& connection, std::span<const std::string_view> ids);
/// Writes the items of these ids as they are, where `stored` names those that load_locked() found;
/// the caller has seen to it that none is older than the copy's. Throws Conflict if another
/// instance was first with one.
void save(
    sql::Transaction& transaction, const Items& items, const std::set<std::string>& changed,
    const std::set<std::string>& stored
);
std::set<std::string> ids_of(const Items& items);
/// How many items the copy holds: none means it was not read yet.
std::int64_t count(sql::Connection& connection);

/// Whether a service's copy can be sold from: it has all that was told of before the process began,
/// and that was something. Any thread.
class Readiness {
 public:
    void caught_up() { x_caught_up = true; }
    void filled() { x_filled = true; }
    /// Why it is not; nothing if it is.
    std::optional<std::string> fault() const {
        if (!x_caught_up) return "the catalogue has not been read to its end yet";
        if (!x_filled) return "the catalogue is empty: has the item service started?";
        return std::nullopt;
    }

 private:
    std::atomic<bool> x_caught_up{false};
    std::atomic<bool> x_filled{false};
};

}  // namespace pay::catalogue
