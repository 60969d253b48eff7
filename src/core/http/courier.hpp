#pragma once

#include <expected>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "core/http/client.hpp"
#include "core/http/io.hpp"

namespace pay::http {

struct CourierOptions {
    std::vector<std::string> allowed{};  ///< CIDRs that may be called though they are not public
    Duration timeout{5'000};             ///< for the whole call: name, connection, TLS and answer
    std::size_t answer_limit = 4096;     ///< what is longer is cut, and not read to its end
};

struct Letter {
    std::string url{};  ///< https alone; see parse_https_url()
    Fields headers{};
    std::string body{};
};

/// Brings a POST to a URL that somebody else has written, on a connection of its own: over TLS
/// alone, never to an address that AddressGuard refuses (it is asked about the very address that is
/// connected to), and redirects are answers like any other. Any thread.
///
/// Looking up a name may block for long, and does so for all calls of one I/O thread: a host's
/// calls have the same thread, and hosts have them in turn.
class Courier {
 public:
    /// What was answered, or why nothing was: a sentence for a person, with no secret in it.
    using Outcome = std::expected<Answer, std::string>;

    /// Throws std::runtime_error for CIDRs that are none.
    Courier(Io& io, const CourierOptions& options);
    ~Courier();  ///< stops

    /// Calls under way end without an answer, those that come after it at once.
    void stop();

    /// `done` runs on an I/O thread, exactly once; of a host's calls on always the same one.
    void send(Letter letter, std::move_only_function<void(Outcome)> done);

 private:
    struct Lane;
    Lane& lane_of(const std::string& url);

    std::vector<std::shared_ptr<Lane>> x_lanes;
    std::mutex x_mutex;
    std::map<std::string, std::size_t> x_lane_of_host;
};

}  // namespace pay::http
