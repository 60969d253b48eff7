#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "bootpay/gateway.hpp"
#include "core/http/io.hpp"
#include "order/service.hpp"

namespace pay::order {

/// What a payment needs outside the transactions: looks a receipt up, has the writer decide,
/// approves where it says so, and brings the outcome back. The same for the browser's confirm, a
/// webhook and the driver. Nothing here is remembered: what a crash interrupts is in the order's
/// row.
class PaymentFlow {
 public:
    using Result = pay::Result<Answer>;

    /// Who wants to know, and what is kept under the Idempotency-Key of the call, if there is one.
    struct Asker {
        std::move_only_function<void(Result)> done;  ///< once, from any thread
        Writer<Service>::Keep keep;
        std::string traceparent;
        Writer<Service>::Log log{};  ///< of a command that execute() is given
        Asked asked{};
    };

    PaymentFlow(Service& service, gateway::Gateway& gateway, http::Io& io)
        : x_service(service), x_gateway(gateway), x_io(io) {}

    /// Has the receipt pay the order. `user_id` as in the command Confirm.
    void confirm(std::string order_id, std::string user_id, std::string receipt_id, Asker asker);
    /// Creates the order and has the receipt pay it. If the gateway is silent, the order is made
    /// all the same and remembers the receipt: the driver goes on with it.
    void place(NewOrder order, std::string receipt_id, Asker asker);
    /// A command of a caller that needs no look-up; what it makes due is done at once.
    void execute(Command command, Asker asker) {
        submit(std::move(command), std::make_shared<Asker>(std::move(asker)));
    }
    /// What the gateway said of a payment, for this order.
    void observe(std::string order_id, gateway::Payment payment, Asker asker);
    /// A reply of another service; what it makes due is done at once.
    void deliver(const bus::Message& message, Command command, dead_letter::Answered answered);
    /// A refund was begun: calls the gateway's cancel and brings the outcome back.
    void cancel(const Refund& refund, std::move_only_function<void(Result)> done);
    /// Called when a refund is due at once.
    void on_refund_due(std::function<void()> notify) { x_refund_due = std::move(notify); }

    /// Webhooks that wait to be looked up, as the driver saw last.
    std::int64_t waiting_webhooks() const { return x_waiting_webhooks; }
    void set_waiting_webhooks(std::int64_t count) { x_waiting_webhooks = count; }

 private:
    Confirm heard(std::string order_id, std::string user_id, gateway::Payment payment, Asked asked)
        const;
    void submit(Command command, std::shared_ptr<Asker> asker);
    void settle(std::shared_ptr<Asker> asker, Result result);
    void approve(std::shared_ptr<Asker> asker, const Order& order);
    void look_again(
        std::shared_ptr<Asker> asker, std::string order_id, std::string receipt_id,
        gateway::Approved outcome
    );
    void await_other(std::shared_ptr<Asker> asker, const Order& order);

    Service& x_service;
    gateway::Gateway& x_gateway;
    http::Io& x_io;
    std::function<void()> x_refund_due;
    std::atomic<std::int64_t> x_waiting_webhooks{0};
};

/// Whether a payment's stage tells what became of the money: how an approval of unknown outcome
/// ended, and whether a refund may be decided on. One that is unknown or on its way does not.
bool settled(gateway::Stage stage);

/// The refusal a caller gets for a gateway that does not answer.
Error gateway_error(gateway::Trouble trouble);

}  // namespace pay::order
