#pragma once

#include <memory>

#include "order/payment_flow.hpp"

namespace pay::order {

/// How a call that places or confirms an order is answered: with the order or the refusal, kept
/// under its Idempotency-Key, and, with `Prefer: wait=N`, not before the order is final or N
/// seconds are over.
class Asking {
 public:
    /// `status` is the HTTP status of success.
    Asking(Service& service, http::Io& io, std::shared_ptr<Call> call, int status);

    PaymentFlow::Asker asker() const;
    /// Answers with an order that was read, not decided on. Any thread.
    void show(const Order& order) const;

 private:
    http::Response response(const Result<Answer>& result) const;
    std::optional<idempotency::Entry> keep(const Result<Answer>& result) const;
    void answer(Result<Answer> result) const;
    void wait(const Answer& asked) const;
    std::optional<Closing> close(Answer last, const Order& order) const;
    bool waits(const Result<Answer>& result) const;

    Service& x_service;
    http::Io& x_io;
    std::shared_ptr<Call> x_call;
    int x_status;
    Duration x_wait;
};

/// N of `Prefer: wait=N`, at most 30 s; zero if it is not there or is no number.
Duration wait_preferred(const http::Request& request);

}  // namespace pay::order
