#include "app/answer_tally.hpp"

#include <algorithm>
#include <chrono>
#include <string>

namespace pay::app {
namespace {

using SteadyClock = std::chrono::steady_clock;

const std::vector<double> bounds{0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05,
                                 0.1,    0.25,  0.5,    1,     2.5,  5,     10};

bool waits(const http::Request& request) {
    return request.path.ends_with("/stream") || !request.header("prefer").empty();
}

}  // namespace

AnswerTally::AnswerTally(metrics::Metrics& metrics)
    : x_seconds(metrics.histogram(
          "payments_http_answer_seconds", "Time from a request to its answer", {}, bounds
      )) {
    for (std::size_t i = 0; i < classes; ++i) {
        x_answers[i] = &metrics.counter(
            "payments_http_answers_total", "Answers by the class of their status",
            {{"status", std::to_string(i + 1) + "xx"}}
        );
    }
}

http::Responder AnswerTally::watch(const http::Request& request, http::Responder responder) const {
    return http::Responder(
        [this, timed = !waits(request), begun = SteadyClock::now(),
         onward = std::move(responder)](http::Response response) mutable {
            const auto kind = static_cast<std::size_t>(std::clamp(response.status / 100, 1, 5));
            x_answers[kind - 1]->add();
            if (timed) {
                x_seconds.observe(std::chrono::duration<double>(SteadyClock::now() - begun).count()
                );
            }
            onward.send(std::move(response));
        },
        request.language, request.path
    );
}

}  // namespace pay::app
