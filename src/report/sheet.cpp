#include "report/sheet.hpp"

#include <algorithm>

#include "core/json/escape.hpp"
#include "core/json/write.hpp"
#include "core/text/text.hpp"

namespace pay::report {
namespace {

std::string text_of(const Cell& cell) {
    if (const auto* text = std::get_if<std::string>(&cell)) return *text;
    return std::to_string(std::get<std::int64_t>(cell));
}

bool is_number(const Cell& cell) {
    return std::holds_alternative<std::int64_t>(cell);
}

std::size_t width_of(const std::string& text) {
    return text::characters(text);
}

void append_table(std::string& out, const Sheet& sheet) {
    std::vector<std::size_t> widths;
    for (std::size_t i = 0; i < sheet.columns.size(); ++i) {
        std::size_t width = width_of(sheet.columns[i]);
        for (const auto& row : sheet.rows) width = std::max(width, width_of(text_of(row.at(i))));
        widths.push_back(width);
    }
    const auto numbers = [&](std::size_t column) {
        return !sheet.rows.empty() && is_number(sheet.rows.front().at(column));
    };
    const auto append = [&](std::size_t column, const std::string& text) {
        const std::string blanks(widths[column] - width_of(text), ' ');
        out += column == 0 ? "  " : "   ";
        const bool last = column + 1 == widths.size();
        out += numbers(column) ? blanks + text : text + (last ? "" : blanks);
    };
    out += sheet.name + '\n';
    for (std::size_t i = 0; i < widths.size(); ++i) append(i, sheet.columns[i]);
    out += '\n';
    for (const auto& row : sheet.rows) {
        for (std::size_t i = 0; i < widths.size(); ++i) append(i, text_of(row[i]));
        out += '\n';
    }
}

std::string quoted(const std::string& text) {
    if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"') out += '"';
        out += c;
    }
    return out + '"';
}

void append_csv(std::string& out, const Sheet& sheet) {
    for (std::size_t i = 0; i < sheet.columns.size(); ++i) {
        out += (i == 0 ? "" : ",") + quoted(sheet.columns[i]);
    }
    out += "\r\n";
    for (const auto& row : sheet.rows) {
        for (std::size_t i = 0; i < row.size(); ++i) {
            out += (i == 0 ? "" : ",") + quoted(text_of(row[i]));
        }
        out += "\r\n";
    }
}

void append_json(std::string& out, const Sheet& sheet) {
    json::append_string(out, sheet.name);
    out += ":[";
    for (const auto& row : sheet.rows) {
        out += &row == &sheet.rows.front() ? "{" : ",{";
        for (std::size_t i = 0; i < row.size(); ++i) {
            if (i > 0) out += ',';
            json::append_string(out, sheet.columns.at(i));
            out += ':';
            if (is_number(row[i])) {
                json::append(out, std::get<std::int64_t>(row[i]));
            } else {
                json::append_string(out, std::get<std::string>(row[i]));
            }
        }
        out += '}';
    }
    out += ']';
}

}  // namespace

std::string show(const Sheets& sheets, Format format) {
    std::string out = format == Format::json ? "{" : "";
    for (const auto& sheet : sheets) {
        const bool first = &sheet == &sheets.front();
        switch (format) {
            case Format::table:
                if (!first) out += '\n';
                append_table(out, sheet);
                break;
            case Format::csv:
                if (!first) out += "\r\n";
                append_csv(out, sheet);
                break;
            case Format::json:
                if (!first) out += ',';
                append_json(out, sheet);
                break;
        }
    }
    if (format == Format::json) out += "}\n";
    return out;
}

}  // namespace pay::report
