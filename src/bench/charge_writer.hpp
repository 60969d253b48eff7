#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "bench/charge_writes.hpp"
#include "bench/tally.hpp"

namespace pay::bench {

/// One service's database, and the charges on their way into it. One thread at a time.
class ChargeWriter {
 public:
    /// `batch_size`: the mean number of charges in a transaction.
    ChargeWriter(
        std::string_view service, std::unique_ptr<sql::Connection> connection,
        std::span<const Write> writes, const Charges& charges, const Wallets& wallets, bool events,
        double batch_size
    );

    /// Writes the next batch; returns how many charges it had, 0 at their end.
    std::uint64_t write_batch();

    std::string_view service() const { return x_service; }
    sql::Connection& connection() { return *x_connection; }
    double batch_size() const { return x_batch_size; }
    std::uint64_t commits() const { return x_commits; }
    /// Of the buyers' wallets, after what is written.
    const std::vector<std::string>& heads() const { return x_heads; }

 private:
    void write(std::span<const Charge> charges);

    const std::string_view x_service;
    const std::unique_ptr<sql::Connection> x_connection;
    const std::span<const Write> x_writes;
    const Charges& x_charges;
    const Wallets& x_wallets;
    const bool x_events;
    const double x_batch_size;
    const Pattern x_pattern;
    std::vector<std::string> x_sent;
    std::vector<std::string> x_heads;
    std::uint64_t x_done = 0;
    double x_share = 0;  ///< of a charge that is left from the batches before
    std::uint64_t x_commits = 0;
};

using ChargeWriters = std::vector<std::unique_ptr<ChargeWriter>>;

struct WritingResults {
    std::uint64_t charges = 0;  ///< that all writers have written
    double seconds = 0;
};

/// Runs each writer on a thread of its own, none far ahead of another, until all charges are
/// written or the time is over. `each_second` gets the results so far. Throws what a writer throws.
WritingResults run_writers(
    const ChargeWriters& writers, std::optional<std::chrono::seconds> time,
    const std::function<void(const WritingResults&)>& each_second
);

}  // namespace pay::bench
