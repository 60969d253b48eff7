#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <future>
#include <iterator>

#include "app/admin_desk.hpp"
#include "app/commands.hpp"
#include "core/http/io.hpp"
#include "core/json/names.hpp"
#include "core/json/read.hpp"
#include "core/terminal/progress.hpp"
#include "core/terminal/table.hpp"
#include "order/reconcile_wire.hpp"

namespace pay::app {

using order::reconcile::FindingView;
using order::reconcile::Kind;
using order::reconcile::RunBody;
using order::reconcile::RunStatus;
using order::reconcile::RunView;

struct FindingsView {
    std::vector<FindingView> data;
    std::optional<std::string> next_cursor;
};
BOOST_DESCRIBE_STRUCT(FindingsView, (), (data, next_cursor))
static_assert(json::whole<FindingsView>);

struct ReconcileReport {
    RunView reconciliation;
    std::vector<FindingView> findings;
};
BOOST_DESCRIBE_STRUCT(ReconcileReport, (), (reconciliation, findings))
static_assert(json::whole<ReconcileReport>);

namespace {

constexpr int needs_somebody = 1;
constexpr Duration look_pause{500};
const std::string runs = "/reconciliations";

template <class View>
View ask(
    AdminDesk& desk, http::Method method, const std::string& below, const std::string& body = {}
) {
    const auto answer = desk.ask(method, "order", below, body);
    if (!answer && desk.complained()) throw BadUse("the reconciliation cannot be run");
    if (!answer) throw BadUse("the order service is not behind this URL");
    auto view = json::read<View>(*answer, json::Unknown::ignore);
    if (!view) throw BadUse("the answer is not one of this version's reconciliations");
    return std::move(*view);
}

void show(terminal::Progress& progress, const RunView& run) {
    progress.tell(
        "reconcile: orders",
        {.done = static_cast<std::uint64_t>(run.checked),
         .total = static_cast<std::uint64_t>(run.orders),
         .note = std::to_string(run.mended) + " mended, " + std::to_string(run.open) + " open"}
    );
}

void pause(http::Io& io) {
    std::promise<void> passed;
    const auto timer = io.after(look_pause, [&passed] { passed.set_value(); });
    passed.get_future().wait();
}

RunView run_to_its_end(AdminDesk& desk, const ReconcileCommand& options) {
    RunBody span;
    if (!options.from.empty()) span.from = options.from;
    if (!options.to.empty()) span.to = options.to;
    auto run = ask<RunView>(desk, http::Method::post, runs, json::to_text(span));
    http::Io io(1);
    terminal::Progress progress(options.quiet);
    while (run.status == RunStatus::running) {
        show(progress, run);
        pause(io);
        run = ask<RunView>(desk, http::Method::get, runs + "/" + run.id);
    }
    progress.end();
    return run;
}

/// By kind, what needs somebody first.
std::vector<FindingView> findings_of(AdminDesk& desk, const std::string& id) {
    std::vector<FindingView> findings;
    std::optional<std::string> cursor{""};
    while (cursor) {
        const auto below =
            runs + "/" + id + "/findings?limit=100" + (cursor->empty() ? "" : "&cursor=" + *cursor);
        auto page = ask<FindingsView>(desk, http::Method::get, below);
        std::ranges::move(page.data, std::back_inserter(findings));
        cursor = std::move(page.next_cursor);
    }
    std::ranges::sort(findings, {}, [](const FindingView& one) {
        return std::tuple(one.mended, one.kind, one.id);
    });
    return findings;
}

std::string text_of(const ReconcileReport& report, const terminal::Screen& screen) {
    using terminal::grouped;
    const auto& run = report.reconciliation;
    std::string text = "Reconciliation " + run.id + "\nfrom " + run.from + " to " + run.to + "\n" +
                       grouped(run.checked) + " orders, " + grouped(run.mended) +
                       " findings mended, " + grouped(run.open) + " need somebody\n";
    if (report.findings.empty()) return text;
    using enum terminal::Table::Side;
    terminal::Table table({{"FOUND"}, {"MENDED"}, {"ORDER", left, 1}, {"RECEIPT", left, 2}});
    for (const auto& finding : report.findings) {
        table.add(
            {std::string(json::name_of(finding.kind)), finding.mended ? "yes" : "no",
             finding.order_id.value_or(""), finding.receipt_id.value_or("")}
        );
        table.note(finding.detail);
        if (finding.command) table.note(*finding.command);
    }
    return text + "\n" + table.text(screen);
}

void write(const std::string& file, const std::string& report) {
    std::ofstream out(file, std::ios::trunc);
    out << report << std::flush;
    if (!out) throw BadUse("the report cannot be written to " + file);
}

}  // namespace

int run_reconcile(const ReconcileCommand& options) {
    AdminDesk desk(options.url, options.token, options.signing);
    ReconcileReport report;
    report.reconciliation = run_to_its_end(desk, options);
    report.findings = findings_of(desk, report.reconciliation.id);
    const auto text_on = [&](const terminal::Screen& screen) {
        return options.json ? json::to_text(report) + "\n" : text_of(report, screen);
    };
    std::fputs(text_on(terminal::screen_of(STDOUT_FILENO)).c_str(), stdout);
    if (!options.report.empty()) write(options.report, text_on({}));
    return report.reconciliation.open > 0 ? needs_somebody : 0;
}

}  // namespace pay::app
