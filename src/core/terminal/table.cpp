#include "core/terminal/table.hpp"

#include <algorithm>
#include <ranges>

#include "core/result/error.hpp"
#include "core/text/text.hpp"

namespace pay::terminal {
namespace {

constexpr std::size_t gap = 2;
constexpr std::size_t least_width = 6;  // what is cut to less says nothing
constexpr std::size_t note_indent = 4;

std::size_t total_of(const std::vector<std::size_t>& widths, std::size_t indent) {
    std::size_t total = indent;
    bool first = true;
    for (const auto width : widths) {
        if (width == 0) continue;  // left out
        total += width + (first ? 0 : gap);
        first = false;
    }
    return total;
}

}  // namespace

Table::Table(std::vector<Column> columns) : x_columns(std::move(columns)) {}

void Table::add(std::vector<std::string> cells) {
    PAY_ASSERT(cells.size() == x_columns.size());
    for (auto& cell : cells) cell = printable(cell);
    x_rows.push_back({std::move(cells)});
}

void Table::note(std::string text) {
    PAY_ASSERT(!x_rows.empty());
    x_rows.back().notes.push_back(printable(text));
}

/// Of each column; 0: it is left out.
std::vector<std::size_t> Table::widths_on(const Screen& screen, std::size_t indent) const {
    std::vector<std::size_t> widths;
    for (std::size_t i = 0; i < x_columns.size(); ++i) {
        auto width = text::columns(x_columns[i].name);
        for (const auto& row : x_rows) width = std::max(width, text::columns(row.cells[i]));
        widths.push_back(width);
    }
    if (!screen.interactive) return widths;
    std::vector<std::size_t> spare;
    for (std::size_t i = 0; i < x_columns.size(); ++i) {
        if (x_columns[i].spare > 0) spare.push_back(i);
    }
    std::ranges::stable_sort(spare, std::greater<>{}, [this](std::size_t i) {
        return x_columns[i].spare;
    });
    for (const auto i : spare) {
        const auto total = total_of(widths, indent);
        if (total <= screen.columns) return widths;
        const auto least = std::min(widths[i], std::max(least_width, x_columns[i].name.size()));
        widths[i] -= std::min(total - screen.columns, widths[i] - least);
    }
    for (const auto i : spare) {
        if (total_of(widths, indent) <= screen.columns) return widths;
        widths[i] = 0;
    }
    return widths;
}

std::string Table::line(
    const std::vector<std::string>& cells, const std::vector<std::size_t>& widths,
    std::size_t indent
) const {
    std::string out(indent, ' ');
    bool first = true;
    for (std::size_t i = 0; i < cells.size(); ++i) {
        if (widths[i] == 0) continue;
        if (!first) out.append(gap, ' ');
        first = false;
        const auto cell = clipped(cells[i], widths[i]);
        if (x_columns[i].side == Side::left) {
            out += padded(cell, widths[i]);
        } else {
            out.append(widths[i] - std::min(widths[i], text::columns(cell)), ' ').append(cell);
        }
    }
    return out.erase(out.find_last_not_of(' ') + 1);
}

std::string Table::text(const Screen& screen, std::size_t indent) const {
    const auto widths = widths_on(screen, indent);
    std::vector<std::string> names;
    for (const auto& column : x_columns) names.push_back(column.name);
    std::string out = styled(screen, Style::bold, line(names, widths, indent)) + '\n';
    const std::size_t broken_at = screen.interactive ? screen.columns : std::string::npos;
    for (const auto& row : x_rows) {
        out += line(row.cells, widths, indent) + '\n';
        for (const auto& note : row.notes) {
            out += wrapped(note, broken_at, indent + note_indent) + '\n';
        }
    }
    return out;
}

}  // namespace pay::terminal
