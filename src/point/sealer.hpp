#pragma once

#include <functional>
#include <memory>

#include "core/dead_letter/letterbox.hpp"
#include "core/runtime/readers.hpp"
#include "core/runtime/repeating.hpp"
#include "core/time/clock.hpp"

namespace pay::point {

/// Seals each day once it is over (seal.hpp), day by day where several are due. The ledger is read
/// on a reading thread; what it is given outlives it.
class Sealer {
 public:
    struct House {
        http::Io& io;
        Readers& readers;
        dead_letter::Write write;     ///< into the database, in a transaction of the writer
        std::function<bool()> leads;  ///< whether this instance does it
        std::shared_ptr<const Clock> clock;
    };
    explicit Sealer(House house);
    ~Sealer();

    /// Looks at once, and then every five seconds: a query that finds nothing to do.
    void start();
    /// No further look is taken by itself.
    void stop();
    /// Seals what is due, if this instance leads and does not do it already; `ended` is told when
    /// nothing is due any more, or it did not go well: the next look tries again. Any thread.
    void look(std::function<void()> ended = [] {});

 private:
    struct Work;
    std::shared_ptr<Work> x_work;
    std::unique_ptr<Repeating> x_looks;
};

}  // namespace pay::point
