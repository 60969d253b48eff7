#include <array>
#include <charconv>
#include <cstdio>

#include "bench/bench.hpp"
#include "core/json/write.hpp"

namespace pay::bench {
namespace {

struct Quantile {
    const char* name;
    double share;
};
constexpr std::array<Quantile, 4> quantiles{
    {{"p50", 0.5}, {"p90", 0.9}, {"p99", 0.99}, {"p999", 0.999}}
};

double orders_per_s(const Results& results) {
    return results.seconds > 0 ? static_cast<double>(results.done) / results.seconds : 0;
}

double ms(std::uint64_t us) {
    return static_cast<double>(us) / 1000;
}

void append_number(std::string& out, double value, int decimals) {
    char text[64];
    const auto end =
        std::to_chars(text, text + sizeof text, value, std::chars_format::fixed, decimals).ptr;
    out.append(text, end);
}

template <class Map, class Write>
void append_object(std::string& out, const Map& map, Write write) {
    out += '{';
    bool first = true;
    for (const auto& [name, value] : map) {
        if (!first) out += ',';
        first = false;
        json::append_string(out, name);
        out += ':';
        write(value);
    }
    out += '}';
}

void append_quantiles(std::string& out, const Histogram& histogram) {
    out += '{';
    for (const auto& [name, share] : quantiles) {
        if (out.back() != '{') out += ',';
        json::append_string(out, name);
        out += ':';
        append_number(out, ms(histogram.quantile(share)), 3);
    }
    out += '}';
}

template <class... Values>
void append_line(std::string& out, const char* format, Values... values) {
    char line[256];
    const int size = std::snprintf(line, sizeof line, format, values...);
    out.append(line, std::min(static_cast<std::size_t>(size), sizeof line - 1));
    out += '\n';
}

void append_latencies(std::string& out, const Results& results) {
    append_line(out, "%-14s %10s %9s %9s %9s %9s", "ms", "count", "p50", "p90", "p99", "p99.9");
    for (const auto& [name, histogram] : results.latencies) {
        append_line(
            out, "%-14s %10llu %9.2f %9.2f %9.2f %9.2f", name.c_str(),
            static_cast<unsigned long long>(histogram.count()), ms(histogram.quantile(0.5)),
            ms(histogram.quantile(0.9)), ms(histogram.quantile(0.99)), ms(histogram.quantile(0.999))
        );
    }
}

}  // namespace

std::string to_json(const Report& report) {
    const auto& results = report.results;
    std::string out = R"({"scenario":)";
    json::append_string(out, report.scenario);
    out += R"(,"clients":)" + std::to_string(report.clients);
    out += R"(,"rate":)" + (report.rate > 0 ? std::to_string(report.rate) : "null");
    out += R"(,"orders":)" + std::to_string(results.done) + R"(,"seconds":)";
    append_number(out, results.seconds, 3);
    out += R"(,"orders_per_s":)";
    append_number(out, orders_per_s(results), 1);
    out += R"(,"waiting":)" + std::to_string(results.waiting);
    out += R"(,"latency_ms":)";
    append_object(out, results.latencies, [&](const Histogram& histogram) {
        append_quantiles(out, histogram);
    });
    out += R"(,"batch_size":)";
    append_object(out, report.batch_sizes, [&](double mean) { append_number(out, mean, 2); });
    out += R"(,"errors":)" + std::to_string(results.failed) + R"(,"balanced":)";
    json::write(out, report.balanced);
    return out + '}';
}

std::string to_text(const Report& report) {
    const auto& results = report.results;
    std::string out;
    append_line(
        out, "%s: %llu done in %.1f s, %.0f a second, %llu errors", report.scenario.c_str(),
        static_cast<unsigned long long>(results.done), results.seconds, orders_per_s(results),
        static_cast<unsigned long long>(results.failed)
    );
    if (report.rate > 0) {
        append_line(
            out, "asked for %llu a second, at most %zu at once; %llu still waited at the end",
            static_cast<unsigned long long>(report.rate), report.clients,
            static_cast<unsigned long long>(results.waiting)
        );
    }
    append_latencies(out, results);
    out += "commands in one transaction:";
    for (const auto& [service, mean] : report.batch_sizes) {
        out += ' ' + service + ' ';
        append_number(out, mean, 1);
    }
    out += '\n';
    for (const auto& [fault, count] : results.faults) {
        append_line(out, "%llu times: %s", static_cast<unsigned long long>(count), fault.c_str());
    }
    if (report.balanced)
        out += *report.balanced ? "the books balance\n" : "the books do not balance\n";
    return out;
}

}  // namespace pay::bench
