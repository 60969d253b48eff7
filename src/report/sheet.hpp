#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

/// What a report shows, and the forms in which programs take it.
namespace pay::report {

using Cell = std::variant<std::string, std::int64_t>;

struct Sheet {
    std::string name;
    std::vector<std::string> columns;
    std::vector<std::vector<Cell>> rows{};
};
using Sheets = std::vector<Sheet>;

enum class Format { csv, json };

/// `csv` (RFC 4180): each sheet with a line of its
/// columns' names, an empty line between two. `json`: an object with a list of objects for each
/// sheet.
std::string show(const Sheets& sheets, Format format);

}  // namespace pay::report
