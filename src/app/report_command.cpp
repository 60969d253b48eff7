#include <unistd.h>

#include <charconv>
#include <cstdio>

#include "app/commands.hpp"
#include "core/terminal/table.hpp"
#include "report/liability.hpp"
#include "report/settlement.hpp"

namespace pay::app {
namespace {

/// +09:00, -05:30 or Z.
Duration read_offset(const std::string& text) {
    const auto midnight = parse_rfc3339("1970-01-02T00:00:00" + text);
    if (!midnight) throw BadUse("'" + text + "' is no offset from UTC: write +09:00");
    return Time{std::chrono::days{1}} - *midnight;
}

std::optional<std::chrono::sys_days> read_day(const std::string& text) {
    if (text.empty()) return std::nullopt;
    const auto midnight = parse_rfc3339(text + "T00:00:00Z");
    if (!midnight) throw BadUse("'" + text + "' is no day: write 2026-03-02");
    return std::chrono::floor<std::chrono::days>(*midnight);
}

report::Fees read_fees(const SettlementCommand& options) {
    report::Fees fees{options.fee_permille};
    for (const auto& text : options.fees) {
        const auto mark = text.find('=');
        std::int64_t permille = -1;
        if (mark != 0 && mark != std::string::npos) {
            const char* const end = text.data() + text.size();
            const auto [rest, error] = std::from_chars(text.data() + mark + 1, end, permille);
            if (error != std::errc{} || rest != end) permille = -1;
        }
        if (permille < 0 || permille > 1000) {
            throw BadUse("'" + text + "' is no fee: write METHOD=PERMILLE, such as card=30");
        }
        fees.by_method[text.substr(0, mark)] = permille;
    }
    return fees;
}

std::string text_of(const report::Cell& cell) {
    if (const auto* text = std::get_if<std::string>(&cell)) return *text;
    return terminal::grouped(std::get<std::int64_t>(cell));
}

terminal::Table table_of(const report::Sheet& sheet) {
    using enum terminal::Table::Side;
    std::vector<terminal::Table::Column> columns;
    for (std::size_t i = 0; i < sheet.columns.size(); ++i) {
        const bool numbers =
            !sheet.rows.empty() && std::holds_alternative<std::int64_t>(sheet.rows.front().at(i));
        // Numbers are not cut: a part of one looks like another.
        columns.push_back({sheet.columns[i], numbers ? right : left, numbers ? 0 : 1});
    }
    terminal::Table table(std::move(columns));
    for (const auto& row : sheet.rows) {
        std::vector<std::string> cells;
        for (const auto& cell : row) cells.push_back(text_of(cell));
        table.add(std::move(cells));
    }
    return table;
}

int print(const report::Sheets& sheets, const auto& options) {
    std::string text;
    if (options.json || options.format == "json") {
        text = report::show(sheets, report::Format::json);
    } else if (options.format == "csv") {
        text = report::show(sheets, report::Format::csv);
    } else {
        const auto screen = terminal::screen_of(STDOUT_FILENO);
        for (const auto& sheet : sheets) {
            text += (text.empty() ? "" : "\n") + sheet.name + "\n";
            text += table_of(sheet).text(screen, 2);
        }
    }
    return std::fwrite(text.data(), 1, text.size(), stdout) == text.size() ? 0 : 1;
}

}  // namespace

int report_liability(const LiabilityCommand& options) {
    report::LiabilityOptions asked;
    asked.database_url = options.database_url;
    if (!options.at.empty()) {
        asked.at = parse_rfc3339(options.at);
        if (!asked.at) {
            throw BadUse("'" + options.at + "' is no time: write 2026-03-02T00:00:00Z");
        }
    }
    asked.won_per_point = options.won_per_point;
    asked.outstanding_limit = options.outstanding_limit;
    asked.issuance_limit = options.issuance_limit;
    asked.utc_offset = read_offset(options.utc_offset);
    return print(report::liability(asked), options);
}

int report_settlement(const SettlementCommand& options) {
    report::SettlementOptions asked;
    asked.database_url = options.database_url;
    asked.from = read_day(options.from);
    asked.to = read_day(options.to);
    asked.utc_offset = read_offset(options.utc_offset);
    asked.fees = read_fees(options);
    return print(report::settlement(asked), options);
}

}  // namespace pay::app
