#pragma once

#include <boost/describe.hpp>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "core/sql/sql.hpp"
#include "order/types.hpp"

/// Orders that a person may have to look at: those that go back, and those that stand still.
namespace pay::order {

/// The worst first.
enum class Why { refund_refused, failing, canceling, paid, approval_unknown };
BOOST_DESCRIBE_ENUM(Why, refund_refused, failing, canceling, paid, approval_unknown)

struct Concern {
    Order order;
    Why why = Why::failing;
    Time since{};
    int attempts = 0;  ///< of its refund, if that is what it waits for
    std::optional<Time> next_at{};

    /// Its place in the list: what stands still comes after what fails, oldest first.
    std::tuple<int, Time, std::string> place() const;
};

/// How long an order may rest before it is one.
inline constexpr Duration rests_at_most = std::chrono::minutes{1};
/// Looked for at most, of those that stand still and of those whose refund is open.
inline constexpr std::int64_t most_concerns = 1'000;

/// All there are, the worst first. Looks at what is due soon and at refunds that are not done;
/// throws what core/sql throws.
std::vector<Concern> concerns(sql::Connection& connection, Time now);

}  // namespace pay::order
