#include "audit/audit.hpp"

#include <algorithm>
#include <thread>

#include "audit/chains.hpp"
#include "audit/gateway_check.hpp"
#include "audit/ledger.hpp"
#include "audit/lots.hpp"
#include "audit/orders.hpp"
#include "audit/receipts.hpp"

namespace pay::audit {
namespace {

using Keys = std::span<const std::string_view>;

/// Looks again, at these keys at least.
using Again = std::function<void(Books&, Keys, const OnSuspicion&)>;

/// More than anybody reads at a time; so memory stays small whatever is wrong.
constexpr std::size_t most_suspicions = 10'000;
constexpr std::int64_t page_rows = 10'000;  // of for_each_page()

class Audit {
 public:
    Audit(const AuditOptions& options, const Progress& progress)
        : x_options(options), x_progress(progress), x_databases(options.database_url) {
        if (!options.bootpay) return;
        x_io.emplace(1);
        x_bootpay.emplace(*x_io, *options.bootpay, options.clock);
        x_till.emplace(*x_bootpay);
    }

    Report run() {
        look_at_books();
        if (x_till) look_at_gateway();
        settle_books();
        if (x_till) settle_gateway();
        finish();
        return std::move(x_report);
    }

 private:
    /// What one check found at its first look.
    struct Suspicions {
        std::vector<Suspicion> listed;
        bool more = false;

        OnSuspicion taker() {
            return [this](Suspicion suspicion) {
                more = more || listed.size() >= most_suspicions;
                if (listed.size() < most_suspicions) listed.push_back(std::move(suspicion));
            };
        }
    };

    Time stuck_before() const { return x_options.clock->now() - x_options.stuck_after; }
    void tell(std::string_view what, std::int64_t done, std::int64_t total = 0) const {
        if (x_progress) x_progress(what, done, total);
    }
    /// How many there are to read, for those who are told: it is one more reading of an index.
    std::int64_t count(sql::Connection& connection, std::string_view table) const {
        std::int64_t rows = 0;
        if (!x_progress) return rows;
        const auto statement = std::string("SELECT COUNT(*) FROM ").append(table);
        connection.query(statement, {}, [&](const sql::Row& row) { rows = row.integer(0); });
        return rows;
    }
    /// Calls `examine` with pages of the table, and tells how far it is.
    void read_table(
        sql::Connection& connection, std::string_view what, std::string_view table,
        std::string_view key, const std::function<void(const Range&)>& examine
    ) const {
        const auto total = count(connection, table);
        std::int64_t done = 0;
        for_each_page(connection, table, key, [&](const Range& range) {
            tell(what, done, total);
            examine(range);
            done = std::min(done + page_rows, total);
        });
    }

    void look_at_books() {
        Books books(x_databases);
        auto& order = books.order.connection();
        auto& point = books.point.connection();
        const Time before = stuck_before();
        read_table(order, "orders", "purchase_order", "id", [&](const Range& range) {
            examine_orders(books, range, before, x_totals, x_orders.taker());
        });
        read_table(point, "wallets", "wallet", "user_id", [&](const Range& range) {
            examine_wallets(point, range, x_report.points, x_wallets.taker());
            examine_chains(point, range, x_chains.taker());
            examine_lots(point, range, x_lots.taker());
        });
        read_table(point, "holds", "point_hold", "hold_id", [&](const Range& range) {
            examine_holds(point, range, x_holds.taker());
        });
        examine_held(point, x_held.taker());
        const auto done = examine_transactions(point, Range{}, x_transactions.taker());
        tell("point transactions", done);
        tell("seals", examine_seals(point, x_seals.taker()));
        examine_receipts(order, before, x_receipts.taker());
        examine_outboxes(books, before, x_outboxes.taker());
        if (!x_till) list_unclaimed(order, x_unclaimed.taker());
    }

    /// Asking takes long: it holds no snapshot, which would keep the databases' logs from being
    /// cut.
    void look_at_gateway() {
        const auto order = x_databases.order->connect(sql::Mode::read_only);
        read_table(
            *order, "orders at the gateway", "purchase_order", "id",
            [&](const Range& range) {
                examine_payments(*order, range, *x_till, x_payments.taker());
            }
        );
        examine_returned(*order, *x_till, x_returned.taker());
        examine_unclaimed(*order, *x_till, x_unclaimed.taker());
    }

