#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "core/inbox/inbox.hpp"
#include "core/json/read.hpp"
#include "core/json/write.hpp"
#include "item/messages.hpp"
#include "order_item/messages.hpp"

namespace pay::order_item {

/// What was bought by an order.
struct OrderItem {
    std::string id;
    std::string order_id;
    std::string user_id;
    std::string item_id;
    std::string item_name;
    ItemKind kind = ItemKind::point_package;
    std::optional<Won> amount;
    std::optional<Points> points;
    Time created_at{};
    std::optional<Time> revoked_at{};
    friend bool operator==(const OrderItem&, const OrderItem&) = default;

    /// Whether it makes its user the owner of content, as nothing else may at the same time.
    bool entitles() const { return kind == ItemKind::content && !revoked_at; }
};

/// The name under which one user can own one item once.
std::string entitlement_of(std::string_view user_id, std::string_view item_id);

/// `order-item.save`; whoever asks makes the id of the order item.
struct SaveItem {
    std::string id;
    Save asked;
};
/// `order-item.revoke` needs no more than its message, `item.changed` neither.
using Command = std::variant<SaveItem, Revoke, item::Changed>;
/// What became of a command stands in the reply among the messages.
using Answer = std::monostate;

inline constexpr std::string_view already_revoked = "ALREADY_REVOKED";
inline constexpr std::string_view already_owned = "ALREADY_OWNED";

/// What a batch of commands touches.
struct State {
    std::map<std::string, OrderItem, std::less<>> items{};     ///< by order
    std::set<std::string> saved{};                             ///< orders with a new row
    std::set<std::string> revoked{};                           ///< orders whose stored row changed
    std::map<std::string, std::string, std::less<>> owners{};  ///< order by entitlement
    inbox::Answers<Action> given{};                            ///< by order and action
    std::map<std::string, item::Changed, std::less<>> catalogue{};
    std::set<std::string> changed_catalogue{};  ///< ids of its items to be written
    std::set<std::string> stored_catalogue{};   ///< ids of its items the database has
};

}  // namespace pay::order_item
