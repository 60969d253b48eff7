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
inline constexpr std::string_view check_type = "point.check";
inline constexpr std::string_view done_type = "point.done";
inline constexpr std::string_view refused_type = "point.refused";
inline constexpr std::string_view checked_type = "point.checked";
inline constexpr std::string_view balance_type = "point.balance";
inline constexpr std::string_view changed_type = "point.changed";
inline constexpr std::string_view expiring_type = "point.expiring";

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
    Points points{};           ///< of a cancel: paid ones
    Points bonus{};            ///< of a cancel: bonus points taken back with them; else 0
    bool only_unused = false;  ///< of a cancel: refused if any point of the charge was ever spent
    /// Of a cancel whose money is returned already: never refused; what is not there is owed.
    bool owed = false;
    /// Answers as it would, changes and remembers nothing.
    bool simulate = false;
};
BOOST_DESCRIBE_STRUCT(
    Hold, (), (order_id, hold_id, user_id, purpose, points, bonus, only_unused, owed, simulate)
)

/// `point.settle`: what is held is gone for good; refused with `ALREADY_RELEASED` where nothing is
/// held. `point.release`: it goes back into its lots. Either, before its hold was seen, leaves a
/// mark, so that a late hold is refused.
struct HoldEnd {
    std::string order_id;
    std::string hold_id;
    std::string user_id;
};
BOOST_DESCRIBE_STRUCT(HoldEnd, (), (order_id, hold_id, user_id))

/// `point.done` and `point.refused`: the same answer each time the same thing is asked. `code` is
/// empty in `done`; in `refused` it is `ALREADY_REVERSED`, `ALREADY_RELEASED`, `ALREADY_SETTLED` (a
/// release that came after all) or `INSUFFICIENT_POINTS`.
struct Reply {
    std::string order_id;
    Action action = Action::credit;
    std::string code;
    std::optional<std::string> hold_id{};  ///< of hold, settle and release
    std::optional<Points> balance{};  ///< of a purchase's hold that is done: what is left to spend
};
BOOST_DESCRIBE_STRUCT(Reply, (), (order_id, action, code, hold_id, balance))

/// `point.check`: what does the ledger itself say of this order? Nothing is remembered of it.
struct Check {
    std::string order_id;
    std::string user_id;
    std::string check_id;  ///< the asker's own: the answer has it, too
};
BOOST_DESCRIBE_STRUCT(Check, (), (order_id, user_id, check_id))

/// `point.checked`, on replies_topic: the sums of the order's lines in the ledger.
struct Checked {
    std::string order_id;
    std::string check_id;
    Points granted;   ///< by its credit
    Points returned;  ///< by its reverse, and by cancels that are settled
    Points spent;     ///< by its purchase; 0 again if it was reversed
    Points held;      ///< now
    Points owed;      ///< by how much the order changed what the user owes; below zero: it repaid
};
BOOST_DESCRIBE_STRUCT(Checked, (), (order_id, check_id, granted, returned, spent, held, owed))

/// `point.balance`, on replies_topic with the user's id as its key: a balance that fell, though not
/// by a purchase's hold, whose reply says it. Of two the one with the greater version is newer.
struct Balance {
    std::string user_id;
    Points balance;
    std::int64_t version = 0;
};
BOOST_DESCRIBE_STRUCT(Balance, (), (user_id, balance, version))

/// `point.expiring`, on events_topic: points that run out soon if they are not spent. Once for each
/// lot and notice.
struct Expiring {
    std::string user_id;
    Points points;
    std::string at;         ///< RFC 3339
    std::int64_t days = 0;  ///< how far ahead this notice is given, at most
};
BOOST_DESCRIBE_STRUCT(Expiring, (), (user_id, points, at, days))

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
