#pragma once

#include <memory>
#include <mutex>
#include <set>
#include <string>

#include "order/payment_flow.hpp"

namespace pay::order {

/// Drives on what would otherwise stand still: asks the gateway about orders that wait for a
/// payment, sends commands again that were not answered, turns late sagas round, returns money,
/// looks up what webhooks told of. What is due stands in the rows, so it goes on after any crash.
/// Of several instances the leading one drives; two that both believe to lead do no harm, for every
/// outcome is decided on the rows.
/// Any thread.
class Driver {
 public:
    Driver(
        Service& service, PaymentFlow& flow, gateway::Gateway& gateway, http::Io& io,
        std::shared_ptr<const Clock> clock
    );
    ~Driver();

    void start();
    void stop();
    /// Looks at once instead of at the next turn.
    void kick();

 private:
    struct Work;
    void schedule();
    void turn();
    void look(sql::Connection& connection);
    void clear_simulations(Time now);

    void drive(const Order& order);
    void ask_by_receipt(
        std::string order_id, const std::string& receipt_id, bool held, std::shared_ptr<Work> work
    );
    /// `known`: payments found in another way.
    void ask_by_order(
        std::string order_id, std::vector<gateway::Payment> known, std::shared_ptr<Work> work
    );
    void observe(
        std::string order_id, std::vector<gateway::Payment> payments, std::shared_ptr<Work> work
    );
    void wake(std::string order_id, bool asked, std::shared_ptr<Work> work);
    void drive(const Refund& refund);
    void drive(sql::Connection& connection, const Webhook& webhook);
    void finish(Webhook::Key key, gateway::Found found, std::shared_ptr<Work> work);
    /// Nothing if this thing is worked on already, or if enough is.
    std::shared_ptr<Work> take(const std::string& name);
    void submit(Command command, std::shared_ptr<Work> work);

    Service& x_service;
    PaymentFlow& x_flow;
    gateway::Gateway& x_gateway;
    http::Io& x_io;
    std::shared_ptr<const Clock> x_clock;

    std::mutex x_mutex;
    bool x_stopped = true;
    std::uint64_t x_turns = 0;  // of one turn at a time
    bool x_looking = false;
    bool x_kicked = false;
    std::shared_ptr<http::Io::Timer> x_timer;
    std::set<std::string> x_working;
};

}  // namespace pay::order
