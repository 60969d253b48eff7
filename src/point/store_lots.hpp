#pragma once

#include <set>
#include <span>
#include <string>
#include <string_view>

#include "core/sql/sql.hpp"
#include "point/types.hpp"

/// Lots and holds, as the store's load and save want them.
namespace pay::point {

/// Which lots a batch touches.
struct LotKeys {
    std::set<std::string_view> users;   ///< all that they have open
    std::set<std::string_view> orders;  ///< all that their credits made
    std::set<std::string> ids;

    /// Those of an order; if it is older than lots, its user's old one.
    void add_order(std::string_view order_id, const std::string& user_id);
    /// Open ones, and the old ones though they are not.
    void add_all(const std::string& user_id);
};

/// The holds of these ids, with what they took; their lots are added to `lots`.
void load_holds(
    sql::Connection& connection, std::span<const std::string_view> ids, LotKeys& lots, State& state
);
void load_lots(sql::Connection& connection, const LotKeys& keys, State& state);
void save_lots(sql::Transaction& transaction, const State& state);
void save_holds(sql::Transaction& transaction, const State& state);

}  // namespace pay::point
