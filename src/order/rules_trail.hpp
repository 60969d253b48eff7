#pragma once

#include <cstddef>
#include <string>

#include "order/rules.hpp"

namespace pay::order {

/// What a decision leaves in the trail of its order: why it was asked for, and by what the order
/// differs from before. Made before the decision, asked after it. A decision that changed nothing
/// leaves nothing, unless it tells of a call of the gateway.
class Tracks {
 public:
    Tracks(Scope& scope, const Command& command);
    void leave(const Answer& answer) const;

 private:
    bool moved(const Order& order) const;

    Scope& x_scope;
    const Command& x_command;
    std::string x_order_id;  ///< empty: of no order, or of one that is made by it
    bool x_new = true;
    Status x_status{};
    Failure x_failure{};
    std::int64_t x_version = 0;
    int x_attempts = 0;
    std::optional<Time> x_due_at;
    std::string x_cancellation_id;
    Phase x_phase{};
    std::size_t x_messages;
};

}  // namespace pay::order
