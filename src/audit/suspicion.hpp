#pragma once

#include <functional>
#include <string>
#include <vector>

#include "audit/audit.hpp"

namespace pay::audit {

/// What was found about one order, user, transaction or receipt, as long as it was seen only once.
struct Suspicion {
    std::string key;
    std::string state{};  ///< changes when its order moves on
    std::vector<Problem> problems{};
    std::vector<Unclaimed> unclaimed{};
};

using OnSuspicion = std::function<void(Suspicion)>;

}  // namespace pay::audit
