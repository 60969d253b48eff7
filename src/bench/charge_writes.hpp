#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "bench/charges.hpp"

/// What one whole charge writes, as the services write it: kept equal to what they do by
/// tests/charge_writes_test.cpp.
namespace pay::bench {

enum class Kind { insert, update, remove };

/// The wallets of the buyers, by their numbers, as they were before the first of the charges.
using Wallets = std::vector<point::Wallet>;

/// Several charges in one transaction.
struct Batch {
    sql::Transaction& transaction;
    std::span<const Charge> charges;
    const Charges& all;
    const Wallets& wallets;
    const Pattern& pattern;
    bool events;                     ///< the bus keeps also what no service reads
    std::vector<std::string>& sent;  ///< ids of the outbox rows that have not gone yet
    /// The wallets' heads, by the buyers' numbers, before the first charge that is not booked yet.
    std::vector<std::string>& heads;
};

struct Write {
    std::string_view service;
    int command;  ///< by which of the charge's commands the service's writer makes it, from 1
    Kind kind;
    std::string_view table;
    int rows;        ///< of one charge
    int event_rows;  ///< further ones where events are kept
    void (*run)(const Batch& batch);
    bool each_commit = false;  ///< rows of a whole batch, however many charges it has

    int rows_of(bool events) const { return rows + (events ? event_rows : 0); }
};

/// All of it, in the order of its writing.
std::span<const Write> charge_writes();
/// What a charge leaves after it for good. Its Idempotency-Key is forgotten after two days, and the
/// wallet is left to save_wallets().
std::span<const Write> remaining_writes();
/// How many commands the service's writer carries out for a charge.
int commands_of(std::string_view service, std::span<const Write> writes);

/// The wallet after so many of these charges.
point::Wallet wallet_after(
    const point::Wallet& before, const Charges& charges, std::uint64_t times
);
void save_wallets(sql::Connection& point, const Wallets& wallets, bool stored);

}  // namespace pay::bench
