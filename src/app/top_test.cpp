#include "app/top.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace pay;
using namespace pay::app;

namespace {

Reading reading(double seconds, const char* metrics) {
    Reading reading;
    reading.at = "2026-03-02T01:15:30.000Z";
    reading.seconds = seconds;
    add_metrics(reading.series, metrics);
    return reading;
}

const char* const before =
    "payments_orders_total{status=\"SUCCESS\"} 10\n"
    "payments_http_answers_total{status=\"2xx\"} 100\n"
    "payments_gateway_calls_total{call=\"find\",outcome=\"failed\"} 0\n"
    "payments_writer_batch_size_sum{service=\"order_item\"} 10\n"
    "payments_writer_batch_size_count{service=\"order_item\"} 5\n";
const char* const after =
    "payments_orders_total{status=\"SUCCESS\"} 35\n"
    "payments_orders_total{status=\"FAIL\"} 0\n"
    "payments_http_answers_total{status=\"2xx\"} 150\n"
    "payments_http_answers_total{status=\"5xx\"} 2\n"
    "payments_http_answer_seconds_bucket{le=\"0.01\"} 50\n"
    "payments_http_answer_seconds_bucket{le=\"+Inf\"} 50\n"
    "payments_gateway_calls_total{call=\"find\",outcome=\"failed\"} 3\n"
    "payments_writer_batch_size_sum{service=\"order_item\"} 30\n"
    "payments_writer_batch_size_count{service=\"order_item\"} 9\n"
    "payments_dead_letters{service=\"order-item\"} 4\n";

}  // namespace

TEST_CASE("what two readings tell") {
    auto now = reading(12, after);
    ServiceState state;
    state.service = "order";
    state.outbox = {7, "2026-03-02T01:15:00.000Z"};
    state.queue = 3;
    state.dead_letters = 1;
    state.consumers = {{"payments.order.replies", 5}, {"payments.item.changed", 1}};
    state.instances = {{"a", true}, {"b", false}};
    now.services.push_back(state);
    now.stuck = {{{"ord_1", "FAILING"}, "failing", "2026-03-02T01:00:00.000Z"}};
    const auto view = view_of(reading(10, before), now);
    CHECK(
        json::to_text(view) ==
        R"({"at":"2026-03-02T01:15:30.000Z","orders":[{"status":"FAIL","per_s":0.0},)"
        R"({"status":"SUCCESS","per_s":12.5}],)"
        R"("http":{"per_s":26.0,"errors_per_s":1.0,"p50_ms":5.0,"p99_ms":9.9},)"
        R"("gateway":{"per_s":1.5,"failures_per_s":1.5},"services":[)"
        R"({"service":"order","commands_per_s":null,"commands_per_commit":null,"queue":3,)"
        R"("outbox":7,"outbox_oldest_at":"2026-03-02T01:15:00.000Z","lag":6,"dead_letters":1,)"
        R"("instances":2},)"
        R"({"service":"point","commands_per_s":null,"commands_per_commit":null,"queue":null,)"
        R"("outbox":null,"outbox_oldest_at":null,"lag":null,"dead_letters":0,"instances":null},)"
        R"({"service":"order-item","commands_per_s":10.0,"commands_per_commit":5.0,"queue":null,)"
        R"("outbox":null,"outbox_oldest_at":null,"lag":null,"dead_letters":4,"instances":null},)"
        R"({"service":"item","commands_per_s":null,"commands_per_commit":null,"queue":null,)"
        R"("outbox":null,"outbox_oldest_at":null,"lag":null,"dead_letters":0,"instances":null}],)"
        R"("stuck":[{"order":{"id":"ord_1","status":"FAILING"},"why":"failing",)"
        R"("since":"2026-03-02T01:00:00.000Z"}],"more_stuck":false,"faults":[]})"
    );
    CHECK(
        line_text(view) ==
        "2026-03-02T01:15:30.000Z  SUCCESS 12.5  http 26.0/s p99 9.9 ms  gateway 1.5/s failed 1.5"
        "  outbox 7  lag 6  dead 5  stuck 1"
    );
}

TEST_CASE("a page fits its screen, and what an older server does not tell is left open") {
    auto now = reading(1, "payments_writer_batch_size_sum{service=\"order\"} 1\n");
    now.faults = {"no answer from http://127.0.0.1:1"};
    for (int i = 0; i < 50; ++i) {
        now.stuck.push_back({{"ord_" + std::to_string(i), "PAID"}, "paid", "long ago"});
    }
    now.more_stuck = true;
    const auto view = view_of(reading(0, ""), now);
    CHECK_FALSE(view.http.per_s.value.has_value());
    CHECK_FALSE(view.gateway.per_s.value.has_value());
    terminal::Screen screen{.interactive = true, .columns = 60, .rows = 24, .colours = false};
    const auto page = page_text(view, screen);
    CHECK(std::ranges::count(page, '\n') <= 24);
    CHECK(page.contains("no answer from http://127.0.0.1:1\n"));
    CHECK(page.ends_with("or more others\n"));
    CHECK(page_text(view_of(reading(0, ""), reading(1, "")), screen).contains("no order is stuck"));
}
