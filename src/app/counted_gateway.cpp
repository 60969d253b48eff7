#include "app/counted_gateway.hpp"

namespace pay::app {
namespace {

metrics::Counter& counter(metrics::Metrics& metrics, const std::string& call, const char* outcome) {
    return metrics.counter(
        "payments_gateway_calls_total", "Calls of the payment gateway by how they ended",
        {{"call", call}, {"outcome", outcome}}
    );
}

bool is_answer(gateway::Refusal refusal) {
    using enum gateway::Refusal;
    return refusal == declined || refusal == not_ready || refusal == refused;
}

}  // namespace

CountedGateway::Counters::Counters(metrics::Metrics& metrics, const std::string& call)
    : ok(counter(metrics, call, "ok")),
      refused(counter(metrics, call, "refused")),
      failed(counter(metrics, call, "failed")) {}

template <class Value>
void CountedGateway::Counters::count(const std::expected<Value, gateway::Refusal>& outcome) const {
    (outcome ? ok : is_answer(outcome.error()) ? refused : failed).add();
}

template <class Outcome>
std::move_only_function<void(Outcome)> CountedGateway::counted(
    const Counters& counters, std::move_only_function<void(Outcome)> done
) {
    return [counters, done = std::move(done)](Outcome outcome) mutable {
        counters.count(outcome);
        done(std::move(outcome));
    };
}

CountedGateway::CountedGateway(gateway::Gateway& gateway, metrics::Metrics& metrics)
    : x_gateway(gateway),
      x_find(metrics, "find"),
      x_approve(metrics, "approve"),
      x_cancel(metrics, "cancel") {}

void CountedGateway::find(
    const std::string& receipt_id, std::move_only_function<void(gateway::Found)> done
) {
    x_gateway.find(receipt_id, counted(x_find, std::move(done)));
}

void CountedGateway::find_by_order(
    const std::string& order_id, std::move_only_function<void(gateway::FoundAll)> done
) {
    x_gateway.find_by_order(order_id, counted(x_find, std::move(done)));
}

void CountedGateway::approve(
    const std::string& receipt_id, std::move_only_function<void(gateway::Approved)> done
) {
    x_gateway.approve(receipt_id, counted(x_approve, std::move(done)));
}

void CountedGateway::cancel(
    const gateway::Cancel& cancel, std::move_only_function<void(gateway::Canceled)> done
) {
    x_gateway.cancel(cancel, counted(x_cancel, std::move(done)));
}

}  // namespace pay::app
