#pragma once

#include <atomic>
#include <memory>

#include "bootpay/billing.hpp"
#include "core/runtime/repeating.hpp"
#include "order/payment_flow.hpp"

namespace pay::order {

/// Has due auto-charges begun or followed, calls the gateway's charge once its intent is stored,
/// brings what it says back, and has the gateway destroy revoked billing keys. What is due stands
/// in the rows. On the instance that leads; two that lead do no harm: every step is decided on the
/// locked row, and only who stored an intent calls. Any thread.
class AutoChargeJob {
 public:
    AutoChargeJob(Service& service, PaymentFlow& flow, gateway::Billing& billing, http::Io& io)
        : x_service(service), x_flow(flow), x_billing(billing), x_io(io) {}

    void start();
    /// Nothing more is looked for. What is under way still asks the gateway, and what that answers
    /// needs this to live: stop the gateway's client next.
    void stop();

 private:
    struct Round;
    void look();
    void drive(const std::string& id, std::shared_ptr<Round> round);
    void charge(const Answer& answer);
    void ended(const Answer& asked, gateway::Approved outcome);
    void destroy(const BillingKey& key, std::shared_ptr<Round> round);
    void submit(Command command);

    Service& x_service;
    PaymentFlow& x_flow;
    gateway::Billing& x_billing;
    http::Io& x_io;
    std::atomic<bool> x_busy{false};
    std::unique_ptr<Repeating> x_looks;
};

}  // namespace pay::order
