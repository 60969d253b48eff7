#pragma once

#include <functional>
#include <memory>

#include "core/http/io.hpp"

namespace pay {

/// Work done again and again on an I/O thread, `pause` after it ended last, the first time after
/// one `pause`. It must not block.
class Repeating {
 public:
    Repeating(http::Io& io, Duration pause, std::function<void()> work);
    ~Repeating();  ///< stop()
    Repeating(const Repeating&) = delete;
    Repeating& operator=(const Repeating&) = delete;

    /// Waits for work that is being done; none is done afterwards. Not from the work itself.
    void stop();

 private:
    struct Turns;
    std::shared_ptr<Turns> x_turns;
};

}  // namespace pay
