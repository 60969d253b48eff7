#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "core/metrics/metrics.hpp"
#include "order/reconcile_page.hpp"

namespace pay::order::reconcile {

struct Options {
    Duration every = std::chrono::hours{24};  ///< since the last run began; 0: never by itself
    std::int64_t page = 100;                  ///< orders at a time
    Patience patience{};
};

/// The span of a run that nobody gave one: what is younger is mostly under way.
inline constexpr Duration usual_span = std::chrono::days{7};
inline constexpr Duration youngest = std::chrono::minutes{5};

/// Works on the run that stands in the table, page by page, whoever asked for it, and begins one
/// by itself when it is time. Of several instances the leading one does; a run goes on behind the
/// last page that was stored, whichever process comes to it. Any thread.
class Reconciler {
 public:
    Reconciler(
        Service& service, PaymentFlow& flow, gateway::Gateway& gateway, http::Io& io,
        metrics::Metrics& metrics, Options options
    );
    ~Reconciler();

    void start();
    void stop();

 private:
    void turn();
    void schedule();
    void look(sql::Connection& connection);
    bool due(sql::Connection& connection, const std::optional<Reconciliation>& last);
    void begin(Reconciliation run);
    void work(sql::Connection& connection, const Reconciliation& run);
    void page_done(
        Reconciliation run, std::vector<std::string> ids,
        std::optional<std::vector<Finding>> findings
    );
    void store(Reconciliation run, std::vector<Finding> findings);
    void show(const Reconciliation& finished);

    Desk x_desk;
    Options x_options;
    metrics::Gauge& x_open;
    metrics::Gauge& x_mended;
    metrics::Gauge& x_finished;

    std::mutex x_mutex;
    bool x_stopped = true;
    std::shared_ptr<http::Io::Timer> x_timer;
};

/// A run to be, of this span.
Reconciliation planned(
    sql::Connection& connection, Time from, Time to, std::string asked_by, Time now
);

}  // namespace pay::order::reconcile
