#pragma once

#include <functional>
#include <memory>

#include "core/http/io.hpp"

namespace pay::sandbox {

/// Timers that nobody has to hold: each is kept until it has run. Any thread.
class Later {
 public:
    explicit Later(http::Io& io);
    ~Later();  ///< clear()
    Later(const Later&) = delete;
    Later& operator=(const Later&) = delete;

    /// Runs `work` on an I/O thread after `delay`, unless clear() comes first.
    void after(Duration delay, std::move_only_function<void()> work);
    void clear();

 private:
    struct State;
    std::shared_ptr<State> x_state;
};

}  // namespace pay::sandbox
