#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "core/time/clock.hpp"
#include "report/sheet.hpp"

/// What the house owes its users in points. Reads the databases of the point and the order service,
/// and changes nothing.
namespace pay::report {

struct LiabilityOptions {
    std::string database_url{};
    std::optional<Time> at{};         ///< a past time; nothing: now
    std::int64_t won_per_point = 10;  ///< of points for which it is not known what was paid
    std::int64_t outstanding_limit = 3'000'000'000;  ///< won
    std::int64_t issuance_limit = 50'000'000'000;    ///< won in twelve months
    Duration utc_offset = std::chrono::hours{9};     ///< where months begin
    std::shared_ptr<const Clock> clock = std::make_shared<SystemClock>();
};

/// Sheets `outstanding`, `months` (the last twelve, the one under way included), `breakage` and
/// `limits`. Throws std::runtime_error, or Outage, with one line if it cannot read.
Sheets liability(const LiabilityOptions& options);

}  // namespace pay::report
