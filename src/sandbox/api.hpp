#pragma once

#include <memory>

#include "core/http/message.hpp"
#include "core/http/router.hpp"
#include "sandbox/billing_keys.hpp"
#include "sandbox/book.hpp"
#include "sandbox/credentials.hpp"
#include "sandbox/faults.hpp"
#include "sandbox/journal.hpp"
#include "sandbox/later.hpp"
#include "sandbox/notify.hpp"

namespace pay::sandbox {

/// All that the two APIs of the sandbox work on; what it refers to outlives it. Any thread.
struct Desk {
    Book& book;
    BillingKeys& keys;
    Credentials& credentials;
    Faults& faults;
    Journal& journal;
    Notifier& notifier;
    Later& later;
    std::shared_ptr<const Clock> clock;

    /// Answers with a body once what it tells is on disk, and sends the webhook that belongs to it.
    void answer(http::Responder responder, http::Response response, std::string webhook = {});
    void refuse(http::Responder responder, Refusal refusal);
    /// Answers with what a call did to a receipt; `drop`, if it is set, swallows the answer.
    void settle(http::Responder responder, const Book::Outcome& outcome, Fault drop);
    void tell(std::string webhook);  ///< once what was done is on disk; empty: nothing to tell
    /// Charges a key; nobody is told yet.
    Book::Outcome charge(const KeyCharge& charge);
    Book::Outcome charge_at_once(const Purchase& purchase);
};

/// Bootpay's own API, everything under /v2: its calls, its errors and the faults set against them.
class Api {
 public:
    explicit Api(std::shared_ptr<Desk> desk);

    static bool owns(std::string_view path);
    void handle(http::Request request, http::Responder responder);

 private:
    struct Calls;
    std::shared_ptr<Calls> x_calls;
};

/// The calls on billing keys and reservations, to be given a key or a token first.
struct BillingCall {
    http::Method method;
    std::string_view path;
    void (*call)(Desk&, const http::Request&, http::Responder);
};
std::span<const BillingCall> billing_calls();

/// The sandbox's controls under /sandbox.
std::vector<http::Route> control_routes(const std::shared_ptr<Desk>& desk);
/// GET and POST /sandbox/clock, which show and advance a test clock.
std::vector<http::Route> clock_routes(const std::shared_ptr<AdvancingClock>& clock);

}  // namespace pay::sandbox