    void settle_books() {
        settle(x_orders, [this](Books& books, Keys keys, const OnSuspicion& found) {
            OrderTotals counted_before;
            examine_orders(books, keys, stuck_before(), counted_before, found);
        });
        settle(x_wallets, [](Books& books, Keys keys, const OnSuspicion& found) {
            Points counted_before;
            examine_wallets(books.point.connection(), keys, counted_before, found);
        });
        settle(x_chains, [](Books& books, Keys keys, const OnSuspicion& found) {
            examine_chains(books.point.connection(), keys, found);
        });
        settle(x_lots, [](Books& books, Keys keys, const OnSuspicion& found) {
            examine_lots(books.point.connection(), keys, found);
        });
        settle(x_holds, [](Books& books, Keys keys, const OnSuspicion& found) {
            examine_holds(books.point.connection(), keys, found);
        });
        settle(x_held, [](Books& books, Keys, const OnSuspicion& found) {
            examine_held(books.point.connection(), found);
        });
        settle(x_seals, [](Books& books, Keys, const OnSuspicion& found) {
            examine_seals(books.point.connection(), found);
        });
        settle(x_transactions, [](Books& books, Keys keys, const OnSuspicion& found) {
            examine_transactions(books.point.connection(), keys, found);
        });
        settle(x_receipts, [this](Books& books, Keys, const OnSuspicion& found) {
            examine_receipts(books.order.connection(), stuck_before(), found);
        });
        settle(x_outboxes, [this](Books& books, Keys, const OnSuspicion& found) {
            examine_outboxes(books, stuck_before(), found);
        });
        if (x_till) return;
        settle(x_unclaimed, [](Books& books, Keys, const OnSuspicion& found) {
            list_unclaimed(books.order.connection(), found);
        });
    }

    void settle_gateway() {
        settle(x_payments, [this](Books& books, Keys keys, const OnSuspicion& found) {
            examine_payments(books.order.connection(), keys, *x_till, found);
        });
        settle(x_returned, [this](Books& books, Keys, const OnSuspicion& found) {
            examine_returned(books.order.connection(), *x_till, found);
        });
        settle(x_unclaimed, [this](Books& books, Keys, const OnSuspicion& found) {
            examine_unclaimed(books.order.connection(), *x_till, found);
        });
    }

    /// Reports what is still there on a second look; what has moved since gets further ones.
    void settle(Suspicions& first, const Again& again) {
        auto suspicions = std::move(first.listed);
        if (first.more) {
            x_report.problems.push_back(
                {"more",
                 {},
                 {},
                 "More is wrong than is listed here: only the first " +
                     std::to_string(most_suspicions) + " of a kind are."}
            );
        }
        for (int look = 2; !suspicions.empty(); ++look) {
            tell("suspicions to look at again", static_cast<std::int64_t>(suspicions.size()));
            // This command's only thread has nothing else to do: nobody can tell it what to wait
            // for.
            std::this_thread::sleep_for(x_options.pause);
            suspicions = look_again(suspicions, again, look >= x_options.looks);
        }
    }

    /// What has moved since, unless it is the last look.
    std::vector<Suspicion> look_again(
        const std::vector<Suspicion>& suspicions, const Again& again, bool last
    ) {
        std::vector<std::string_view> keys;
        for (const auto& suspicion : suspicions) keys.push_back(suspicion.key);
        std::ranges::sort(keys);
        const auto repeated = std::ranges::unique(keys);
        keys.erase(repeated.begin(), repeated.end());
        std::map<std::string, Suspicion, std::less<>> found;
        Books books(x_databases);
        again(books, keys, [&](Suspicion suspicion) {
            auto key = suspicion.key;
            found.insert_or_assign(std::move(key), std::move(suspicion));
        });
        std::vector<Suspicion> moving;
        for (const auto& suspicion : suspicions) {
            auto still = found.extract(suspicion.key);
            if (still.empty()) continue;
            if (last || still.mapped().state == suspicion.state) {
                report(suspicion, std::move(still.mapped()));
            } else {
                moving.push_back(std::move(still.mapped()));
            }
        }
        return moving;
    }

    /// What both looks saw.
    void report(const Suspicion& before, Suspicion now) {
        for (auto& problem : now.problems) {
            const auto seen = std::ranges::find(before.problems, problem.rule, &Problem::rule);
            if (seen != before.problems.end()) {
                x_report.problems.push_back(std::move(problem));
            }
        }
        std::ranges::move(now.unclaimed, std::back_inserter(x_report.unclaimed));
    }

    void finish() {
        using Statuses = boost::describe::describe_enumerators<order::Status>;
        boost::mp11::mp_for_each<Statuses>([this](auto status) { x_report.orders[status.name] = 0; }
        );
        for (const auto& [status, count] : x_totals.orders) x_report.orders[status] = count;
        x_report.amount = x_totals.amount;
        x_report.balanced = x_report.problems.empty();
        // The same payment may be told by its order and by a webhook.
        std::ranges::sort(x_report.unclaimed, {}, &Unclaimed::receipt_id);
        const auto again = std::ranges::unique(x_report.unclaimed, {}, &Unclaimed::receipt_id);
        x_report.unclaimed.erase(again.begin(), again.end());
    }

    const AuditOptions& x_options;
    const Progress& x_progress;
    Databases x_databases;
    std::optional<http::Io> x_io;
    std::optional<bootpay::Client> x_bootpay;
    std::optional<Till> x_till;  // set: the gateway is asked

    Report x_report;
    OrderTotals x_totals;
    Suspicions x_orders;
    Suspicions x_wallets;
    Suspicions x_chains;
    Suspicions x_lots;
    Suspicions x_holds;
    Suspicions x_held;
    Suspicions x_seals;
    Suspicions x_transactions;
    Suspicions x_receipts;
    Suspicions x_outboxes;
    Suspicions x_payments;
    Suspicions x_returned;
    Suspicions x_unclaimed;
};

}  // namespace

Report audit(const AuditOptions& options, const Progress& progress) {
    return Audit(options, progress).run();
}

}  // namespace pay::audit
