#include "app/metrics_text.hpp"

#include <algorithm>
#include <charconv>
#include <limits>

namespace pay::app {
namespace {

std::optional<double> number_in(std::string_view text) {
    double value = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool whole = end == text.data() + text.size();
    return failure == std::errc{} && whole ? std::optional{value} : std::nullopt;
}

double bound_of(std::string_view series) {
    const auto text = label_of(series, "le");
    return number_in(text).value_or(std::numeric_limits<double>::infinity());
}

}  // namespace

void add_metrics(Series& series, std::string_view text) {
    while (!text.empty()) {
        const auto line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(line.size() + 1, text.size()));
        const auto space = line.rfind(' ');
        if (line.starts_with('#') || space == std::string_view::npos) continue;
        const auto value = number_in(line.substr(space + 1));
        if (value) series[std::string(line.substr(0, space))] += *value;
    }
}

std::string_view label_of(std::string_view series, std::string_view label) {
    const auto mark = std::string(label) + "=\"";
    for (auto at = series.find(mark); at != std::string_view::npos;
         at = series.find(mark, at + 1)) {
        if (at == 0 || (series[at - 1] != '{' && series[at - 1] != ',')) continue;
        const auto value = series.substr(at + mark.size());
        return value.substr(0, value.find('"'));
    }
    return {};
}

double Growth::grown(std::string_view series) const {
    const auto after = x_after.find(series);
    if (after == x_after.end()) return 0;
    const auto before = x_before.find(series);
    const double from = before == x_before.end() ? 0 : before->second;
    return std::max(after->second - from, 0.0);
}

std::map<std::string, double> Growth::per_second_by(std::string_view name, std::string_view label)
    const {
    std::map<std::string, double> rates;
    const auto begin = std::string(name) + "{";
    for (auto at = x_after.lower_bound(begin); at != x_after.end(); ++at) {
        if (!at->first.starts_with(begin)) break;
        rates[std::string(label_of(at->first, label))] += per_second(at->first);
    }
    return rates;
}

std::optional<double> Growth::quantile(std::string_view name, double share) const {
    std::map<double, double> counts;  // so many up to this bound
    const auto begin = std::string(name) + "_bucket{";
    for (auto at = x_after.lower_bound(begin); at != x_after.end(); ++at) {
        if (!at->first.starts_with(begin)) break;
        counts[bound_of(at->first)] += grown(at->first);
    }
    if (counts.empty() || counts.rbegin()->second <= 0) return std::nullopt;
    const double wanted = counts.rbegin()->second * share;
    double below = 0;
    double lower = 0;
    for (const auto& [bound, count] : counts) {
        if (count >= wanted) {
            if (bound == std::numeric_limits<double>::infinity()) return lower;
            return lower + (bound - lower) * (wanted - below) / std::max(count - below, 1e-9);
        }
        below = count;
        lower = bound;
    }
    return lower;
}

}  // namespace pay::app
