#include "app/audit_text.hpp"

#include "core/terminal/table.hpp"

namespace pay::app {
namespace {

using terminal::grouped;
using enum terminal::Table::Side;

std::string kept(const audit::Report& report, const terminal::Screen& screen) {
    terminal::Table table({{"ORDERS"}, {"COUNT", right}});
    for (const auto& [status, count] : report.orders) {
        if (count != 0) table.add({status, grouped(count)});
    }
    table.add({"won kept", grouped(report.amount.value())});
    table.add({"points kept", grouped(report.points.value())});
    return table.text(screen);
}

std::string unclaimed(const audit::Report& report, const terminal::Screen& screen) {
    terminal::Table table({{"RECEIPT"}, {"WON", right}, {"FOR ORDER", left, 1}});
    for (const auto& payment : report.unclaimed) {
        table.add({payment.receipt_id, grouped(payment.amount.value()), payment.order_id});
    }
    return "\nPaid, but taken by no order yet\n" + table.text(screen);
}

std::string problems(const audit::Report& report, const terminal::Screen& screen) {
    terminal::Table table({{"RULE"}, {"ORDER", left, 1}, {"USER", left, 2}});
    for (const auto& problem : report.problems) {
        table.add({problem.rule, problem.order_id, problem.user_id});
        table.note(problem.text);
    }
    return table.text(screen);
}

}  // namespace

std::string audit_text(const audit::Report& report, const terminal::Screen& screen) {
    using terminal::Style;
    std::string out = kept(report, screen);
    if (!report.unclaimed.empty()) out += unclaimed(report, screen);
    if (report.balanced) return out + styled(screen, Style::green, "The books balance.") + '\n';
    out += '\n' + styled(screen, Style::red, "The books do not balance") + '\n';
    return out + problems(report, screen);
}

}  // namespace pay::app
