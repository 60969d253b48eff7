#pragma once

#include <memory>

#include "core/runtime/repeating.hpp"
#include "core/time/clock.hpp"

namespace pay::point {

class Service;

/// Looks for lots that have run out or are to be announced, and has the writer do both: on the
/// instance that leads, every ten seconds of the service's clock. Two that lead do no harm: what is
/// done stands in the lots' rows.
class ExpiryJob {
 public:
    static constexpr Duration pause = std::chrono::seconds{10};

    ExpiryJob(Service& service, http::Io& io);

    void start();
    /// Nothing is looked for or asked afterwards.
    void stop();

 private:
    struct Round;
    struct Turn;
    Service& x_service;
    http::Io& x_io;
    std::shared_ptr<Turn> x_turn;
    std::unique_ptr<Repeating> x_looks;
};

}  // namespace pay::point
