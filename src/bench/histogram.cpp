#include "bench/histogram.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace pay::bench {
namespace {

constexpr unsigned fine_bits = 7;  // 128 buckets to a power of two
constexpr std::uint64_t fine = std::uint64_t{1} << fine_bits;
constexpr std::uint64_t greatest = (std::uint64_t{1} << 40U) - 1;

/// Values below 256 have a bucket each; from there on the eight leading bits tell the bucket.
std::uint64_t index_of(std::uint64_t value) {
    if (value < fine) return value;
    const auto shift = static_cast<unsigned>(std::bit_width(value)) - fine_bits - 1;
    return fine * shift + (value >> shift);
}

std::uint64_t upper_end(std::uint64_t index) {
    if (index < 2 * fine) return index;
    const auto shift = static_cast<unsigned>(index / fine) - 1;
    const std::uint64_t leading = index - fine * shift;
    return ((leading + 1) << shift) - 1;
}

}  // namespace

Histogram::Histogram() : x_buckets(index_of(greatest) + 1) {}

void Histogram::add(std::uint64_t value) {
    ++x_buckets[index_of(std::min(value, greatest))];
    ++x_count;
}

void Histogram::add(const Histogram& other) {
    std::ranges::transform(x_buckets, other.x_buckets, x_buckets.begin(), std::plus{});
    x_count += other.x_count;
}

std::uint64_t Histogram::quantile(double share) const {
    if (x_count == 0) return 0;
    const auto rank = static_cast<std::uint64_t>(std::ceil(share * static_cast<double>(x_count)));
    std::uint64_t seen = 0;
    std::uint64_t index = 0;
    for (; index < x_buckets.size(); ++index) {
        seen += x_buckets[index];
        if (seen >= std::max<std::uint64_t>(rank, 1)) break;
    }
    return upper_end(std::min<std::uint64_t>(index, x_buckets.size() - 1));
}

}  // namespace pay::bench
