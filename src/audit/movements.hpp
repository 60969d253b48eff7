#pragma once

#include <string>
#include <vector>

#include "audit/evidence.hpp"

/// Rule 3 for the points an order moved. Pure.
namespace pay::audit {

/// What an order of a status must have in the other books.
enum class Phase { waits, works, stands, undone };
Phase phase_of(order::Status status);

/// What of the points goes with this part of the amount: rounded up, so that parts never add up to
/// less than they should.
std::int64_t share_of(std::int64_t points, std::int64_t part, std::int64_t whole);

/// What is wrong with what an order moved, each as the end of a sentence about it. Its own row must
/// make sense.
std::vector<std::string> faults_of_movements(const OrderRow& order, const Evidence& evidence);

/// "1 point", "5 points".
std::string count(std::int64_t number, const std::string& what);

}  // namespace pay::audit
