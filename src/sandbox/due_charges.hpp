#pragma once

#include <memory>

#include "sandbox/api.hpp"

namespace pay::sandbox {

/// Charges what is reserved as its time comes, by the desk's clock, which is looked at every
/// `period`. Any thread.
class DueCharges {
 public:
    DueCharges(http::Io& io, std::shared_ptr<Desk> desk, Duration period);
    ~DueCharges();  ///< stop()
    DueCharges(const DueCharges&) = delete;
    DueCharges& operator=(const DueCharges&) = delete;

    void start();
    void stop();  ///< waits for the charge under way. Not from an I/O thread

 private:
    struct State;
    std::shared_ptr<State> x_state;
};

}  // namespace pay::sandbox
