#pragma once

#include <boost/describe.hpp>
#include <optional>
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
inline constexpr std::string_view hold_type = "point.hold";
inline constexpr std::string_view settle_type = "point.settle";
inline constexpr std::string_view release_type = "point.release";
inline constexpr std::string_view done_type = "point.done";
inline constexpr std::string_view refused_type = "point.refused";
inline constexpr std::string_view changed_type = "point.changed";

/// What a command asks for. Each happens at most once for an order (credit, reverse) or for a hold
/// (hold, settle, release), however often it is asked.
enum class Action { credit, reverse, hold, settle, release };
BOOST_DESCRIBE_ENUM(Action, credit, reverse, hold, settle, release)

/// `point.credit`: gives the points of a charge, and the bonus that came with them.
/// `point.reverse`: undoes what the order did to the points. Of a charge, they are taken back:
/// refused if they are spent; before the credit was seen it leaves a mark, so that a late credit is
/// refused. Of an order that was paid with points, what was settled goes back into the lots it came
/// from.
struct Command {
    std::string order_id;
    std::string user_id;
    Points points;
    std::optional<Points> bonus{};  ///< nothing: none
};
BOOST_DESCRIBE_STRUCT(Command, (), (order_id, user_id, points, bonus))

/// What points are set aside for.
enum class Purpose {
    purchase,  ///< to buy content: out of any lots, in the order points are spent
    cancel,    ///< to take a charge back: out of the lots that this order's credit made
};
BOOST_DESCRIBE_ENUM(Purpose, purchase, cancel)

/// `point.hold`: sets points aside until they are settled or released. Refused with
/// `INSUFFICIENT_POINTS` if there are too few (of a cancel: too few unspent ones in its lots), with
/// `ALREADY_RELEASED` if the release came first.
struct Hold {
    std::string order_id;
    std::string hold_id;  ///< the order's id for a purchase, the cancellation's id for a cancel
    std::string user_id;
    Purpose purpose = Purpose::purchase;
    Points points;             ///< of a cancel: paid ones
    Points bonus;              ///< of a cancel: bonus points taken back with them; else 0
    bool only_unused = false;  ///< of a cancel: refused if any point of the charge was ever spent
    /// Of a cancel whose money is returned already: never refused; what is not there is owed.
    bool owed = false;
    /// Answers as it would, changes and remembers nothing.
    bool simulate = false;
};
BOOST_DESCRIBE_STRUCT(
    Hold, (), (order_id, hold_id, user_id, purpose, points, bonus, only_unused, owed, simulate)
)

/// `point.settle`: what is held is gone for good. `point.release`: it goes back into its lots;
/// before its hold was seen it leaves a mark, so that a late hold is refused.
struct HoldEnd {
    std::string order_id;
    std::string hold_id;
    std::string user_id;
};
BOOST_DESCRIBE_STRUCT(HoldEnd, (), (order_id, hold_id, user_id))

/// `point.done` and `point.refused`: the same answer each time the same thing is asked. `code` is
/// empty in `done`; in `refused` it is `ALREADY_REVERSED`, `ALREADY_RELEASED` or
/// `INSUFFICIENT_POINTS`.
struct Reply {
    std::string order_id;
    Action action = Action::credit;
    std::string code;
    std::optional<std::string> hold_id{};  ///< of hold, settle and release
    std::optional<Points> balance{};  ///< of a purchase's hold that is done: what is left to spend
};
BOOST_DESCRIBE_STRUCT(Reply, (), (order_id, action, code, hold_id, balance))

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
