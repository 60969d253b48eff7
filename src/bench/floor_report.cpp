#include <array>
#include <cstdio>

#include "bench/floor.hpp"

namespace pay::bench {
namespace {

template <class... Values>
std::string formatted(const char* format, Values... values) {
    std::array<char, 256> text{};
    std::snprintf(text.data(), text.size(), format, values...);
    return text.data();
}

double rows_of(const ServiceFloor& service) {
    double rows = 0;
    for (const auto& [kind, count] : service.rows) rows += count;
    return rows;
}

double rows_of(const ServiceFloor& service, Kind kind) {
    const auto found = service.rows.find(kind);
    return found == service.rows.end() ? 0 : found->second;
}

struct Totals {
    explicit Totals(const FloorReport& report) {
        for (const auto& [name, service] : report.services) {
            rows += rows_of(service);
            commits += service.commits;
        }
        if (report.charges == 0) return;
        charges_per_s = static_cast<double>(report.charges) / report.seconds;
        bytes_per_charge = report.logged_bytes / static_cast<std::int64_t>(report.charges);
    }
    double rows = 0;
    std::uint64_t commits = 0;
    double charges_per_s = 0;
    std::int64_t bytes_per_charge = 0;
};

}  // namespace

std::string to_json(const FloorReport& report) {
    const Totals totals(report);
    auto out = formatted(
        R"({"charges":%llu,"seconds":%.3f,"charges_per_s":%.1f,"rows_per_charge":%.2f,)"
        R"("logged_bytes_per_charge":%lld,"commits":%llu,"events":%s,"services":{)",
        static_cast<unsigned long long>(report.charges), report.seconds, totals.charges_per_s,
        totals.rows, static_cast<long long>(totals.bytes_per_charge),
        static_cast<unsigned long long>(totals.commits), report.events ? "true" : "false"
    );
    for (const auto& [name, service] : report.services) {
        if (out.back() != '{') out += ',';
        out += '"' + name + '"';
        out += formatted(
            R"(:{"batch_size":%.2f,"commands_per_charge":%d,"commits":%llu,"rows_per_charge":%.2f,)"
            R"("inserts":%.2f,"updates":%.2f,"deletes":%.2f})",
            service.batch_size, commands_of(name, charge_writes()),
            static_cast<unsigned long long>(service.commits), rows_of(service),
            rows_of(service, Kind::insert), rows_of(service, Kind::update),
            rows_of(service, Kind::remove)
        );
    }
    return out + "}}";
}

std::string to_text(const FloorReport& report) {
    const Totals totals(report);
    auto out = formatted(
        "floor: %llu charges in %.1f s, %.0f a second; %.1f rows and %lld bytes of log a charge\n",
        static_cast<unsigned long long>(report.charges), report.seconds, totals.charges_per_s,
        totals.rows, static_cast<long long>(totals.bytes_per_charge)
    );
    out += formatted(
        "%-12s %10s %10s %10s %8s %8s %8s %8s\n", "service", "commands", "batch", "commits", "rows",
        "inserts", "updates", "deletes"
    );
    for (const auto& [name, service] : report.services) {
        out += formatted(
            "%-12s %10d %10.1f %10llu %8.1f %8.1f %8.1f %8.1f\n", name.c_str(),
            commands_of(name, charge_writes()), service.batch_size,
            static_cast<unsigned long long>(service.commits), rows_of(service),
            rows_of(service, Kind::insert), rows_of(service, Kind::update),
            rows_of(service, Kind::remove)
        );
    }
    return out;
}

}  // namespace pay::bench
