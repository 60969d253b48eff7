#pragma once

#include <array>
#include <memory>

#include "core/http/message.hpp"
#include "core/metrics/metrics.hpp"
#include "core/time/clock.hpp"

namespace pay::app {

/// Counts answers for /metrics: payments_http_answers_total by `status` (2xx, 4xx, …) and
/// payments_http_answer_seconds. One that a caller asked to wait with (Prefer: wait, a stream) is
/// counted, but its time is not: that is the caller's. Any thread; must outlive the responders.
class AnswerTally {
 public:
    explicit AnswerTally(metrics::Metrics& metrics);
    http::Responder watch(const http::Request& request, http::Responder responder) const;

 private:
    static constexpr std::size_t classes = 5;  // 1xx to 5xx
    std::array<metrics::Counter*, classes> x_answers{};
    metrics::Histogram& x_seconds;
};

}  // namespace pay::app
