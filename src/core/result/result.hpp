#pragma once

#include <expected>
#include <utility>

#include "core/result/error.hpp"

namespace pay {

/// A value or an expected refusal. `return value;` and `return Error{…};` both work; dropping one
/// warns. Outages are thrown (pay::Outage), bugs abort (PAY_ASSERT).
template <class T>
class [[nodiscard]] Result : public std::expected<T, Error> {
 public:
    using std::expected<T, Error>::expected;
    Result(Error error) : std::expected<T, Error>(std::unexpected(std::move(error))) {}
};

}  // namespace pay
