#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <future>
#include <iterator>

#include "app/admin_desk.hpp"
#include "app/commands.hpp"
#include "app/terminal.hpp"
#include "core/http/io.hpp"
#include "core/json/names.hpp"
#include "core/json/read.hpp"
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

/// One line that is written over on a terminal; elsewhere a line for each step.
class Progress {
 public:
    void show(const RunView& run) {
        const auto line = "reconcile: " + std::to_string(run.checked) + " of " +
                          std::to_string(run.orders) + " orders, mended " +
                          std::to_string(run.mended) + ", open " + std::to_string(run.open);
        if (line == x_last) return;
        x_last = line;
        std::fprintf(stderr, x_terminal ? "\r\x1b[K%s" : "%s\n", line.c_str());
        std::fflush(stderr);
    }
    void end() const {
        if (x_terminal) std::fputs("\r\x1b[K", stderr);
    }

 private:
    const bool x_terminal = isatty(STDERR_FILENO) == 1;
    std::string x_last;
};

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
    Progress progress;
    while (run.status == RunStatus::running) {
        progress.show(run);
        pause(io);
        run = ask<RunView>(desk, http::Method::get, runs + "/" + run.id);
    }
    progress.show(run);
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

std::string line_of(const FindingView& finding) {
    std::string line = "  ";
    if (finding.order_id) line += *finding.order_id + "  ";
    if (finding.receipt_id) line += "receipt " + *finding.receipt_id + "  ";
    line += finding.detail + "\n";
    if (finding.command) line += "      " + *finding.command + "\n";
    return line;
}

std::string text_of(const ReconcileReport& report) {
    const auto& run = report.reconciliation;
    std::string text = "Reconciliation " + run.id + "\nfrom " + run.from + " to " + run.to + "\n" +
                       std::to_string(run.checked) + " orders, " + std::to_string(run.mended) +
                       " findings mended, " + std::to_string(run.open) + " need somebody\n";
    std::optional<std::pair<bool, Kind>> group;
    for (const auto& finding : report.findings) {
        const std::pair its{finding.mended, finding.kind};
        if (group != its) {
            text += "\n" + std::string(json::name_of(finding.kind)) +
                    (finding.mended ? " (mended)\n" : "\n");
        }
        group = its;
        text += line_of(finding);
    }
    return printable(text, true);
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
    const auto text = options.json ? json::to_text(report) + "\n" : text_of(report);
    std::fputs(text.c_str(), stdout);
    if (!options.report.empty()) write(options.report, text);
    return report.reconciliation.open > 0 ? needs_somebody : 0;
}

}  // namespace pay::app
