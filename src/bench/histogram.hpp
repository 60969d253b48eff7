#pragma once

#include <cstdint>
#include <vector>

namespace pay::bench {

/// Counts of values in log-linear buckets, 128 to a power of two: a quantile is at most 1 % above
/// the true one, whatever the values are. One thread at a time.
class Histogram {
 public:
    Histogram();

    /// Values above the greatest that has a bucket (2^40 - 1) count as that.
    void add(std::uint64_t value);
    void add(const Histogram& other);
    std::uint64_t count() const { return x_count; }
    /// The least recorded value that at least this share (0 to 1) of all values does not exceed, as
    /// the upper end of its bucket; 0 if there is none.
    std::uint64_t quantile(double share) const;

 private:
    std::vector<std::uint64_t> x_buckets;
    std::uint64_t x_count = 0;
};

}  // namespace pay::bench
