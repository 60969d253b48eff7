#pragma once

#include <string>
#include <vector>

#include "core/terminal/terminal.hpp"

namespace pay::terminal {

/// Rows under a line of names. On a terminal that is too narrow the least important columns are cut
/// first, then left out; elsewhere everything is shown whole. What strangers wrote is harmless in
/// it.
class Table {
 public:
    enum class Side { left, right };
    struct Column {
        std::string name;
        Side side = Side::left;
        int spare = 0;  ///< 0: never cut; of the others the highest is cut first
    };

    explicit Table(std::vector<Column> columns);
    /// As many cells as there are columns.
    void add(std::vector<std::string> cells);
    /// A text of its own below the last row, indented; broken into lines, never cut.
    void note(std::string text);
    bool empty() const { return x_rows.empty(); }

    /// Its lines, each indented so far and ended.
    std::string text(const Screen& screen, std::size_t indent = 0) const;

 private:
    struct Row {
        std::vector<std::string> cells;
        std::vector<std::string> notes{};
    };
    std::vector<std::size_t> widths_on(const Screen& screen, std::size_t indent) const;
    std::string line(
        const std::vector<std::string>& cells, const std::vector<std::size_t>& widths,
        std::size_t indent
    ) const;

    std::vector<Column> x_columns;
    std::vector<Row> x_rows;
};

}  // namespace pay::terminal
