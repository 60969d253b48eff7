#pragma once

#include <boost/describe.hpp>
#include <vector>

#include "core/http/chart.hpp"
#include "core/money/money.hpp"
#include "core/sql/sql.hpp"

/// What was sold when, for charts.
namespace pay::order {

/// Orders made in one hour or day, as they stand now.
struct SalesView {
    Time at{};                   ///< when it begins
    std::int64_t succeeded = 0;  ///< and not canceled whole
    std::int64_t failed = 0;
    std::int64_t expired = 0;
    std::int64_t canceled = 0;
    Won amount;           ///< of those that succeeded, canceled ones included
    Won canceled_amount;  ///< of these
};
BOOST_DESCRIBE_STRUCT(
    SalesView, (), (at, succeeded, failed, expired, canceled, amount, canceled_amount)
)

struct SalesList {
    std::vector<SalesView> data;
};
BOOST_DESCRIBE_STRUCT(SalesList, (), (data))

/// One for each piece of the chart, also where nothing was sold. Throws what core/sql throws.
SalesList sales_of(sql::Connection& connection, const http::Chart& chart);

}  // namespace pay::order
