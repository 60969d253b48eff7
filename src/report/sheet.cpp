#include "report/sheet.hpp"

#include "core/json/escape.hpp"
#include "core/json/write.hpp"

namespace pay::report {
namespace {

std::string text_of(const Cell& cell) {
    if (const auto* text = std::get_if<std::string>(&cell)) return *text;
    return std::to_string(std::get<std::int64_t>(cell));
}

bool is_number(const Cell& cell) {
    return std::holds_alternative<std::int64_t>(cell);
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
