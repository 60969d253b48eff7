#pragma once

#include <string_view>

/// Migrations where CREATE and ALTER commit by themselves; for this folder only.
namespace pay::sql {

class SchemaSteps {
 public:
    virtual ~SchemaSteps() = default;
    /// Waits until no other connection to this database holds it. Throws Outage if that lasts.
    virtual void lock() = 0;
    virtual void unlock() noexcept = 0;
    /// Runs a statement that may have run already: what it makes may be there.
    virtual void run_again(std::string_view statement) = 0;
};

}  // namespace pay::sql
