#pragma once

#include <compare>
#include <cstdint>
#include <stdexcept>

namespace pay {

/// A sum left the range of 64 bits: never from valid input (amounts are bounded where they come
/// in), so it ends the operation that met it.
class Overflow : public std::overflow_error {
 public:
    Overflow() : std::overflow_error("an amount left the range of 64 bits") {}
};

/// A checked whole number of one unit. Different units do not mix; there is no floating point.
template <class Unit>
class Count {
 public:
    constexpr Count() = default;
    constexpr explicit Count(std::int64_t value) : x_value(value) {}
    constexpr std::int64_t value() const { return x_value; }

    constexpr Count operator-() const { return Count{} - *this; }
    friend constexpr Count operator+(Count left, Count right) {
        std::int64_t sum = 0;
        if (__builtin_add_overflow(left.x_value, right.x_value, &sum)) throw Overflow{};
        return Count{sum};
    }
    friend constexpr Count operator-(Count left, Count right) {
        std::int64_t difference = 0;
        if (__builtin_sub_overflow(left.x_value, right.x_value, &difference)) throw Overflow{};
        return Count{difference};
    }
    constexpr Count& operator+=(Count other) { return *this = *this + other; }
    constexpr Count& operator-=(Count other) { return *this = *this - other; }
    friend constexpr auto operator<=>(Count, Count) = default;

 private:
    std::int64_t x_value = 0;
};

/// Korean won. The won has no smaller unit.
using Won = Count<struct WonUnit>;
/// Points of the platform.
using Points = Count<struct PointUnit>;

/// The largest price, charge or grant that is taken in: far above any real one, far below overflow.
inline constexpr std::int64_t largest_amount = 1'000'000'000'000;

}  // namespace pay
