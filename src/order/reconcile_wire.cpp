#include "order/reconcile_wire.hpp"

#include "core/json/read.hpp"
#include "order/reconciler.hpp"

namespace pay::order::reconcile {

static_assert(json::whole<RunView>);
static_assert(json::whole<FindingView>);
static_assert(json::whole<RunBody>);

namespace {

std::optional<std::string> text_or_none(const std::string& text) {
    return text.empty() ? std::nullopt : std::optional{text};
}

Error no_time(std::string field) {
    const Text why{
        "It must be a time such as 2026-03-02T01:15:30Z.",
        "2026-03-02T01:15:30Z와 같은 시각이어야 합니다."
    };
    return {Code::invalid, {}, {{std::move(field), why}}, {}};
}

}  // namespace

RunView view(const Reconciliation& run) {
    RunView shown;
    shown.id = run.id;
    shown.status = run.running() ? RunStatus::running : RunStatus::done;
    shown.from = to_rfc3339(run.from);
    shown.to = to_rfc3339(run.to);
    shown.asked_by = run.asked_by;
    shown.orders = run.orders;
    shown.checked = run.checked;
    shown.mended = run.mended;
    shown.open = run.open;
    shown.started_at = to_rfc3339(run.started_at);
    if (run.finished_at) shown.finished_at = to_rfc3339(*run.finished_at);
    return shown;
}

FindingView view(const std::string& id, const Finding& finding) {
    return {
        id,
        finding.kind,
        text_or_none(finding.order_id),
        text_or_none(finding.receipt_id),
        finding.detail,
        finding.mended,
        text_or_none(finding.command)
    };
}

Result<Span> read_span(std::string_view body, Time now) {
    RunBody asked;
    if (!body.empty()) {
        auto read = json::read<RunBody>(body, json::Unknown::refuse);
        if (!read) return read.error();
        asked = std::move(*read);
    }
    Span span;
    span.to = now - youngest;
    if (asked.to) {
        const auto to = parse_rfc3339(*asked.to);
        if (!to) return no_time("to");
        span.to = *to;
    }
    span.from = span.to - usual_span;
    if (asked.from) {
        const auto from = parse_rfc3339(*asked.from);
        if (!from) return no_time("from");
        span.from = *from;
    }
    if (span.from >= span.to || span.to > now || span.from < Time{}) {
        return Error{
            Code::invalid,
            {},
            {{"to",
              {"It must lie after `from` and not in the future.",
               "`from` 이후이며 미래가 아닌 시각이어야 합니다."}}},
            {}
        };
    }
    return span;
}

Result<point::Checked> read_checked(std::string_view payload) {
    return json::read<point::Checked>(payload, json::Unknown::ignore);
}

}  // namespace pay::order::reconcile
