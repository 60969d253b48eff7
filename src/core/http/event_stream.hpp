#pragma once

#include <functional>
#include <mutex>
#include <string>
#include <utility>

#include "core/http/message.hpp"

namespace pay::http {

/// What a feeder has sent and the client has not taken yet. Any thread.
class StreamBuffer {
 public:
    static constexpr std::size_t limit = 256 * 1024;

    enum class Added { first, more, refused, overflow };

    /// `first`: nothing waited before, so the connection must be told. `overflow`, once: too slow.
    Added add(std::string_view text) {
        const std::lock_guard lock(x_mutex);
        if (x_closed) return Added::refused;
        if (x_waiting.size() + x_under_way + text.size() > limit) {
            x_closed = true;
            return Added::overflow;
        }
        x_waiting += text;
        return x_waiting.size() == text.size() ? Added::first : Added::more;
    }

    /// What waits, to be written now; what was taken before is on its way.
    std::string take() {
        const std::lock_guard lock(x_mutex);
        x_under_way = x_waiting.size();
        return std::exchange(x_waiting, {});
    }

    void close() {
        const std::lock_guard lock(x_mutex);
        x_closed = true;
    }

    bool closed() const {
        const std::lock_guard lock(x_mutex);
        return x_closed;
    }

 private:
    mutable std::mutex x_mutex;
    std::string x_waiting;
    std::size_t x_under_way = 0;
    bool x_closed = false;
};

}  // namespace pay::http
