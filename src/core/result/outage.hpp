#pragma once

#include <stdexcept>

namespace pay {

/// Something this process depends on is gone for now: the disk, the database, the bus. Thrown where
/// it is noticed, caught in the writer, the HTTP server (503 UNAVAILABLE) and the relay, which try
/// again. The text is for the log, never for a client.
class Outage : public std::runtime_error {
 public:
    using std::runtime_error::runtime_error;
};

}  // namespace pay
