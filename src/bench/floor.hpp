#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "bench/charge_writes.hpp"

/// The rows of whole charges written to the engine with nothing around them: no HTTP, no JSON, no
/// bus, no decisions. What a server's rate is compared with.
namespace pay::bench {

/// Mean commands in one transaction, by service.
using BatchSizes = std::map<std::string, double, std::less<>>;

/// `64`, for all services, or `order=64,point=24.5,order_item=24`, as the load generator tells
/// them. Throws std::runtime_error.
BatchSizes read_batch_sizes(const std::string& text);

struct FloorOptions {
    /// The databases are made beside those of this URL: `_floor` stands behind its path.
    std::string database_url;
    BatchSizes batch_sizes;
    std::uint64_t orders = 0;
    std::uint64_t seconds = 0;
    std::size_t users = 1000;
};

struct ServiceFloor {
    std::map<Kind, double> rows{};  ///< of one charge; some are shared by a batch
    double batch_size = 0;
    std::uint64_t commits = 0;
};

struct FloorReport {
    bool events = false;  ///< were written too, as they are where Kafka is the bus
    std::uint64_t charges = 0;
    double seconds = 0;
    std::int64_t logged_bytes = 0;
    std::map<std::string, ServiceFloor, std::less<>> services{};
};

/// Writes into databases of its own, which are gone when it returns. One thread a service, as in
/// the server; none of them runs far ahead of the others. Throws std::runtime_error if there is
/// anything where they would be made.
FloorReport floor(const FloorOptions& options);

std::string to_json(const FloorReport& report);
/// A table for people.
std::string to_text(const FloorReport& report);

}  // namespace pay::bench
