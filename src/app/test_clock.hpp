#pragma once

#include <boost/describe.hpp>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/http/router.hpp"
#include "core/time/clock.hpp"

/// The clock that a test turns: there with --test-clock only.
namespace pay::app {

struct ClockView {
    std::string now;  ///< RFC 3339
};
BOOST_DESCRIBE_STRUCT(ClockView, (), (now))

struct AdvanceBody {
    std::int64_t advance_s = 0;  ///< whole seconds, from 0 to ten years
};
BOOST_DESCRIBE_STRUCT(AdvanceBody, (), (advance_s))

/// GET and POST /v1/test/clock, for admins. What is due by then is found by those who look for it,
/// at their next turn.
std::vector<http::Route> test_clock_routes(const std::shared_ptr<AdvancingClock>& clock);

}  // namespace pay::app
