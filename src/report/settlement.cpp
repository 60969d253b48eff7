#include "report/settlement.hpp"

#include "audit/books.hpp"
#include "core/money/money.hpp"

namespace pay::report {
namespace {

// A payment of a version that did not note when it was paid: its step is as near as can be told.
// What a failed order returned has no cancellation of its own; by other means than the gateway, it
// is none of its.
constexpr std::string_view select_payments = R"(
    SELECT o.gateway_method, o.amount, COALESCE(o.paid_at, o.payment_step_at),
           CASE WHEN o.status = 'FAIL' AND (r.status IS NULL OR r.status = 'done')
                THEN o.canceled_amount - o.cancel_fee ELSE 0 END,
           COALESCE(r.updated_at, o.updated_at)
    FROM purchase_order o LEFT JOIN refund r ON r.receipt_id = o.receipt_id)";
constexpr std::string_view that_were_paid = R"(
    AND o.payment_method = 'bootpay' AND o.amount IS NOT NULL
    AND (o.paid_at IS NOT NULL OR o.payment_step IN ('done', 'reversed')))";

constexpr std::string_view select_cancellations = R"(
    SELECT o.gateway_method, c.amount - c.fee, c.updated_at
    FROM cancellation c JOIN purchase_order o ON o.id = c.order_id)";
constexpr std::string_view that_were_returned = R"(
    AND o.payment_method = 'bootpay' AND c.origin <> 'simulation'
    AND c.phase IN ('settling', 'revoking', 'done'))";

/// What came together.
struct Turnover {
    std::int64_t paid = 0;
    Won paid_amount;
    std::int64_t canceled = 0;
    Won canceled_amount;
    Won fees;

    Turnover& operator+=(const Turnover& other) {
        paid += other.paid;
        paid_amount += other.paid_amount;
        canceled += other.canceled;
        canceled_amount += other.canceled_amount;
        fees += other.fees;
        return *this;
    }
    void write(std::vector<Cell>& row) const {
        const Won net = paid_amount - canceled_amount - fees;
        for (const auto number :
             {paid, paid_amount.value(), canceled, canceled_amount.value(), fees.value(),
              net.value()}) {
            row.emplace_back(number);
        }
    }
};

const std::vector<std::string> turnover_columns{
    "paid", "paid_amount", "canceled", "canceled_amount", "fees", "net"
};

std::string day_name(std::chrono::sys_days day) {
    return to_rfc3339(day).substr(0, 10);
}

class Settlement {
 public:
    explicit Settlement(const SettlementOptions& options) : x_options(options) {}

    void add_payment(std::string_view method, Won amount, Time at) {
        add(method, at, {1, amount, 0, {}, Won{x_options.fees.of(method, amount.value())}});
    }
    /// The gateway keeps no fee of what it returns.
    void add_return(std::string_view method, Won amount, Time at) {
        add(method, at, {0, {}, 1, amount, -Won{x_options.fees.of(method, amount.value())}});
    }

    Sheets sheets() const {
        Sheet days{"days", {"day", "method"}};
        std::map<std::string, Turnover, std::less<>> methods;
        Turnover all;
        for (const auto& [key, turnover] : x_days) {
            const auto& [day, method] = key;
            write(days, {day_name(day), method}, turnover);
            methods[method] += turnover;
            all += turnover;
        }
        Sheet totals{"totals", {"method"}};
        for (const auto& [method, turnover] : methods) write(totals, {method}, turnover);
        write(totals, {"all"}, all);
        for (auto* sheet : {&days, &totals}) {
            sheet->columns.insert(
                sheet->columns.end(), turnover_columns.begin(), turnover_columns.end()
            );
        }
        return {std::move(days), std::move(totals)};
    }

 private:
    void add(std::string_view method, Time at, const Turnover& turnover) {
        const auto day = std::chrono::floor<std::chrono::days>(at + x_options.utc_offset);
        if ((x_options.from && day < *x_options.from) || (x_options.to && day > *x_options.to)) {
            return;
        }
        const std::string name(method.empty() ? "unknown" : method);
        x_days[{day, name}] += turnover;
    }
    static void write(Sheet& sheet, std::vector<Cell> row, const Turnover& turnover) {
        turnover.write(row);
        sheet.rows.push_back(std::move(row));
    }

    const SettlementOptions& x_options;
    std::map<std::pair<std::chrono::sys_days, std::string>, Turnover> x_days;
};

}  // namespace

std::int64_t Fees::of(std::string_view method, std::int64_t amount) const {
    const auto named = by_method.find(method);
    const auto rate = named == by_method.end() ? permille : named->second;
    std::int64_t product = 0;
    if (__builtin_mul_overflow(amount, rate, &product)) throw Overflow{};
    return product / 1000 + (product % 1000 >= 500 ? 1 : 0);
}

Sheets settlement(const SettlementOptions& options) {
    const auto storage = sql::open_storage(options.database_url);
    const auto database = storage->existing("order");
    audit::Snapshot snapshot(*database, "order", "cancellation");
    auto& order = snapshot.connection();
    Settlement settlement(options);
    audit::for_each_page(order, "purchase_order", "id", [&](const audit::Range& range) {
        audit::read(order, select_payments, "o.id", range, that_were_paid, [&](const auto& row) {
            const auto method = row.text(0);
            settlement.add_payment(method, Won{row.integer(1)}, from_epoch_ms(row.integer(2)));
            const Won returned{row.integer(3)};
            if (returned == Won{}) return;
            settlement.add_return(method, returned, from_epoch_ms(row.integer(4)));
        });
    });
    audit::for_each_page(order, "cancellation", "id", [&](const audit::Range& range) {
        audit::read(
            order, select_cancellations, "c.id", range, that_were_returned,
            [&](const auto& row) {
                settlement.add_return(
                    row.text(0), Won{row.integer(1)}, from_epoch_ms(row.integer(2))
                );
            }
        );
    });
    return settlement.sheets();
}

}  // namespace pay::report
