#include <charconv>
#include <cstdio>

#include "app/commands.hpp"
#include "report/liability.hpp"
#include "report/settlement.hpp"

namespace pay::app {
namespace {

report::Format format_of(const auto& options) {
    if (options.json || options.format == "json") return report::Format::json;
    return options.format == "csv" ? report::Format::csv : report::Format::table;
}

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

int print(const report::Sheets& sheets, report::Format format) {
    const auto text = report::show(sheets, format);
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
    return print(report::liability(asked), format_of(options));
}

int report_settlement(const SettlementCommand& options) {
    report::SettlementOptions asked;
    asked.database_url = options.database_url;
    asked.from = read_day(options.from);
    asked.to = read_day(options.to);
    asked.utc_offset = read_offset(options.utc_offset);
    asked.fees = read_fees(options);
    return print(report::settlement(asked), format_of(options));
}

}  // namespace pay::app
