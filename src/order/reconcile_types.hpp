#pragma once

#include <boost/describe.hpp>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "order/types.hpp"

/// What a reconciliation finds, and what it finds it by.
namespace pay::order::reconcile {

/// docs/reconcile.md says of each what it means and who mends it.
enum class Kind {
    paid_unconfirmed,
    canceled_at_gateway,
    amount_differs,
    not_charged,
    unknown_receipt,
    unclaimed,
    second_payment,
    refund_unfinished,
    cancel_unfinished,
    refund_refused,
    ledger_missing,
    ledger_differs,
    held_left_over,
    still_under_way,
    gateway_silent,
    ledger_silent,
};
BOOST_DESCRIBE_ENUM(
    Kind, paid_unconfirmed, canceled_at_gateway, amount_differs, not_charged, unknown_receipt,
    unclaimed, second_payment, refund_unfinished, cancel_unfinished, refund_refused, ledger_missing,
    ledger_differs, held_left_over, still_under_way, gateway_silent, ledger_silent
)

struct Finding {
    Kind kind = Kind::still_under_way;
    std::string order_id;
    std::string receipt_id;  ///< empty: none
    std::string detail;      ///< one plain sentence
    std::string command;     ///< what mends it; empty once it is mended
    bool mended = false;
};

/// What is known of one order from all three sides. The gateway and the ledger are asked while the
/// order rests: `moved` if it did not.
struct Evidence {
    Order order;
    std::vector<Refund> refunds;               ///< of its own receipt and of second payments
    std::optional<Cancellation> cancellation;  ///< the last one
    bool moved = false;
    bool gateway_answered = true;
    std::vector<gateway::Payment> payments;
    std::set<std::string> elsewhere;  ///< receipts among them that other orders hold
    std::optional<point::Checked> ledger;
};

/// What mends a difference, where there is one right answer.
enum class Remedy {
    none,     ///< a person
    wait,     ///< it may be under way: look again
    observe,  ///< the payment goes through the `confirm` that everybody uses
    kick,     ///< what is unfinished is due now
    credit,   ///< `point.credit` is sent again
    settle,   ///< the hold is settled, or released, again
    release,
};

struct Difference {
    Finding finding;
    Remedy remedy = Remedy::none;
    std::optional<gateway::Payment> payment{};  ///< to observe
};

enum class Part { orders, receipts, done };
BOOST_DESCRIBE_ENUM(Part, orders, receipts, done)

/// A run over the orders made from `from` on and before `to`. First it goes through the orders,
/// then through the receipts that webhooks told of and nobody claimed.
struct Reconciliation {
    std::string id;
    Time from{};
    Time to{};
    std::string asked_by;
    Part part = Part::orders;
    std::string position;      ///< the last order or receipt that was looked at
    std::int64_t pages = 0;    ///< stored so far
    std::int64_t orders = 0;   ///< in the span when it began
    std::int64_t checked = 0;  ///< orders looked at
    std::int64_t mended = 0;   ///< findings
    std::int64_t open = 0;     ///< findings that need somebody
    Time started_at{};
    std::optional<Time> finished_at;

    bool running() const { return !finished_at; }
};

inline constexpr std::string_view id_prefix = "rec_";
inline constexpr std::string_view finding_prefix = "fnd_";

}  // namespace pay::order::reconcile
