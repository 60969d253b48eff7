#pragma once

#include <span>
#include <vector>

#include "core/bus/bus.hpp"
#include "core/sql/sql.hpp"
#include "core/time/clock.hpp"

namespace pay {

/// Is shown the messages of every batch before those that nobody reads on the bus are dropped, and
/// may write rows for them in the batch's transaction. On the writer's thread.
class EventSink {
 public:
    virtual ~EventSink() = default;
    /// Asked for each message: must be quick.
    virtual bool wants(const bus::Message& message) const = 0;
    /// Can be called several times for a batch, each time in another transaction, of which one is
    /// committed. The messages have their ids.
    virtual void record(
        sql::Transaction& transaction, std::span<const bus::Message> events, Time now
    ) = 0;
    /// What was recorded last is committed.
    virtual void committed() = 0;
};

}  // namespace pay
