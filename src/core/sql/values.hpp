#pragma once

#include <optional>
#include <string>

#include "core/money/money.hpp"
#include "core/sql/sql.hpp"
#include "core/time/clock.hpp"

/// The project's own types in columns that may be NULL.
namespace pay::sql {

template <class Unit>
Value value_of(const std::optional<Count<Unit>>& count) {
    return count ? Value{count->value()} : Value{nullptr};
}

inline Value value_of(const std::optional<Time>& time) {
    return time ? Value{to_epoch_ms(*time)} : Value{nullptr};
}

/// An empty text is NULL: a unique index passes it over.
inline Value text_or_null(const std::string& text) {
    return text.empty() ? Value{nullptr} : Value{std::string_view{text}};
}

template <class Unit>
std::optional<Count<Unit>> optional_count(const Row& row, int column) {
    const auto value = row.optional_integer(column);
    return value ? std::optional{Count<Unit>{*value}} : std::nullopt;
}

inline std::optional<Time> optional_time(const Row& row, int column) {
    const auto value = row.optional_integer(column);
    return value ? std::optional{from_epoch_ms(*value)} : std::nullopt;
}

}  // namespace pay::sql
