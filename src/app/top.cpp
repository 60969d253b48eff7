#include "app/top.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "core/terminal/table.hpp"

namespace pay::app {
namespace {

using terminal::grouped;
using terminal::Screen;
using terminal::Style;
using terminal::Table;
using enum terminal::Table::Side;

constexpr std::size_t least_stuck_shown = 3;
constexpr std::size_t most_stuck_in_page = 20;

/// A service's name in the URL, and as its writer's metrics have it.
constexpr std::array<std::pair<const char*, const char*>, 4> services{
    {{"order", "order"}, {"point", "point"}, {"order-item", "order_item"}, {"item", "item"}}
};

std::string series_of(const char* name, const std::string& service) {
    return std::string(name) + "{service=\"" + service + "\"}";
}

double sum_of(const std::map<std::string, double>& rates) {
    double sum = 0;
    for (const auto& [name, rate] : rates) sum += rate;
    return sum;
}

double rate_of(const std::map<std::string, double>& rates, const std::string& name) {
    const auto found = rates.find(name);
    return found == rates.end() ? 0 : found->second;
}

bool has(const Series& series, const std::string& name) {
    const auto found = series.lower_bound(name);
    return found != series.end() && found->first.starts_with(name);
}

HttpLine http_of(const Growth& growth, const Series& series) {
    if (!has(series, "payments_http_answers_total{")) return {};
    const auto answers = growth.per_second_by("payments_http_answers_total", "status");
    const auto ms = [&](double share) {
        const auto seconds = growth.quantile("payments_http_answer_seconds", share);
        return Tenth{seconds ? std::optional{*seconds * 1000} : std::nullopt};
    };
    return {Tenth{sum_of(answers)}, Tenth{rate_of(answers, "5xx")}, ms(0.5), ms(0.99)};
}

GatewayLine gateway_of(const Growth& growth, const Series& series) {
    if (!has(series, "payments_gateway_calls_total{")) return {};
    const auto calls = growth.per_second_by("payments_gateway_calls_total", "outcome");
    return {Tenth{sum_of(calls)}, Tenth{rate_of(calls, "failed")}};
}

std::vector<OrdersLine> orders_of(const Growth& growth) {
    std::vector<OrdersLine> lines;
    for (const auto& [status, rate] : growth.per_second_by("payments_orders_total", "status")) {
        lines.push_back({status, Tenth{rate}});
    }
    return lines;
}

ServiceLine service_line(
    const char* name, const std::string& writer, const Growth& growth, const Reading& now
) {
    ServiceLine line;
    line.service = name;
    const auto sum = series_of("payments_writer_batch_size_sum", writer);
    const double commits = growth.grown(series_of("payments_writer_batch_size_count", writer));
    if (now.series.contains(sum)) line.commands_per_s.value = growth.per_second(sum);
    if (commits > 0) line.commands_per_commit.value = growth.grown(sum) / commits;
    const auto parked = now.series.find(series_of("payments_dead_letters", name));
    if (parked != now.series.end()) line.dead_letters = static_cast<std::int64_t>(parked->second);
    const auto state = std::ranges::find(now.services, name, &ServiceState::service);
    if (state == now.services.end()) return line;
    line.queue = state->queue;
    line.outbox = state->outbox.waiting;
    line.outbox_oldest_at = state->outbox.oldest_at;
    line.dead_letters = state->dead_letters;
    line.instances = std::ssize(state->instances);
    line.lag = 0;
    for (const auto& consumer : state->consumers) *line.lag += consumer.lag;
    return line;
}

std::string optional_text(const std::optional<std::int64_t>& number) {
    return number ? grouped(*number) : "-";
}

std::string services_text(const TopView& view, const Screen& screen) {
    Table table(
        {{"SERVICE"},
         {"COMMANDS/S", right},
         {"A COMMIT", right, 3},
         {"QUEUE", right, 2},
         {"OUTBOX", right},
         {"OLDEST", left, 4},
         {"LAG", right},
         {"DEAD", right},
         {"INSTANCES", right, 5}}
    );
    for (const auto& line : view.services) {
        table.add(
            {line.service, text_of(line.commands_per_s), text_of(line.commands_per_commit),
             optional_text(line.queue), optional_text(line.outbox),
             line.outbox_oldest_at.value_or("-"), optional_text(line.lag),
             grouped(line.dead_letters), optional_text(line.instances)}
        );
    }
    return table.text(screen);
}

std::string stuck_text(const TopView& view, const Screen& screen, std::size_t rows) {
    if (view.stuck.empty()) return "no order is stuck\n";
    Table table({{"STUCK ORDER"}, {"STATUS", left, 2}, {"WHY"}, {"SINCE", left, 1}});
    const auto shown = std::min(view.stuck.size(), std::max(rows, least_stuck_shown));
    for (std::size_t i = 0; i < shown; ++i) {
        const auto& one = view.stuck[i];
        table.add({one.order.id, one.order.status, one.why, one.since});
    }
    std::string out = table.text(screen);
    if (shown == view.stuck.size() && !view.more_stuck) return out;
    return out + "and " + grouped(std::ssize(view.stuck) - static_cast<std::int64_t>(shown)) +
           (view.more_stuck ? " or more others\n" : " others\n");
}

}  // namespace

void write(std::string& out, const Tenth& tenth) {
    if (!tenth.value) {
        out += "null";
        return;
    }
    std::array<char, 64> text{};
    const auto end = std::to_chars(
        text.data(), text.data() + text.size(), *tenth.value, std::chars_format::fixed, 1
    );
    out.append(text.data(), end.ptr);
}

std::string text_of(const Tenth& tenth) {
    if (!tenth.value) return "-";
    std::string text;
    write(text, tenth);
    return text;
}

TopView view_of(const Reading& before, const Reading& after) {
    const Growth growth(
        before.series, after.series, std::max(after.seconds - before.seconds, 0.001)
    );
    TopView view;
    view.at = after.at;
    view.orders = orders_of(growth);
    view.http = http_of(growth, after.series);
    view.gateway = gateway_of(growth, after.series);
    for (const auto& [name, writer] : services) {
        view.services.push_back(service_line(name, writer, growth, after));
    }
    view.stuck = after.stuck;
    view.more_stuck = after.more_stuck;
    view.faults = after.faults;
    return view;
}

std::string page_text(const TopView& view, const Screen& screen) {
    std::string out = styled(screen, Style::bold, "payments") + "  " + view.at + "\n\n";
    Table orders({{"ORDERS"}, {"A SECOND", right}});
    for (const auto& line : view.orders) orders.add({line.status, text_of(line.per_s)});
    if (!orders.empty()) out += orders.text(screen) + '\n';
    Table calls(
        {{"CALLS"}, {"A SECOND", right}, {"FAILED", right}, {"P50 MS", right}, {"P99 MS", right}}
    );
    calls.add(
        {"http", text_of(view.http.per_s), text_of(view.http.errors_per_s),
         text_of(view.http.p50_ms), text_of(view.http.p99_ms)}
    );
    calls.add({"gateway", text_of(view.gateway.per_s), text_of(view.gateway.failures_per_s), "", ""}
    );
    out += calls.text(screen) + '\n' + services_text(view, screen) + '\n';
    for (const auto& fault : view.faults) {
        out += styled(screen, Style::red, terminal::printable(fault)) + '\n';
    }
    const auto used = static_cast<std::size_t>(std::ranges::count(out, '\n')) + 2;
    const auto rows =
        screen.interactive ? screen.rows - std::min(screen.rows, used) : most_stuck_in_page;
    return out + stuck_text(view, screen, rows);
}

std::string line_text(const TopView& view) {
    std::string out = view.at;
    for (const auto& line : view.orders) {
        if (line.per_s.value.value_or(0) > 0) out += "  " + line.status + " " + text_of(line.per_s);
    }
    out += "  http " + text_of(view.http.per_s) + "/s p99 " + text_of(view.http.p99_ms) + " ms";
    out += "  gateway " + text_of(view.gateway.per_s) + "/s failed " +
           text_of(view.gateway.failures_per_s);
    std::int64_t outbox = 0;
    std::int64_t lag = 0;
    std::int64_t dead = 0;
    for (const auto& line : view.services) {
        outbox += line.outbox.value_or(0);
        lag += line.lag.value_or(0);
        dead += line.dead_letters;
    }
    out += "  outbox " + grouped(outbox) + "  lag " + grouped(lag) + "  dead " + grouped(dead) +
           "  stuck " + grouped(std::ssize(view.stuck)) + (view.more_stuck ? "+" : "");
    for (const auto& fault : view.faults) out += "  " + terminal::printable(fault);
    return out;
}

}  // namespace pay::app
