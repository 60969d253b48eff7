#include "core/sql/sql.hpp"

namespace pay::sql {

std::optional<std::int64_t> Row::optional_integer(int column) const {
    if (null(column)) return std::nullopt;
    return integer(column);
}

std::optional<std::string> Row::optional_text(int column) const {
    if (null(column)) return std::nullopt;
    return std::string(text(column));
}

}  // namespace pay::sql
