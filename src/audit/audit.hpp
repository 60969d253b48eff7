#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bootpay/client.hpp"
#include "core/money/money.hpp"
#include "core/time/clock.hpp"

/// The proof of the books: contract, section 7. Reads the databases of all services, and changes
/// nothing. May run while they serve: orders are read first, then the others, and a difference is
/// reported only if it is still there on a second look.
namespace pay::audit {

struct AuditOptions {
    std::string database_url{};
    /// Where to ask for receipts, and who asks; nothing: the gateway is not asked.
    std::optional<bootpay::Options> bootpay{};
    Duration stuck_after = std::chrono::minutes{5};
    Duration pause{2'000};  ///< before each further look at what is suspicious
    int looks = 5;          ///< at most, at what keeps moving; 2 at what stands still
    std::shared_ptr<const Clock> clock = std::make_shared<SystemClock>();
};

/// A rule that does not hold, and where. Ids that do not apply are empty.
struct Problem {
    std::string rule;  ///< balance, double_entry, chain, credit, gateway, …: see README.md
    std::string order_id;
    std::string user_id;
    std::string text;  ///< one plain sentence
};

/// Money at the gateway that no order has heard of yet.
struct Unclaimed {
    std::string receipt_id;
    std::string order_id;  ///< the one the payment names; may be nobody's
    Won amount;
};

struct Report {
    bool balanced = true;
    std::map<std::string, std::int64_t> orders;  ///< how many in each status
    Won amount;     ///< paid and not returned, of orders PAID, SUCCESS, CANCELING and CANCELED
    Points points;  ///< all users' balances
    std::vector<Unclaimed> unclaimed;
    std::vector<Problem> problems;
};

/// Told now and then how far it is: what is read, how many of it, and how many there are (0: that
/// is not known). On the calling thread.
using Progress = std::function<void(std::string_view what, std::int64_t done, std::int64_t total)>;

/// Throws std::runtime_error, or Outage (which is one), with one line for an operator when it could
/// not check: no such database, another schema, a gateway that does not answer.
Report audit(const AuditOptions& options, const Progress& progress = {});

std::string to_json(const Report& report);

}  // namespace pay::audit
