#pragma once

#include "bootpay/gateway.hpp"
#include "core/metrics/metrics.hpp"

namespace pay::app {

/// A gateway whose calls are counted for /metrics: payments_gateway_calls_total by `call` and
/// `outcome` (ok; refused: an answer that says no; failed: none to go by). Any thread; what is
/// counted outlives it.
class CountedGateway final : public gateway::Gateway {
 public:
    CountedGateway(gateway::Gateway& gateway, metrics::Metrics& metrics);

    void find(const std::string& receipt_id, std::move_only_function<void(gateway::Found)> done)
        override;
    void find_by_order(
        const std::string& order_id, std::move_only_function<void(gateway::FoundAll)> done
    ) override;
    void approve(
        const std::string& receipt_id, std::move_only_function<void(gateway::Approved)> done
    ) override;
    void cancel(
        const gateway::Cancel& cancel, std::move_only_function<void(gateway::Canceled)> done
    ) override;

 private:
    /// Of one kind of call.
    struct Counters {
        Counters(metrics::Metrics& metrics, const std::string& call);
        template <class Value>
        void count(const std::expected<Value, gateway::Trouble>& outcome) const {
            (outcome ? ok : failed).add();
        }
        template <class Value>
        void count(const std::expected<Value, gateway::Refusal>& outcome) const;

        metrics::Counter& ok;
        metrics::Counter& refused;
        metrics::Counter& failed;
    };

    /// `done`, told after the outcome is counted. It holds the metrics' counters, which outlive
    /// every call, and nothing of this object.
    template <class Outcome>
    static std::move_only_function<void(Outcome)> counted(
        const Counters& counters, std::move_only_function<void(Outcome)> done
    );

    gateway::Gateway& x_gateway;
    const Counters x_find;
    const Counters x_approve;
    const Counters x_cancel;
};

}  // namespace pay::app
