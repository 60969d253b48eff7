#include "order/sales.hpp"

#include <array>
#include <map>

#include "core/ident/ident.hpp"
#include "core/json/names.hpp"
#include "core/json/read.hpp"
#include "order/types.hpp"

namespace pay::order {

static_assert(json::whole<SalesView>);
static_assert(json::whole<SalesList>);

namespace {

// created_at less what is past of its hour or day: when that began.
constexpr std::string_view select_sales = R"(
    SELECT created_at - (created_at + ?) % ? AS piece, status, COUNT(*), COALESCE(SUM(amount), 0),
    SUM(canceled_amount) FROM purchase_order
    WHERE id >= ? AND id < ? AND created_at >= ? AND created_at < ? GROUP BY piece, status)";

/// Orders of one status.
struct Sold {
    std::int64_t orders;
    Won amount;
    Won canceled;
};

void add(SalesView& sales, Status status, const Sold& sold) {
    switch (status) {
        case Status::SUCCESS:
        case Status::CANCELING:
            sales.succeeded += sold.orders;
            break;
        case Status::CANCELED:
            sales.canceled += sold.orders;
            break;
        case Status::FAIL:
            sales.failed += sold.orders;
            return;
        case Status::EXPIRED:
            sales.expired += sold.orders;
            return;
        case Status::PENDING:
        case Status::PAID:
        case Status::FAILING:
            return;
    }
    sales.amount += sold.amount;
    sales.canceled_amount += sold.canceled;
}

}  // namespace

SalesList sales_of(sql::Connection& connection, const http::Chart& chart) {
    std::map<std::int64_t, SalesView> sold;
    const auto ids = http::ids_of(chart, prefix::order);
    const std::array<sql::Value, 6> values{
        http::korea.count(),      chart.step().count(),    std::string_view{ids.from},
        std::string_view{ids.to}, to_epoch_ms(chart.from), to_epoch_ms(chart.to)
    };
    connection.query(select_sales, values, [&](const sql::Row& row) {
        add(sold[row.integer(0)], json::named<Status>(row.text(1)),
            {row.integer(2), Won{row.integer(3)}, Won{row.integer(4)}});
    });
    SalesList list;
    for (const Time piece : chart.pieces()) {
        auto& sales = sold[to_epoch_ms(piece)];
        sales.at = piece;
        list.data.push_back(sales);
    }
    return list;
}

}  // namespace pay::order
