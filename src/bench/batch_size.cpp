#include "bench/batch_size.hpp"

#include <charconv>

namespace pay::bench {
namespace {

constexpr std::string_view sum = "payments_writer_batch_size_sum{";
constexpr std::string_view count = "payments_writer_batch_size_count{";
constexpr std::string_view label = "service=\"";

/// The label's value and the line's number, of `name{service="order"} 42`.
void take(std::string_view line, double Batches::* field, BatchesByService& read) {
    const auto begin = line.find(label);
    const auto space = line.rfind(' ');
    if (begin == std::string_view::npos || space == std::string_view::npos) return;
    const auto name = line.substr(begin + label.size());
    const auto text = line.substr(space + 1);
    double value = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (failure == std::errc{}) read[std::string(name.substr(0, name.find('"')))].*field = value;
}

}  // namespace

BatchesByService read_batches(std::string_view metrics) {
    BatchesByService read;
    while (!metrics.empty()) {
        const auto line = metrics.substr(0, metrics.find('\n'));
        if (line.starts_with(sum)) take(line, &Batches::commands, read);
        if (line.starts_with(count)) take(line, &Batches::batches, read);
        metrics.remove_prefix(std::min(line.size() + 1, metrics.size()));
    }
    return read;
}

std::map<std::string, double> mean_batch_sizes(
    const BatchesByService& before, const BatchesByService& after
) {
    std::map<std::string, double> means;
    for (const auto& [service, now] : after) {
        const auto found = before.find(service);
        const Batches then = found == before.end() ? Batches{} : found->second;
        const double batches = now.batches - then.batches;
        means[service] = batches > 0 ? (now.commands - then.commands) / batches : 0;
    }
    return means;
}

}  // namespace pay::bench
