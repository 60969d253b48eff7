#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/json/write.hpp"
#include "core/result/result.hpp"
#include "order/reconcile_types.hpp"

/// Reconciliations as the API shows them.
namespace pay::order::reconcile {

enum class RunStatus { running, done };
BOOST_DESCRIBE_ENUM(RunStatus, running, done)

struct RunView {
    std::string id;
    RunStatus status = RunStatus::running;
    std::string from;
    std::string to;
    std::string asked_by;
    std::int64_t orders = 0;
    std::int64_t checked = 0;
    std::int64_t mended = 0;
    std::int64_t open = 0;
    std::string started_at;
    std::optional<std::string> finished_at;
};
BOOST_DESCRIBE_STRUCT(
    RunView, (),
    (id, status, from, to, asked_by, orders, checked, mended, open, started_at, finished_at)
)

struct FindingView {
    std::string id;
    Kind kind = Kind::still_under_way;
    std::optional<std::string> order_id;
    std::optional<std::string> receipt_id;
    std::string detail;
    bool mended = false;
    std::optional<std::string> command;
};
BOOST_DESCRIBE_STRUCT(FindingView, (), (id, kind, order_id, receipt_id, detail, mended, command))

struct RunBody {
    std::optional<std::string> from;
    std::optional<std::string> to;
};
BOOST_DESCRIBE_STRUCT(RunBody, (), (from, to))

RunView view(const Reconciliation& run);
FindingView view(const std::string& id, const Finding& finding);

struct Span {
    Time from{};
    Time to{};
};
/// Nothing given: the usual span. INVALID if it is none, or ends in the future.
Result<Span> read_span(std::string_view body, Time now);

/// `point.checked`; an error if it is not of the form that is agreed on.
Result<point::Checked> read_checked(std::string_view payload);

}  // namespace pay::order::reconcile
