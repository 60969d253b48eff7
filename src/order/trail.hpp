#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/bus/answers.hpp"
#include "core/time/clock.hpp"

/// What happened to an order, in few bytes: a text in its row, to which each decision adds a
/// record. Letters stand for enumerators by their place, so new ones are only ever added at the end
/// of an enumeration that is in here.
namespace pay::order {

enum class Status;
enum class Failure;
enum class Phase;

/// Who or what had the gateway asked about a payment.
enum class Source { driver, request, webhook, recheck, reconcile, charge };

/// Who wants something, for the trail.
struct Asked {
    Source source = Source::driver;
    std::string request_id{};  ///< of the call, if it is one
};

/// What led to a decision. Behind each: what its `outcome` is a letter of, if it has one.
enum class Cause {
    placed,          ///< gateway::Stage, if a payment came with it
    placed_unheard,  ///< with a receipt, but the gateway was silent
    auto_charged,    ///< its auto-charge made it, or calls again
    confirmed,       ///< gateway::Stage; asked by a request
    webhook,         ///< gateway::Stage: a webhook had it looked up
    polled,          ///< gateway::Stage: the driver did
    rechecked,       ///< gateway::Stage: looked up after an approval without an outcome
    reconciled,      ///< gateway::Stage
    charged,         ///< gateway::Stage: the stored card's
    charge_refused,  ///< gateway::Refusal
    approved,        ///< gateway::Stage
    not_approved,    ///< gateway::Refusal
    point_done,      ///< point::Action
    point_refused,   ///< point::Action
    item_done,       ///< order_item::Action
    item_refused,    ///< order_item::Action
    woken,           ///< its time had come
    woken_unheard,   ///< the same, and the gateway was silent
    cancel_asked,    ///< by a request
    refund_looked_up,
    refund_postponed,  ///< the gateway was silent
    returned,          ///< gateway::Stage
    not_returned,      ///< gateway::Refusal
    closed,            ///< by an operator
    retried,           ///< by an operator
};

/// What an order says to others.
enum class Saying {
    credit,
    reverse,
    hold,
    settle,
    release,
    save,
    revoke,  // point and order-item
    paid,
    succeeded,
    failed,
    canceled,
    expired  // the world
};
struct SayingFacts {
    std::string_view topic;
    std::string_view type;
};
const SayingFacts& facts(Saying saying);
std::optional<Saying> saying_of(std::string_view type);

/// A call of the gateway that was decided on with it, and comes next.
enum class GatewayCall { approve, cancel, charge };

template <class E>
struct Move {
    E from;
    E to;
};

/// One record.
struct Mark {
    Cause cause = Cause::placed;
    std::optional<int> outcome{};
    std::string request_id{};
    std::optional<bus::Place> heard{};      ///< where the message stood that led to it
    std::optional<bus::Answers> answers{};  ///< and what that one answers
    std::optional<Move<Status>> status{};
    std::optional<Failure> failure{};  ///< what the order's failure became
    std::optional<Phase> phase{};      ///< what its cancellation's phase became
    std::vector<Saying> said{};
    std::optional<GatewayCall> call{};
    int attempts = 0;  ///< how often it was tried before, if that is said
};

/// What the trail may have in bytes. Over it the middle goes; how many records went is kept.
inline constexpr std::size_t longest_trail = 4'000;

/// Adds a record. Times are kept as distances from the order's creation.
void append(std::string& trail, Time created_at, Time at, const Mark& mark);

struct Record {
    Time at{};
    Mark mark{};
    int left_out = 0;  ///< of a gap: how many records; then nothing else is in it
};
/// What append() wrote, oldest first; what cannot be read is passed over.
std::vector<Record> read_trail(std::string_view trail, Time created_at);

}  // namespace pay::order
