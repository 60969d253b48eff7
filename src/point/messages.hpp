#pragma once

#include <boost/describe.hpp>
#include <string>

#include "core/json/write.hpp"
#include "core/money/money.hpp"

/// What the point service is told and what it says: all that others may know of it.
namespace pay::point {

inline constexpr std::string_view commands_topic = "payments.point.commands";
inline constexpr std::string_view events_topic = "payments.point.events";
/// Where it answers: the topic belongs to order, which listens there.
inline constexpr std::string_view replies_topic = "payments.order.replies";

inline constexpr std::string_view credit_type = "point.credit";
inline constexpr std::string_view reverse_type = "point.reverse";
inline constexpr std::string_view done_type = "point.done";
inline constexpr std::string_view refused_type = "point.refused";
inline constexpr std::string_view changed_type = "point.changed";

/// What a command asks for. Each happens at most once for an order, however often it is asked.
enum class Action { credit, reverse };
BOOST_DESCRIBE_ENUM(Action, credit, reverse)

/// `point.credit`: gives the points of a charge. `point.reverse`: takes them back; refused if they
/// are spent; before the credit was seen it leaves a mark, so that a late credit is refused.
struct Command {
    std::string order_id;
    std::string user_id;
    Points points;
};
BOOST_DESCRIBE_STRUCT(Command, (), (order_id, user_id, points))

/// `point.done` and `point.refused`: the same answer each time the same thing is asked. `code` is
/// empty in `done`; in `refused` it is `ALREADY_REVERSED` or `INSUFFICIENT_POINTS`.
struct Reply {
    std::string order_id;
    Action action = Action::credit;
    std::string code;
};
BOOST_DESCRIBE_STRUCT(Reply, (), (order_id, action, code))

/// `point.changed`: a wallet after a change.
struct Changed {
    std::string user_id;
    std::string transaction_id;
    Points delta;
    Points balance;
    std::string reason;
    std::string order_id;
    std::int64_t version = 0;
};
BOOST_DESCRIBE_STRUCT(
    Changed, (), (user_id, transaction_id, delta, balance, reason, order_id, version)
)

}  // namespace pay::point
