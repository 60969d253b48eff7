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

/// Several charges in one transaction.
struct Batch {
    sql::Transaction& transaction;
    std::span<const Charge> charges;
    const Charges& all;
    const Pattern& pattern;
    bool events;                     ///< the bus keeps also what no service reads
    std::vector<std::string>& sent;  ///< ids of the messages whose rows have not gone yet
};

struct Write {
    std::string_view service;
    int command;  ///< by which of the charge's commands the service's writer makes it, from 1
    Kind kind;
    std::string_view table;
    int rows;        ///< of one charge
    int event_rows;  ///< further ones where events are kept
    void (*run)(const Batch& batch);

    int rows_of(bool events) const { return rows + (events ? event_rows : 0); }
};

std::span<const Write> charge_writes();
/// How many commands the service's writer carries out for a charge.
int commands_of(std::string_view service);

/// Wallets for all users, as if each had bought once before.
void open_wallets(sql::Connection& point, const Charges& charges);

}  // namespace pay::bench
