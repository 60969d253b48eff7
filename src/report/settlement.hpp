#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "core/time/clock.hpp"
#include "report/sheet.hpp"

/// What the gateway collected, returned and keeps, by day. Reads the order service's database, and
/// changes nothing.
namespace pay::report {

/// What the gateway keeps of a payment, in thousandths, by the name of its method.
struct Fees {
    std::int64_t permille = 0;  ///< of methods that are not named
    std::map<std::string, std::int64_t, std::less<>> by_method{};

    /// Half a won is rounded up.
    std::int64_t of(std::string_view method, std::int64_t amount) const;
};

struct SettlementOptions {
    std::string database_url{};
    std::optional<std::chrono::sys_days> from{};  ///< nothing: from the first
    std::optional<std::chrono::sys_days> to{};    ///< that day included; nothing: to the last
    Duration utc_offset = std::chrono::hours{9};  ///< where days begin
    Fees fees{};
};

/// Sheets `days` (a row for each day and method) and `totals` (one for each method, and `all`).
/// Throws std::runtime_error, or Outage, with one line if it cannot read.
Sheets settlement(const SettlementOptions& options);

}  // namespace pay::report
