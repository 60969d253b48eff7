#pragma once

#include <boost/describe.hpp>
#include <optional>
#include <string>

#include "core/json/write.hpp"
#include "core/money/money.hpp"

/// What the order-item service is told and what it says: all that others may know of it.
namespace pay::order_item {

inline constexpr std::string_view commands_topic = "payments.order-item.commands";
/// Where it answers: the topic belongs to order, which listens there.
inline constexpr std::string_view replies_topic = "payments.order.replies";

inline constexpr std::string_view save_type = "order-item.save";
inline constexpr std::string_view revoke_type = "order-item.revoke";
inline constexpr std::string_view done_type = "order-item.done";
inline constexpr std::string_view refused_type = "order-item.refused";

/// What a command asks for. Each happens at most once for an order, however often it is asked.
enum class Action { save, revoke };
BOOST_DESCRIBE_ENUM(Action, save, revoke)

enum class ItemKind { point_package, content };
BOOST_DESCRIBE_ENUM(ItemKind, point_package, content)

/// `order-item.save`: records what was bought. `amount` is what was paid in won, or null if it was
/// paid with points. Content that the user owns already is refused.
struct Save {
    std::string order_id;
    std::string user_id;
    std::string item_id;
    std::string item_name;
    ItemKind kind = ItemKind::point_package;
    std::optional<Won> amount;
    std::optional<Points> points;
};
BOOST_DESCRIBE_STRUCT(Save, (), (order_id, user_id, item_id, item_name, kind, amount, points))

/// `order-item.revoke`: takes it back; before the save was seen it leaves a mark, so that a late
/// save is refused. Always done.
struct Revoke {
    std::string order_id;
};
BOOST_DESCRIBE_STRUCT(Revoke, (), (order_id))

/// `order-item.done` and `order-item.refused`: the same answer each time the same thing is asked.
/// `code` is empty in `done`; in `refused` it is `ALREADY_REVOKED` or `ALREADY_OWNED`.
struct Reply {
    std::string order_id;
    Action action = Action::save;
    std::string code;
};
BOOST_DESCRIBE_STRUCT(Reply, (), (order_id, action, code))

}  // namespace pay::order_item
