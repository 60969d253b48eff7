#include "order/reconciler.hpp"

#include <algorithm>

#include "core/ident/ident.hpp"
#include "core/json/names.hpp"
#include "core/log/log.hpp"
#include "order/reconcile_store.hpp"
#include "order/reconcile_unclaimed.hpp"

namespace pay::order::reconcile {
namespace {

constexpr Duration turn_pause{200};
constexpr std::string_view by_schedule = "schedule";
constexpr std::string_view findings_text =
    "Findings of the last reconciliation: mended, and open ones that need somebody";

}  // namespace

Reconciler::Reconciler(
    Service& service, PaymentFlow& flow, gateway::Gateway& gateway, http::Io& io,
    metrics::Metrics& metrics, Options options
)
    : x_desk{service, flow, gateway, io, options.patience},
      x_options(options),
      x_open(metrics.gauge(
          "payments_reconcile_findings", std::string(findings_text), {{"state", "open"}}
      )),
      x_mended(metrics.gauge(
          "payments_reconcile_findings", std::string(findings_text), {{"state", "mended"}}
      )),
      x_finished(metrics.gauge(
          "payments_reconcile_finished_timestamp_seconds",
          "When the last reconciliation was finished", {}
      )) {}

Reconciler::~Reconciler() {
    stop();
}

void Reconciler::start() {
    {
        const std::lock_guard lock(x_mutex);
        x_stopped = false;
    }
    turn();
}

void Reconciler::stop() {
    x_desk.stopped = true;
    const std::lock_guard lock(x_mutex);
    x_stopped = true;
    x_timer.reset();
}

void Reconciler::schedule() {
    const std::lock_guard lock(x_mutex);
    if (!x_stopped) x_timer = x_desk.io.after(turn_pause, [this] { turn(); });
}

/// One at a time: whatever it begins ends in the next turn, or in schedule().
void Reconciler::turn() {
    x_desk.service.engine().readers().run(
        [this](sql::Connection& connection) { look(connection); }, [this] { schedule(); }
    );
}

void Reconciler::look(sql::Connection& connection) {
    const auto newest = list(connection, "zzzz", 1);
    const auto last = newest.empty() ? std::nullopt : std::optional{newest.front()};
    if (last && !last->running()) show(*last);
    if (x_desk.stopped || !x_desk.service.engine().instances().leads()) return schedule();
    if (last && last->running()) return work(connection, *last);
    if (!due(connection, last)) return schedule();
    const Time now = x_desk.service.now();
    const Time to = now - youngest;
    begin(planned(connection, to - usual_span, to, std::string(by_schedule), now));
}

bool Reconciler::due(sql::Connection& connection, const std::optional<Reconciliation>& last) {
    if (x_options.every == Duration{0}) return false;
    const auto since = last ? std::optional{last->started_at} : first_order_at(connection);
    return since && *since + x_options.every <= x_desk.service.now();
}

void Reconciler::begin(Reconciliation run) {
    Writer<Service>::Job job{std::nullopt, {}, {}, {}};
    job.record = [run = std::move(run)](sql::Transaction& transaction, Time, auto&) {
        reconcile::begin(transaction, run);  // or another one did: then that is worked on
    };
    job.done = [this](const Result<Answer>&) { schedule(); };
    x_desk.service.engine().writer().submit(std::move(job));
}

void Reconciler::work(sql::Connection& connection, const Reconciliation& run) {
    const bool orders = run.part == Part::orders;
    auto ids = orders ? next_orders(connection, run, x_options.page)
                      : next_unclaimed(connection, run, x_options.page);
    if (ids.empty()) return page_done(run, {}, std::vector<Finding>{});
    Page::Done done = [this, run, ids](std::optional<std::vector<Finding>> findings) {
        page_done(run, ids, std::move(findings));
    };
    if (orders) {
        std::make_shared<Page>(x_desk, std::move(ids), std::move(done))->begin();
    } else {
        std::make_shared<Unclaimed>(x_desk, std::move(ids), std::move(done))->begin();
    }
}

void Reconciler::page_done(
    Reconciliation run, std::vector<std::string> ids, std::optional<std::vector<Finding>> findings
) {
    if (!findings) return schedule();  // the page is done again, from its beginning
    if (!ids.empty()) {
        run.position = ids.back();
        if (run.part == Part::orders) run.checked += static_cast<std::int64_t>(ids.size());
    } else {
        run.position.clear();
        run.part = run.part == Part::orders ? Part::receipts : Part::done;
        if (run.part == Part::done) run.finished_at = x_desk.service.now();
    }
    const auto mended = std::ranges::count_if(*findings, &Finding::mended);
    run.mended += mended;
    run.open += static_cast<std::int64_t>(findings->size()) - mended;
    store(std::move(run), std::move(*findings));
}

void Reconciler::store(Reconciliation run, std::vector<Finding> findings) {
    for (const auto& one : findings) {
        const auto kind = std::string(json::name_of(one.kind));
        log::warn(
            one.mended ? "reconciliation mended a difference" : "reconciliation found a difference",
            {{"kind", kind}, {"order_id", one.order_id}, {"receipt_id", one.receipt_id}}
        );
    }
    Writer<Service>::Job job{std::nullopt, {}, {}, {}};
    job.record = [run,
                  findings = std::move(findings)](sql::Transaction& transaction, Time now, auto&) {
        save_page(transaction, run, findings, now);
    };
    job.done = [this, over = !run.running()](const Result<Answer>& result) {
        const bool goes_on = result && !over && !x_desk.stopped;
        goes_on ? turn() : schedule();
    };
    x_desk.service.engine().writer().submit(std::move(job));
}

void Reconciler::show(const Reconciliation& finished) {
    x_open.set(static_cast<double>(finished.open));
    x_mended.set(static_cast<double>(finished.mended));
    x_finished.set(static_cast<double>(to_epoch_ms(*finished.finished_at) / 1'000));
}

Reconciliation planned(
    sql::Connection& connection, Time from, Time to, std::string asked_by, Time now
) {
    Reconciliation run;
    run.id = make_id(id_prefix, now);
    run.from = from;
    run.to = to;
    run.asked_by = std::move(asked_by);
    run.orders = count_orders(connection, from, to);
    run.started_at = now;
    return run;
}

}  // namespace pay::order::reconcile
