#include "order/reconcile_store.hpp"

#include <algorithm>
#include <array>

#include "core/ident/ident.hpp"
#include "core/json/names.hpp"
#include "core/sql/reading.hpp"
#include "core/sql/values.hpp"
#include "order/columns.hpp"

#define PAY_RUN_COLUMNS                                                                       \
    "id, running, from_at, to_at, asked_by, part, position, pages, orders, checked, mended, " \
    "open, "                                                                                  \
    "started_at, finished_at"

namespace pay::order::reconcile {
namespace {

constexpr std::string_view count_span =
    "SELECT COUNT(*) FROM purchase_order WHERE id >= ? AND id < ? AND (id >= ? OR created_at >= ?)";
constexpr std::string_view select_span =
    "SELECT id FROM purchase_order WHERE id >= ? AND id > ? AND id < ? AND "
    "(id >= ? OR created_at >= ?) ORDER BY id LIMIT ?";
constexpr std::string_view select_first =
    "SELECT created_at FROM purchase_order ORDER BY id LIMIT 1";
constexpr std::string_view select_unclaimed =
    "SELECT DISTINCT receipt_id FROM webhook WHERE receipt_id > ? AND status = 'unclaimed' AND "
    "created_at >= ? AND created_at < ? ORDER BY receipt_id LIMIT ?";
constexpr std::string_view select_refunds_of_orders =
    "SELECT " PAY_REFUND_COLUMNS " FROM refund WHERE order_id IN ";
constexpr std::string_view select_holders =
    "SELECT receipt_id, id FROM purchase_order WHERE receipt_id IN ";

constexpr std::string_view select_running = "SELECT id FROM reconciliation WHERE running = 1";
constexpr std::string_view select_run =
    "SELECT " PAY_RUN_COLUMNS " FROM reconciliation WHERE id = ?";
constexpr std::string_view select_newest =
    "SELECT " PAY_RUN_COLUMNS " FROM reconciliation WHERE id < ? ORDER BY id DESC LIMIT ?";
constexpr std::string_view update_run =
    "UPDATE reconciliation SET running = ?, part = ?, position = ?, pages = pages + 1, "
    "checked = ?, mended = ?, open = ?, finished_at = ? WHERE id = ? AND pages = ?";
constexpr std::string_view select_findings =
    "SELECT id, kind, order_id, receipt_id, detail, mended, command FROM reconciliation_finding "
    "WHERE reconciliation_id = ? AND id < ? ORDER BY id DESC LIMIT ?";

constexpr std::string_view select_answers =
    "SELECT order_id, granted, returned, spent, held, owed FROM reconciliation_answer "
    "WHERE check_id = ?";
constexpr std::string_view kick_order =
    "UPDATE purchase_order SET due_at = ? WHERE id = ? AND due_at IS NOT NULL";
constexpr std::string_view kick_refunds =
    "UPDATE refund SET due_at = ? WHERE order_id = ? AND status = 'open'";

constexpr std::array<std::string_view, 14> run_columns{
    "id",    "running", "from_at", "to_at",  "asked_by", "part",       "position",
    "pages", "orders",  "checked", "mended", "open",     "started_at", "finished_at"
};
constexpr sql::Table run_table{"reconciliation", run_columns};
constexpr std::array<std::string_view, 8> finding_columns{
    "reconciliation_id", "id", "kind", "order_id", "receipt_id", "detail", "mended", "command"
};
constexpr sql::Table finding_table{"reconciliation_finding", finding_columns, 2};
constexpr std::array<std::string_view, 7> answer_columns{
    "check_id", "order_id", "granted", "returned", "spent", "held", "owed"
};
constexpr sql::Table answer_table{"reconciliation_answer", answer_columns, 2};

/// An id is made when an order is asked for, a moment before it is made.
constexpr Duration longest_making = std::chrono::minutes{1};

/// The least id of a moment.
std::string order_at(Time time) {
    return make_id(prefix::order, time, {});
}

Reconciliation read_run(const sql::Row& row) {
    Reconciliation run;
    run.id = row.text(0);
    run.from = from_epoch_ms(row.integer(2));
    run.to = from_epoch_ms(row.integer(3));
    run.asked_by = row.text(4);
    run.part = json::named<Part>(row.text(5));
    run.position = row.text(6);
    run.pages = row.integer(7);
    run.orders = row.integer(8);
    run.checked = row.integer(9);
    run.mended = row.integer(10);
    run.open = row.integer(11);
    run.started_at = from_epoch_ms(row.integer(12));
    run.finished_at = sql::optional_time(row, 13);
    return run;
}

std::vector<std::string_view> views_of(std::span<const std::string> texts) {
    return {texts.begin(), texts.end()};
}

Evidence* of_order(std::vector<Evidence>& all, std::string_view order_id) {
    const auto found = std::ranges::lower_bound(all, order_id, {}, [](const Evidence& one) {
        return std::string_view{one.order.id};
    });
    return found == all.end() || found->order.id != order_id ? nullptr : &*found;
}

}  // namespace

std::int64_t count_orders(sql::Connection& connection, Time from, Time to) {
    const auto first = order_at(from - longest_making);
    const auto end = order_at(to);
    const auto sure = order_at(from);
    const std::array<sql::Value, 4> values{
        std::string_view{first}, std::string_view{end}, std::string_view{sure}, to_epoch_ms(from)
    };
    std::int64_t count = 0;
    connection.query(count_span, values, [&](const sql::Row& row) { count = row.integer(0); });
    return count;
}

std::vector<std::string> next_orders(
    sql::Connection& connection, const Reconciliation& run, std::int64_t limit
) {
    const auto first = order_at(run.from - longest_making);
    const auto end = order_at(run.to);
    const auto sure = order_at(run.from);
    const std::array<sql::Value, 6> values{std::string_view{first}, std::string_view{run.position},
                                           std::string_view{end},   std::string_view{sure},
                                           to_epoch_ms(run.from),   limit};
    return sql::query_ids(connection, select_span, values);
}

std::optional<Time> first_order_at(sql::Connection& connection) {
    std::optional<Time> first;
    connection.query(select_first, {}, [&](const sql::Row& row) {
        first = from_epoch_ms(row.integer(0));
    });
    return first;
}

std::vector<std::string> next_unclaimed(
    sql::Connection& connection, const Reconciliation& run, std::int64_t limit
) {
    const std::array<sql::Value, 4> values{
        std::string_view{run.position}, to_epoch_ms(run.from), to_epoch_ms(run.to), limit
    };
    return sql::query_ids(connection, select_unclaimed, values);
}

std::vector<Evidence> find_evidence(
    sql::Connection& connection, std::span<const std::string> order_ids
) {
    const auto keys = views_of(order_ids);
    std::vector<Evidence> found;
    sql::query_in(connection, select_orders, keys, "", [&](const sql::Row& row) {
        Evidence evidence;
        evidence.order = read_order(row);
        found.push_back(std::move(evidence));
    });
    std::ranges::sort(found, {}, [](const Evidence& one) { return one.order.id; });
    sql::query_in(connection, select_refunds_of_orders, keys, "", [&](const sql::Row& row) {
        auto refund = read_refund(row);
        if (auto* evidence = of_order(found, refund.order_id)) {
            evidence->refunds.push_back(std::move(refund));
        }
    });
    std::vector<std::string_view> cancellations;
    for (const auto& one : found) {
        if (!one.order.cancellation_id.empty()) cancellations.push_back(one.order.cancellation_id);
    }
    sql::query_in(connection, select_cancellations, cancellations, "", [&](const sql::Row& row) {
        auto cancellation = read_cancellation(row);
        if (auto* evidence = of_order(found, cancellation.order_id)) {
            evidence->cancellation = std::move(cancellation);
        }
    });
    return found;
}

std::map<std::string, std::string> holders(
    sql::Connection& connection, std::span<const std::string> receipt_ids
) {
    std::map<std::string, std::string> found;
    sql::query_in(connection, select_holders, views_of(receipt_ids), "", [&](const sql::Row& row) {
        found.emplace(row.text(0), row.text(1));
    });
    return found;
}

bool begin(sql::Transaction& transaction, const Reconciliation& run) {
    bool runs = false;
    auto& connection = transaction.connection();
    connection.query(select_running, {}, [&](const sql::Row&) { runs = true; });
    if (runs) return false;
    const auto part = json::name_of(run.part);
    sql::Rows rows;
    rows.add(
        run.id, std::int64_t{1}, to_epoch_ms(run.from), to_epoch_ms(run.to), run.asked_by, part,
        run.position, run.pages, run.orders, run.checked, run.mended, run.open,
        to_epoch_ms(run.started_at), nullptr
    );
    sql::insert(transaction, run_table, rows);
    connection.execute("DELETE FROM reconciliation_answer");
    return true;
}

bool save_page(
    sql::Transaction& transaction, const Reconciliation& run, std::span<const Finding> findings,
    Time now
) {
    const std::array<sql::Value, 9> values{
        run.running() ? sql::Value{std::int64_t{1}} : sql::Value{nullptr},
        json::name_of(run.part),
        std::string_view{run.position},
        run.checked,
        run.mended,
        run.open,
        sql::value_of(run.finished_at),
        std::string_view{run.id},
        run.pages
    };
    if (transaction.connection().execute(update_run, values) == 0) return false;
    std::vector<std::string> ids;
    for (std::size_t i = 0; i < findings.size(); ++i) ids.push_back(make_id(finding_prefix, now));
    sql::Rows rows;
    for (std::size_t i = 0; i < findings.size(); ++i) {
        const auto& one = findings[i];
        rows.add(
            run.id, ids[i], json::name_of(one.kind), one.order_id, one.receipt_id, one.detail,
            std::int64_t{one.mended ? 1 : 0}, one.command
        );
    }
    sql::insert(transaction, finding_table, rows);
    return true;
}

std::optional<Reconciliation> find(sql::Connection& connection, std::string_view id) {
    std::optional<Reconciliation> run;
    const std::array<sql::Value, 1> values{id};
    connection.query(select_run, values, [&](const sql::Row& row) { run = read_run(row); });
    return run;
}

std::vector<Reconciliation> list(
    sql::Connection& connection, std::string_view before, std::int64_t limit
) {
    const std::array<sql::Value, 2> values{before, limit};
    return sql::query_all(connection, select_newest, values, read_run);
}

std::vector<StoredFinding> list_findings(
    sql::Connection& connection, std::string_view id, std::string_view before, std::int64_t limit
) {
    std::vector<StoredFinding> found;
    const std::array<sql::Value, 3> values{id, before, limit};
    connection.query(select_findings, values, [&](const sql::Row& row) {
        StoredFinding stored;
        stored.id = row.text(0);
        stored.finding.kind = json::named<Kind>(row.text(1));
        stored.finding.order_id = row.text(2);
        stored.finding.receipt_id = row.text(3);
        stored.finding.detail = row.text(4);
        stored.finding.mended = row.integer(5) != 0;
        stored.finding.command = row.text(6);
        found.push_back(std::move(stored));
    });
    return found;
}

void save_answer(sql::Transaction& transaction, const point::Checked& answer) {
    sql::Rows rows;
    rows.add(
        answer.check_id, answer.order_id, answer.granted.value(), answer.returned.value(),
        answer.spent.value(), answer.held.value(), answer.owed.value()
    );
    sql::upsert(transaction, answer_table, rows);
}

std::vector<point::Checked> find_answers(sql::Connection& connection, std::string_view check_id) {
    std::vector<point::Checked> answers;
    const std::array<sql::Value, 1> values{check_id};
    connection.query(select_answers, values, [&](const sql::Row& row) {
        answers.push_back(
            {std::string(row.text(0)), std::string(check_id), Points{row.integer(1)},
             Points{row.integer(2)}, Points{row.integer(3)}, Points{row.integer(4)},
             Points{row.integer(5)}}
        );
    });
    return answers;
}

void delete_answers(sql::Transaction& transaction, std::string_view check_id) {
    const std::array<std::string_view, 1> keys{check_id};
    sql::delete_in(transaction, "reconciliation_answer", "check_id", keys);
}

void make_due(sql::Transaction& transaction, std::span<const std::string> order_ids, Time now) {
    for (const auto& id : order_ids) {
        const std::array<sql::Value, 2> values{to_epoch_ms(now), std::string_view{id}};
        transaction.connection().execute(kick_order, values);
        transaction.connection().execute(kick_refunds, values);
    }
}

}  // namespace pay::order::reconcile
