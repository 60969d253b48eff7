#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "core/audit_log/audit_log.hpp"
#include "core/sql/sql.hpp"
#include "order/rules.hpp"

/// All that is kept of one order, and what follows of it for an operator.
namespace pay::order {

struct Dossier {
    Order order;
    std::vector<Refund> refunds{};
    std::vector<Cancellation> cancellations{};  ///< newest first, as they are listed to users
    std::vector<Webhook> webhooks{};            ///< of its receipts, oldest first
    std::vector<audit_log::ActionView> actions{};  ///< newest first

    /// The refund of the receipt it holds; null if there is none.
    const Refund* own_refund() const;
};

/// Of each kind of rows at most that many.
inline constexpr std::int64_t most_of_each = 100;
/// Nothing if there is no such order. Throws what core/sql throws.
std::optional<Dossier> find_dossier(sql::Connection& connection, std::string_view order_id);

enum class Waits { payment, approval, point, order_item, refund, cancel, deposit };
BOOST_DESCRIBE_ENUM(Waits, payment, approval, point, order_item, refund, cancel, deposit)

struct Waiting {
    std::optional<Waits> what{};  ///< nothing: it is final
    int attempts = 0;
    std::optional<Time> next_at{};
    std::optional<Time> deadline_at{};
};
Waiting waiting_of(const Dossier& dossier);

enum class Action { cancel, retry, refunded };
BOOST_DESCRIBE_ENUM(Action, cancel, retry, refunded)

/// What an operator may do now, by the rules themselves, played on a copy: for each the refusal it
/// would meet, nothing if none.
struct Allowed {
    Action action = Action::cancel;
    std::optional<Error> refusal{};
};
std::vector<Allowed> actions_of(const Dossier& dossier, const Settings& settings, Time now);

}  // namespace pay::order
